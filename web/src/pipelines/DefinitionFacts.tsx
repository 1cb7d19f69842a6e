import { Code, Stack } from "@mantine/core";
import type { GraphNode } from "@/graph/model";
import { componentOf, executorOf, type PipelineSpec } from "@/graph/spec";
import { typeName } from "@/graph/typeName";
import { useT } from "@/i18n";
import { Facts } from "@/ui/Facts";

/** What the spec says of a task: component, image, command, condition. */
export function DefinitionFacts({ spec, node }: { spec: PipelineSpec; node: GraphNode }) {
  const t = useT();
  const component = componentOf(spec, node.spec);
  const container = executorOf(spec, component).container;
  const retries = node.spec.retryPolicy?.maxRetryCount;
  const block = (lines: string[] | undefined) =>
    lines?.length ? <Code block style={{ maxHeight: 320, overflow: "auto", whiteSpace: "pre-wrap" }}>{lines.join("\n")}</Code> : undefined;
  const inputs = component.inputDefinitions;
  const outputs = component.outputDefinitions;
  const named = (definitions: typeof inputs) =>
    [
      ...Object.entries(definitions?.parameters ?? {}).map(([name, one]) => `${name}: ${typeName(one)}`),
      ...Object.entries(definitions?.artifacts ?? {}).map(([name, one]) => `${name}: ${one.artifactType?.schemaTitle ?? ""}`),
    ].join("\n");
  return (
    <Stack gap="sm">
      <Facts
        rows={[
          [t("task.component"), node.spec.componentRef?.name],
          [t("task.condition"), node.spec.triggerPolicy?.condition && <Code block style={{ whiteSpace: "pre-wrap" }}>{node.spec.triggerPolicy.condition}</Code>],
          [t("tasks.inputs"), named(inputs) && <Code block>{named(inputs)}</Code>],
          [t("tasks.outputs"), named(outputs) && <Code block>{named(outputs)}</Code>],
          [t("task.image"), container?.image && <Code>{container.image}</Code>],
          [t("task.retries"), retries ? String(retries) : undefined],
          [t("task.resources"), container?.resources && <Code block>{JSON.stringify(container.resources, null, 1)}</Code>],
          ["", container && t(node.spec.cachingOptions?.enableCache ? "task.cacheOn" : "task.cacheOff")],
          [t("task.command"), block(container?.command)],
          [t("task.arguments"), block(container?.args)],
        ]}
      />
    </Stack>
  );
}
