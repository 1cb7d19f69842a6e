// Values of parameters as they are typed in, and as they are sent.
import type { Json, JsonObject } from "@/api/types";
import type { MessageKey, Params } from "@/i18n/messages";
import type { ParameterDefinition } from "@/graph/spec";

export interface Problem {
  key: MessageKey;
  params?: Params;
}

/** What is in a field; undefined: nothing is sent, so that the pipeline's own default counts. */
export type Typed = string | boolean | undefined;

export type Parsed = { value: Json | undefined } | { problem: Problem };

/** How a value is shown in its field. */
export function typedOf(value: Json | undefined, definition: ParameterDefinition): Typed {
  if (value === undefined || value === null) return undefined;
  switch (definition.parameterType) {
    case "BOOLEAN":
      return value === true || value === "true";
    case "LIST":
    case "STRUCT":
      return typeof value === "string" ? value : JSON.stringify(value, null, 2);
    default:
      return typeof value === "string" ? value : JSON.stringify(value);
  }
}

function parseJson(text: string, isRight: (value: Json) => boolean, wrong: MessageKey): Parsed {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { problem: { key: "newRun.notJson", params: { message: error instanceof Error ? error.message : "" } } };
  }
  return isRight(value) ? { value } : { problem: { key: wrong } };
}

/** What a field's content means, by the type that the pipeline declares. */
export function parseTyped(typed: Typed, definition: ParameterDefinition): Parsed {
  const needed = !definition.isOptional && definition.defaultValue === undefined;
  if (typed === undefined) return needed ? { problem: { key: "newRun.required" } } : { value: undefined };
  if (typeof typed === "boolean") return { value: typed };
  const type = definition.parameterType;
  // An empty text is a text; an empty number, list or object is nothing.
  if (typed.trim() === "" && type !== "STRING") {
    return needed ? { problem: { key: "newRun.required" } } : { value: undefined };
  }
  switch (type) {
    case "NUMBER_INTEGER":
      return /^\s*[-+]?\d+\s*$/.test(typed) && Number.isSafeInteger(Number(typed))
        ? { value: Number(typed) }
        : { problem: { key: "newRun.notInteger" } };
    case "NUMBER_DOUBLE":
      return Number.isFinite(Number(typed)) ? { value: Number(typed) } : { problem: { key: "newRun.notNumber" } };
    case "LIST":
      return parseJson(typed, Array.isArray, "newRun.notList");
    case "STRUCT":
      return parseJson(typed, (value) => typeof value === "object" && value !== null && !Array.isArray(value), "newRun.notStruct");
    case "BOOLEAN":
      return { value: typed === "true" };
    default:
      return { value: typed };
  }
}

export type Definition = [name: string, definition: ParameterDefinition];

/** All fields read: what to send, and what is wrong by name. */
export function parseAll(definitions: Definition[], typed: Record<string, Typed>): { values: JsonObject; problems: Record<string, Problem> } {
  const values: JsonObject = {};
  const problems: Record<string, Problem> = {};
  for (const [name, definition] of definitions) {
    const parsed = parseTyped(typed[name], definition);
    if ("problem" in parsed) problems[name] = parsed.problem;
    else if (parsed.value !== undefined) values[name] = parsed.value;
  }
  return { values, problems };
}

/** The fields at first: given values (of a run that is cloned), else the defaults. */
export function startValues(definitions: Definition[], given: JsonObject = {}): Record<string, Typed> {
  return Object.fromEntries(
    definitions.map(([name, definition]) => [name, typedOf(given[name] ?? definition.defaultValue, definition)]),
  );
}
