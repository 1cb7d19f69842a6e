import { Anchor, Paper, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { pipelinesApi } from "@/api/pipelines";
import type { PipelineVersion } from "@/api/types";
import { pipelineSpecOf, rootParameters } from "@/graph/spec";
import { typeName } from "@/graph/typeName";
import { useT } from "@/i18n";
import { useMayDo } from "@/session/rights";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { TagEditor } from "@/ui/TagEditor";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";

/** Only http addresses are followed: a version's address is whatever was uploaded with it. */
function SourceLink({ url }: { url?: string }) {
  if (!url) return null;
  return /^https?:\/\//.test(url) ? <Anchor inherit href={url} rel="noreferrer" target="_blank">{url}</Anchor> : <>{url}</>;
}

export function VersionSummary({ version }: { version: PipelineVersion }) {
  const t = useT();
  const spec = pipelineSpecOf(version.pipeline_spec);
  const parameters = spec ? rootParameters(spec) : [];
  const may = useMayDo();
  const tag = useChange(
    (tags: Record<string, string>) => pipelinesApi.updateVersion(version.pipeline_id, version.pipeline_version_id, { tags }),
    { refresh: [["pipelines"]] },
  );
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper withBorder p="md">
        <Facts
          rows={[
            [t("field.description"), version.description || spec?.pipelineInfo?.description],
            [t("field.created"), <TimeText key="t" exact time={version.created_at} />],
            [t("pipelines.sdk"), spec?.sdkVersion],
            [t("pipelines.sourceUrl"), version.code_source_url && <SourceLink url={version.code_source_url} />],
            [t("field.id"), <CopyText key="i" value={version.pipeline_version_id} />],
            [t("field.tags"), <TagEditor key="g" tags={version.tags ?? {}} onChange={may("WritePipelines") ? (tags) => tag.mutate(tags) : undefined} />],
          ]}
        />
      </Paper>
      <Paper withBorder p="md">
        <Title order={2} size="h5" mb="xs">{t("pipelines.inputs")}</Title>
        {parameters.length === 0 ? (
          <Text c="dimmed" size="sm">{t("pipelines.noInputs")}</Text>
        ) : (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("field.name")}</Table.Th>
                <Table.Th>{t("field.type")}</Table.Th>
                <Table.Th>{t("pipelines.default")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {parameters.map(([name, definition]) => (
                <Table.Tr key={name}>
                  <Table.Td>
                    {name}
                    {definition.description && <Text size="xs" c="dimmed">{definition.description}</Text>}
                  </Table.Td>
                  <Table.Td>{typeName(definition)}</Table.Td>
                  <Table.Td><JsonValue value={definition.defaultValue} /></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Paper>
    </SimpleGrid>
  );
}
