import { stringify } from "yaml";
import type { JsonObject } from "@/api/types";

/** A stored spec as the compiler would have written it: one document, or the platform's after it. */
export function specText(stored: JsonObject): string {
  const format = (value: unknown) => stringify(value, { lineWidth: 0 });
  if (stored.pipeline_spec && typeof stored.pipeline_spec === "object") {
    return [stored.pipeline_spec, stored.platform_spec].filter(Boolean).map(format).join("---\n");
  }
  return format(stored);
}
