import { Badge, Button, SegmentedControl, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { experimentsApi } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { usePathParam, useSearchParams } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { RunsTable } from "@/runs/RunsTable";
import { Needs } from "@/session/Needs";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { LoadedPage } from "@/ui/LoadedPage";
import { PageHeader } from "@/ui/PageHeader";
import { useChange } from "@/ui/useChange";

export default function ExperimentPage() {
  const experimentId = usePathParam("experimentId");
  const query = useQuery({ queryKey: ["experiments", experimentId], queryFn: () => experimentsApi.get(experimentId) });
  return <LoadedPage query={query} missing="missing.experiment" list={{ label: "experiments.title", to: paths.experiments }}>{(experiment) => <Content experiment={experiment} />}</LoadedPage>;
}

function Content({ experiment }: { experiment: Experiment }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const name = experiment.display_name ?? experiment.experiment_id;
  const archived = experiment.storage_state === "ARCHIVED";
  const showArchived = search.runs === "archived";
  const store = useChange(
    (verb: "archive" | "unarchive") => experimentsApi[verb](experiment.experiment_id),
    {
      refresh: [["experiments"], ["runs"]],
      done: (_, verb) => t(verb === "archive" ? "experiments.archivedNow" : "experiments.restored", { name }),
    },
  );
  return (
    <>
      <PageHeader
        title={name}
        crumbs={[{ label: t("experiments.title"), to: paths.experiments }]}
        beside={archived && <Badge variant="default">{t("experiments.archived")}</Badge>}
        actions={
          <>
            {archived ? (
              <Needs right="WriteExperiments"><Button variant="default" onClick={() => store.mutate("unarchive")}>{t("action.restore")}</Button></Needs>
            ) : (
              <ConfirmButton needs="WriteExperiments" label={t("action.archive")} title={t("confirm.archive", { name })} harmless text={t("experiments.archiveText")} onConfirm={() => store.mutate("archive")} />
            )}
            <Needs right="Run"><Button component="a" href={href(paths.newRun({ experiment: experiment.experiment_id }))} leftSection={<IconPlus size={16} />}>{t("runs.create")}</Button></Needs>
          </>
        }
      >
        {experiment.description && <Text size="sm" c="dimmed" maw={720}>{experiment.description}</Text>}
      </PageHeader>
      <SegmentedControl
        mb="sm"
        aria-label={t("runs.title")}
        value={showArchived ? "archived" : "active"}
        onChange={(value) => change({ runs: value === "archived" ? value : undefined, page: undefined })}
        data={[
          { value: "active", label: t("runs.active") },
          { value: "archived", label: t("runs.archived") },
        ]}
      />
      <RunsTable key={String(showArchived)} archived={showArchived} experimentId={experiment.experiment_id} />
    </>
  );
}
