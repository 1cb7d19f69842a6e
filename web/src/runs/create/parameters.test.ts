import { describe, expect, it } from "vitest";
import type { ParameterDefinition, ParameterType } from "@/graph/spec";
import { parseAll, parseTyped, startValues, type Typed, typedOf } from "./parameters";

const of = (parameterType: ParameterType, more: Partial<ParameterDefinition> = {}): ParameterDefinition => ({ parameterType, ...more });

describe("parseTyped", () => {
  it.each<[ParameterType, Typed, unknown]>([
    ["STRING", "a b", "a b"],
    ["STRING", "", ""],
    ["NUMBER_INTEGER", " 42 ", 42],
    ["NUMBER_INTEGER", "-7", -7],
    ["NUMBER_DOUBLE", "1e-3", 0.001],
    ["BOOLEAN", true, true],
    ["BOOLEAN", false, false],
    ["LIST", "[1, \"a\"]", [1, "a"]],
    ["STRUCT", "{\"a\": {}}", { a: {} }],
  ])("%s takes %j", (type, typed, value) => expect(parseTyped(typed, of(type))).toEqual({ value }));

  it.each<[ParameterType, Typed, string]>([
    ["STRING", undefined, "newRun.required"],
    ["NUMBER_INTEGER", "1.5", "newRun.notInteger"],
    ["NUMBER_INTEGER", "1e3", "newRun.notInteger"],
    ["NUMBER_INTEGER", "99999999999999999999", "newRun.notInteger"],
    ["NUMBER_INTEGER", "", "newRun.required"],
    ["NUMBER_DOUBLE", "x", "newRun.notNumber"],
    ["NUMBER_DOUBLE", "Infinity", "newRun.notNumber"],
    ["LIST", "{}", "newRun.notList"],
    ["LIST", "[1,", "newRun.notJson"],
    ["STRUCT", "[]", "newRun.notStruct"],
    ["STRUCT", "null", "newRun.notStruct"],
  ])("%s refuses %j", (type, typed, key) => expect(parseTyped(typed, of(type))).toMatchObject({ problem: { key } }));

  it("sends nothing for what may be left out", () => {
    expect(parseTyped(undefined, of("STRING", { isOptional: true }))).toEqual({ value: undefined });
    expect(parseTyped("", of("LIST", { defaultValue: [1] }))).toEqual({ value: undefined });
  });
});

describe("fields", () => {
  it("start with given values, else with defaults, and come back as they were", () => {
    const definitions: [string, ParameterDefinition][] = [
      ["n", of("NUMBER_INTEGER", { defaultValue: 3 })],
      ["l", of("LIST", { defaultValue: [1, { a: 2 }] })],
      ["b", of("BOOLEAN", { defaultValue: false })],
      ["s", of("STRING", { isOptional: true })],
    ];
    const typed = startValues(definitions, { n: 5 });
    expect(typed.n).toBe("5");
    expect(typed.s).toBeUndefined();
    expect(parseAll(definitions, typed)).toEqual({ values: { n: 5, l: [1, { a: 2 }], b: false }, problems: {} });
  });
  it("show lists as JSON", () => expect(typedOf([1], of("LIST"))).toBe("[\n  1\n]"));
});
