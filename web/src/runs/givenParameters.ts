import type { Json, JsonObject, Run } from "@/api/types";
import { pipelineSpecOf, rootParameters } from "@/graph/spec";

export interface GivenParameter {
  name: string;
  value: Json;
  byDefault: boolean;
}

/** What the run had as parameters: given when it was started, or the pipeline's own defaults. */
export function givenParameters(run: Pick<Run, "runtime_config">, stored: JsonObject | undefined): GivenParameter[] {
  const given = run.runtime_config?.parameters ?? {};
  const definitions = rootParameters(pipelineSpecOf(stored) ?? {});
  const names = [...new Set([...definitions.map(([name]) => name), ...Object.keys(given)])];
  const defaults = new Map(definitions.map(([name, definition]) => [name, definition.defaultValue]));
  return names.flatMap((name) => {
    const value = given[name] ?? defaults.get(name);
    return value === undefined ? [] : [{ name, value, byDefault: given[name] === undefined }];
  });
}
