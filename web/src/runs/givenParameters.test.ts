import { describe, expect, it } from "vitest";
import { givenParameters } from "./givenParameters";

const stored = { root: { inputDefinitions: { parameters: { text: { parameterType: "STRING", defaultValue: "hello" }, rate: { parameterType: "NUMBER_DOUBLE" }, note: { isOptional: true } } } } };

describe("givenParameters", () => {
  it("says what was given and what the pipeline gives by itself, in the pipeline's order", () => {
    expect(givenParameters({ runtime_config: { parameters: { rate: 0, extra: 1 } } }, stored)).toEqual([
      { name: "text", value: "hello", byDefault: true },
      { name: "rate", value: 0, byDefault: false },
      { name: "extra", value: 1, byDefault: false },
    ]);
  });
  it("does without a spec", () => {
    expect(givenParameters({ runtime_config: { parameters: { a: false } } }, undefined)).toEqual([{ name: "a", value: false, byDefault: false }]);
    expect(givenParameters({}, undefined)).toEqual([]);
  });
});
