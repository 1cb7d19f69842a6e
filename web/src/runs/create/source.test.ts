import { describe, expect, it } from "vitest";
import { nameOfRun } from "./source";

describe("nameOfRun", () => {
  it("names the pipeline, and the version where that is called otherwise", () => {
    expect(nameOfRun("census", "census")).toBe("census");
    expect(nameOfRun("census", "census version at noon")).toBe("census version at noon");
    expect(nameOfRun("census", "second")).toBe("census (second)");
    expect(nameOfRun("census", "")).toBe("census");
  });
});
