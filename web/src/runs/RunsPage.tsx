import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRouterState } from "@tanstack/react-router";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { LinkTabs } from "@/ui/LinkTabs";
import { PageHeader } from "@/ui/PageHeader";
import { RunsTable } from "./RunsTable";

export default function RunsPage() {
  const t = useT();
  const archived = useRouterState({ select: (state) => state.location.pathname }) === paths.archivedRuns;
  return (
    <>
      <PageHeader title={t("runs.title")} actions={<Needs right="Run"><Button component="a" href={href(paths.newRun())} leftSection={<IconPlus size={16} />}>{t("runs.create")}</Button></Needs>} />
      <LinkTabs
        value={archived ? paths.archivedRuns : paths.runs}
        tabs={[
          { to: paths.runs, label: t("runs.active") },
          { to: paths.archivedRuns, label: t("runs.archived") },
        ]}
      />
      <RunsTable key={String(archived)} archived={archived} />
    </>
  );
}
