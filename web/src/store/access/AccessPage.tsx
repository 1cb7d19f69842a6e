import { Tabs } from "@mantine/core";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import { PageHeader } from "@/ui/PageHeader";
import { SessionBar, SignedIn } from "../SignedIn";
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

function Page() {
  const t = useT();
  const [search, change] = useSearchParams();
  return (
    <>
      <PageHeader title={t("nav.access")} actions={<SessionBar />} />
      <Tabs value={search.tab ?? "users"} onChange={(tab) => change({ tab: tab === "users" ? undefined : (tab ?? undefined) })} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="users">{t("access.users")}</Tabs.Tab>
          <Tabs.Tab value="groups">{t("nav.groups")}</Tabs.Tab>
          <Tabs.Tab value="keys">{t("nav.keys")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users"><Users /></Tabs.Panel>
        <Tabs.Panel value="groups"><Groups /></Tabs.Panel>
        <Tabs.Panel value="keys"><Keys /></Tabs.Panel>
      </Tabs>
    </>
  );
}
