import { Tabs } from "@mantine/core";
import { useGo } from "@/app/navigation";
import { TabsList } from "./TabsList";

/** Tabs that are pages of their own. */
export function LinkTabs({ value, tabs }: { value: string; tabs: { to: string; label: string }[] }) {
  const go = useGo();
  return (
    <Tabs value={value} onChange={(to) => to && go(to)} mb="sm">
      <TabsList value={value}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.to} value={tab.to}>{tab.label}</Tabs.Tab>
        ))}
      </TabsList>
      {/* What a tab shows is the page below. */}
      {tabs.map((tab) => <Tabs.Panel key={tab.to} value={tab.to} hidden>{null}</Tabs.Panel>)}
    </Tabs>
  );
}
