import type { ParameterDefinition } from "./spec";

const NAMES: Record<string, string> = {
  NUMBER_INTEGER: "int",
  NUMBER_DOUBLE: "float",
  STRING: "str",
  BOOLEAN: "bool",
  LIST: "list",
  STRUCT: "dict",
};

/** A parameter's type as those write it who write pipelines. */
export function typeName({ parameterType }: ParameterDefinition): string {
  return NAMES[parameterType ?? ""] ?? parameterType ?? "";
}
