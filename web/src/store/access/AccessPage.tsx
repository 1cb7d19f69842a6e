import { Tabs } from "@mantine/core";
import type { ComponentType } from "react";
import { useSearchParams } from "@/app/navigation";
import { type Area, useRefused } from "@/app/refused";
import { useT } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import { PageHeader } from "@/ui/PageHeader";
import { TabsList } from "@/ui/TabsList";
import { SignedIn } from "../SignedIn";
import { Groups } from "./Groups";
import { Keys } from "./Keys";
import { Users } from "./Users";

export default function AccessPage() {
  return (
    <SignedIn>
      <Page />
    </SignedIn>
  );
}

const TABS: { value: string; label: MessageKey; area?: Area; Content: ComponentType }[] = [
  { value: "users", label: "access.users", area: "users", Content: Users },
  { value: "groups", label: "nav.groups", area: "groups", Content: Groups },
  { value: "keys", label: "nav.keys", Content: Keys }, // everybody has their own
];

function Page() {
  const t = useT();
  const [search, change] = useSearchParams();
  const refused = useRefused();
  const tabs = TABS.filter(({ area }) => !area || !refused.has(area));
  const shown = tabs.find(({ value }) => value === search.tab)?.value ?? tabs[0]?.value;
  return (
    <>
      <PageHeader title={t("nav.access")} />
      <Tabs value={shown} onChange={(tab) => change({ tab: tab ?? undefined })} keepMounted={false}>
        <TabsList value={shown ?? ""} mb="sm">{tabs.map(({ value, label }) => <Tabs.Tab key={value} value={value}>{t(label)}</Tabs.Tab>)}</TabsList>
        {tabs.map(({ value, Content }) => <Tabs.Panel key={value} value={value}><Content /></Tabs.Panel>)}
      </Tabs>
    </>
  );
}
