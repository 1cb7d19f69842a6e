import { Select, Stack, Text } from "@mantine/core";
import type { PipelineVersion } from "@/api/types";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import SpecChanges from "./SpecChanges";

const nameOf = (version: PipelineVersion) => version.display_name || version.name || version.pipeline_version_id;

/** What differs between a version and another one of its pipeline; the one before it at first. Newest first. */
export default function VersionChanges({ version, versions }: { version: PipelineVersion; versions: PipelineVersion[] }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const others = versions.filter((one) => one.pipeline_version_id !== version.pipeline_version_id);
  const at = versions.indexOf(version);
  const before = others.find((one) => one.pipeline_version_id === search.before) ?? versions[at + 1] ?? others[0];
  if (!before) return <Text c="dimmed">{t("changes.onlyOne")}</Text>;
  return (
    <Stack>
      <Select
        label={t("changes.comparedWith")}
        data={others.map((one) => ({ value: one.pipeline_version_id, label: nameOf(one) }))}
        value={before.pipeline_version_id}
        onChange={(id) => change({ before: id ?? undefined })}
        allowDeselect={false}
        w={320}
        maw="100%"
      />
      <SpecChanges key={before.pipeline_version_id} before={before.pipeline_spec ?? {}} after={version.pipeline_spec ?? {}} />
    </Stack>
  );
}
