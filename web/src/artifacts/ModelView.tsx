import { Alert, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { formatCount } from "@/format/size";
import { useLanguage } from "@/i18n";
import { Facts } from "@/ui/Facts";
import { DataGrid } from "./DataGrid";
import { type ModelFacts, parametersOf } from "./model/facts";

/** What a model's file says of itself. */
export function ModelView({ model, height }: { model: ModelFacts; height: number }) {
  const { t, language } = useLanguage();
  const { tensors, more } = model;
  const table = useMemo(
    () => ({
      columns: [t("field.name"), t("field.type"), t("model.shape")],
      rows: tensors.map((one) => [one.name, one.type, one.shape.length ? one.shape.join(" × ") : "–"]),
      total: tensors.length + more,
    }),
    [tensors, more, t],
  );
  const parameters = parametersOf(tensors.filter((one) => one.shape.length > 0));
  return (
    <Stack gap="sm">
      <Facts
        rows={[
          [t("model.format"), model.format],
          [t("model.tensors"), tensors.length > 0 && formatCount(tensors.length + more, language)],
          [t("model.parameters"), parameters > 0 && more === 0 && formatCount(parameters, language)],
          ...model.facts.map(([name, value]): [string, React.ReactNode] => [name, value && <span key={name} style={{ whiteSpace: "pre-wrap" }}>{value}</span>]),
        ]}
      />
      {model.runsCode && <Alert variant="outline" color="yellow" py="xs">{t("model.runsCode")}</Alert>}
      {model.cut && <Text size="sm" c="dimmed">{t("model.cut")}</Text>}
      {tensors.length > 0 && <DataGrid table={table} height={height} />}
    </Stack>
  );
}
