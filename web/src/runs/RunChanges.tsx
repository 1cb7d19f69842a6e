import { Alert, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { pipelinesApi } from "@/api/pipelines";
import type { JsonObject, PipelineVersion, Run } from "@/api/types";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import SpecChanges from "@/pipelines/SpecChanges";
import { Loaded } from "@/ui/states";

const nameOf = (version: PipelineVersion) => version.display_name || version.name || version.pipeline_version_id;

interface Props {
  run: Run;
  stored: JsonObject;
}

/** What a version of the run's pipeline has otherwise than the run had; the newest one at first. */
export default function RunChanges({ run, stored }: Props) {
  const t = useT();
  const pipelineId = run.pipeline_version_reference?.pipeline_id ?? "";
  const versions = useQuery({
    queryKey: ["pipelines", pipelineId, "versions"],
    queryFn: async () => (await pipelinesApi.versions(pipelineId, { pageSize: 200, sortBy: "created_at desc" })).pipeline_versions ?? [],
    enabled: pipelineId !== "",
  });
  if (!pipelineId) return <Text c="dimmed">{t("changes.noPipeline")}</Text>;
  return <Loaded query={versions}>{(all) => <AgainstVersion run={run} stored={stored} versions={all} />}</Loaded>;
}

function AgainstVersion({ run, stored, versions }: Props & { versions: PipelineVersion[] }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const own = run.pipeline_version_reference?.pipeline_version_id;
  const version = versions.find((one) => one.pipeline_version_id === search.version) ?? versions[0];
  if (!version) return <Text c="dimmed">{t("changes.onlyOne")}</Text>;
  return (
    <Stack>
      <Select
        label={t("changes.comparedWith")}
        data={versions.map((one) => ({ value: one.pipeline_version_id, label: one.pipeline_version_id === own ? `${nameOf(one)} (${t("changes.ofRun")})` : nameOf(one) }))}
        value={version.pipeline_version_id}
        onChange={(id) => change({ version: id ?? undefined })}
        allowDeselect={false}
        w={320}
        maw="100%"
      />
      {version.pipeline_version_id === own && <Alert variant="outline" py="xs">{t("changes.isOfRun")}</Alert>}
      <SpecChanges key={version.pipeline_version_id} before={stored} after={version.pipeline_spec ?? {}} />
    </Stack>
  );
}
