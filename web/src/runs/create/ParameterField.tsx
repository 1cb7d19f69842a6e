import { Button, Group, Input, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import type { ParameterDefinition } from "@/graph/spec";
import { typeName } from "@/graph/typeName";
import { useT } from "@/i18n";
import { CodeView } from "@/ui/CodeView";
import { type Problem, type Typed, typedOf } from "./parameters";

interface Props {
  name: string;
  definition: ParameterDefinition;
  typed: Typed;
  problem?: Problem;
  onChange: (typed: Typed) => void;
}

/** One parameter, with the field that fits its type. */
export function ParameterField({ name, definition, typed, problem, onChange }: Props) {
  const t = useT();
  const needed = !definition.isOptional && definition.defaultValue === undefined;
  const fallback = typedOf(definition.defaultValue, definition);
  const error = problem && t(problem.key, problem.params);
  const label = (
    <>
      {name} <span style={{ fontWeight: 400, color: "var(--mantine-color-dimmed)" }}>{typeName(definition)}{definition.isOptional && ` · ${t("field.optional")}`}</span>
    </>
  );
  const shared = { label, description: definition.description, error, required: needed };
  const reset = typed !== fallback && !needed && (
    <Group justify="flex-end">
      <Button size="compact-xs" variant="subtle" onClick={() => onChange(fallback)}>{t("newRun.useDefault")}</Button>
    </Group>
  );
  return (
    <Stack gap={2}>
      <Field name={name} definition={definition} typed={typed} shared={shared} onChange={onChange} />
      {reset}
    </Stack>
  );
}

interface FieldProps {
  name: string;
  definition: ParameterDefinition;
  typed: Typed;
  shared: { label: React.ReactNode; description?: string; error?: string; required: boolean };
  onChange: (typed: Typed) => void;
}

function Field({ name, definition, typed, shared, onChange }: FieldProps) {
  const t = useT();
  const text = typeof typed === "string" ? typed : "";
  if (definition.literals?.length) {
    const data = definition.literals.map((value) => ({ value: String(typedOf(value, definition)), label: String(value) }));
    return <Select {...shared} data={data} value={typed === undefined ? null : String(typed)} onChange={(value) => onChange(definition.parameterType === "BOOLEAN" ? value === "true" : (value ?? undefined))} clearable={!shared.required} />;
  }
  switch (definition.parameterType) {
    case "BOOLEAN":
      return (
        <Input.Wrapper {...shared}>
          <div>
            <SegmentedControl
              aria-label={name}
              value={typed === undefined ? "" : String(typed)}
              onChange={(value) => onChange(value === "" ? undefined : value === "true")}
              data={[
                { value: "true", label: "true" },
                { value: "false", label: "false" },
                ...(definition.isOptional || typed === undefined ? [{ value: "", label: t("newRun.unset") }] : []),
              ]}
            />
          </div>
        </Input.Wrapper>
      );
    case "LIST":
    case "STRUCT":
      return (
        <Input.Wrapper {...shared} labelElement="div">
          <CodeView value={text} language="json" label={name} height="120px" onChange={(value) => onChange(value === "" && typed === undefined ? undefined : value)} />
        </Input.Wrapper>
      );
    case "NUMBER_INTEGER":
    case "NUMBER_DOUBLE":
      return <TextInput {...shared} inputMode={definition.parameterType === "NUMBER_INTEGER" ? "numeric" : "decimal"} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
    default:
      return <Textarea {...shared} autosize minRows={1} maxRows={12} value={text} placeholder={typed === undefined ? t("newRun.unset") : undefined} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
