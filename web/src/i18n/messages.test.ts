import { describe, expect, it } from "vitest";
import { en } from "./en";
import { fill } from "./messages";
import { zh } from "./zh";

describe("fill", () => {
  it("puts parameters in and chooses forms", () => {
    expect(fill("{count} {count, run, runs} of {name}", { count: 1, name: "x" })).toBe("1 run of x");
    expect(fill("{count} {count, run, runs}", { count: 0 })).toBe("0 runs");
    expect(fill("{count}{count, 个}", { count: 3 })).toBe("3个");
    expect(fill("{count} {count, row, rows}", { count: 20001 })).toBe("20,001 rows");
    expect(fill("{missing}")).toBe("{missing}");
  });
});

describe("languages", () => {
  const parameters = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort();
  it.each(Object.keys(en) as (keyof typeof en)[])("%s says the same in Chinese", (key) => {
    expect(zh[key]).toBeTruthy();
    expect([...new Set(parameters(zh[key]))]).toEqual([...new Set(parameters(en[key]))]);
  });
});
