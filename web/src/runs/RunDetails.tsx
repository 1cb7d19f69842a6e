import { Group, Paper, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import type { Run } from "@/api/types";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { StateBadge } from "@/ui/StateBadge";
import { TimeText } from "@/ui/times";
import { givenParameters } from "./givenParameters";
import { usePipelineNames } from "./names";
import { useRunSpec } from "./useRun";

export default function RunDetails({ run }: { run: Run }) {
  const t = useT();
  const parameters = givenParameters(run, useRunSpec(run).data);
  const reference = run.pipeline_version_reference;
  const pipelines = usePipelineNames();
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Paper withBorder p="md">
        <Facts
          rows={[
            [t("field.id"), <CopyText key="i" value={run.run_id} />],
            [t("field.description"), run.description],
            [
              t("runs.pipeline"),
              reference?.pipeline_id ? <Link to={paths.pipeline(reference.pipeline_id, reference.pipeline_version_id)}>{pipelines.get(reference.pipeline_id)?.display_name ?? t("action.open")}</Link> : t("runs.ofSpec"),
            ],
            [t("runs.recurring"), run.recurring_run_id && <Link to={paths.recurringRun(run.recurring_run_id)}>{run.recurring_run_id}</Link>],
            [
              t("derive.origin"),
              run.origin_run_id && run.origin && (
                <>{t(`derive.${run.origin}`)} <Link to={paths.run(run.origin_run_id)} underline="always">{run.origin_run_id}</Link>{run.rerun_from && ` (${run.rerun_from})`}</>
              ),
            ],
            [t("derive.packages"), run.locked_from && <Link to={paths.run(run.locked_from)} underline="always">{t("derive.packagesOf", { id: run.locked_from })}</Link>],
            [t("nav.cache"), run.enable_caching === false && t("derive.noCaching")],
            [t("runs.root"), run.runtime_config?.pipeline_root && <CopyText value={run.runtime_config.pipeline_root} />],
            [t("field.created"), <TimeText key="c" exact time={run.created_at} />],
            [t("runs.finished"), <TimeText key="f" exact time={run.finished_at} />],
          ]}
        />
        <Title order={2} size="h5" mt="md" mb="xs">{t("runs.history")}</Title>
        <Table aria-label={t("runs.history")}>
          <Table.Tbody>
            {(run.state_history ?? []).map((change, index) => (
              <Table.Tr key={`${change.update_time} ${index}`}>
                <Table.Td w={130}><StateBadge state={change.state} /></Table.Td>
                <Table.Td><TimeText exact time={change.update_time} /></Table.Td>
                <Table.Td>{change.error?.message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
      <Paper withBorder p="md">
        <Stack gap="xs">
          <Title order={2} size="h5">{t("runs.parameters")}</Title>
          {parameters.length === 0 && <Text c="dimmed" size="sm">{t("runs.noParameters")}</Text>}
          <Facts
            rows={parameters.map(({ name, value, byDefault }) => [
              name,
              <Group key={name} gap="xs"><JsonValue value={value} />{byDefault && <Text span size="xs" c="dimmed">{t("runs.byDefault")}</Text>}</Group>,
            ])}
          />
        </Stack>
      </Paper>
    </SimpleGrid>
  );
}
