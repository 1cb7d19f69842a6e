import { useMemo } from "react";
import type { JsonObject } from "@/api/types";
import { useT } from "@/i18n";
import { CodeView } from "@/ui/CodeView";
import { specText } from "./specText";

/** Loaded with the YAML writer when the tab is opened. */
export default function SpecView({ spec }: { spec: JsonObject }) {
  const t = useT();
  const text = useMemo(() => specText(spec), [spec]);
  return <CodeView value={text} language="yaml" label={t("pipelines.source")} />;
}
