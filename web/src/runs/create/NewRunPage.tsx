import { Paper, SimpleGrid, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { pipelinesApi } from "@/api/pipelines";
import { useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { usePipelineNames } from "../names";
import { RunForm } from "./RunForm";
import { useCloneSource, useVersionSource } from "./source";

export default function NewRunPage() {
  const t = useT();
  const [search] = useSearchParams();
  const recurring = search.recurring === "1";
  return (
    <>
      <PageHeader
        title={t(recurring ? "newRun.recurring" : "newRun.title")}
        crumbs={[recurring ? { label: t("recurring.title"), to: paths.recurring } : { label: t("runs.title"), to: paths.runs }]}
      />
      <Stack maw={760}>{search.clone ? <Clone runId={search.clone} /> : <OfPipeline />}</Stack>
    </>
  );
}

function Clone({ runId }: { runId: string }) {
  const t = useT();
  const query = useCloneSource(runId);
  return (
    <Loaded query={query}>
      {({ run, source }) => (
        <RunForm source={source} name={t("newRun.cloneOf", { name: source.name })} given={run.runtime_config} caching={run.enable_caching !== false} packagesOf={run} experimentId={run.experiment_id} />
      )}
    </Loaded>
  );
}

function OfPipeline() {
  const t = useT();
  const [search, change] = useSearchParams();
  const pipelines = [...usePipelineNames().values()];
  const versions = useQuery({
    queryKey: ["pipelines", search.pipeline, "versions"],
    queryFn: async () => (await pipelinesApi.versions(search.pipeline ?? "", { pageSize: 200, sortBy: "created_at desc" })).pipeline_versions ?? [],
    enabled: Boolean(search.pipeline),
  });
  const source = useVersionSource(search.pipeline, search.version);
  return (
    <>
      <Paper withBorder p="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label={t("runs.pipeline")}
            placeholder={t("newRun.choosePipeline")}
            searchable
            required
            data={pipelines.map((one) => ({ value: one.pipeline_id, label: one.display_name ?? one.pipeline_id }))}
            value={search.pipeline ?? null}
            onChange={(pipeline) => change({ pipeline: pipeline ?? undefined, version: undefined })}
          />
          {search.pipeline && (
            <Select
              label={t("pipelines.version")}
              data={[
                { value: "", label: t(search.recurring === "1" ? "newRun.alwaysLatest" : "newRun.latest") },
                ...(versions.data ?? []).map((one) => ({ value: one.pipeline_version_id, label: one.display_name ?? one.pipeline_version_id })),
              ]}
              value={search.version ?? ""}
              onChange={(version) => change({ version: version || undefined })}
              allowDeselect={false}
            />
          )}
        </SimpleGrid>
      </Paper>
      {search.pipeline && (
        <Loaded query={source}>
          {(found) =>
            found ? (
              <RunForm key={`${search.pipeline} ${search.version ?? ""}`} source={found} name={found.name} experimentId={search.experiment} />
            ) : (
              <EmptyState title={t("newRun.noVersion")} />
            )
          }
        </Loaded>
      )}
    </>
  );
}
