import { Stack, Table, Text, Title } from "@mantine/core";
import type { Task, TaskIo } from "@/api/types";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";

export function InputsAndOutputs({ task }: { task: Task }) {
  const t = useT();
  return (
    <Stack>
      <Io title={t("tasks.inputs")} io={task.inputs} nothing={t("tasks.noInputs")} />
      <Io title={t("tasks.outputs")} io={task.outputs} nothing={t("tasks.noOutputs")} />
    </Stack>
  );
}

function Io({ title, io, nothing }: { title: string; io?: TaskIo; nothing: string }) {
  const t = useT();
  const parameters = io?.parameters ?? [];
  const artifacts = io?.artifacts ?? [];
  return (
    <section>
      <Title order={3} size="h6" mb={4}>{title}</Title>
      {parameters.length + artifacts.length === 0 ? (
        <Text size="sm" c="dimmed">{nothing}</Text>
      ) : (
        <Table layout="fixed" withTableBorder aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="38%">{t("field.name")}</Table.Th>
              <Table.Th>{t("field.value")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {parameters.map((one) => (
              <Table.Tr key={`p ${one.parameter_key}`}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{one.parameter_key}</Table.Td>
                <Table.Td><JsonValue value={one.value} /></Table.Td>
              </Table.Tr>
            ))}
            {artifacts.map((list) => (
              <Table.Tr key={`a ${list.artifact_key}`}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{list.artifact_key}</Table.Td>
                <Table.Td>
                  {(list.artifacts ?? []).map((artifact) => (
                    <div key={artifact.artifact_id}>
                      <Link to={paths.artifact(artifact.artifact_id)}>{artifact.name || artifact.artifact_id}</Link>{" "}
                      <Text span size="xs" c="dimmed">{artifact.schema_title}</Text>
                    </div>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
