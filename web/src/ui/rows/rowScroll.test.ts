import { describe, expect, it } from "vitest";
import { type Bar, type Drawn, heightOf, placeAt, scrollOf, shiftFor, topAt } from "./rowScroll";

const ROW = 19;
const bar = (count: number, view = 190): Bar => ({ count, view, row: ROW, height: heightOf({ count, view, row: ROW }) });
/** Lines of one row, but for every tenth, which has three. */
function drawn(first: number, lines: number): Drawn {
  const tops = [0];
  for (let index = 0; index < lines; index += 1) tops.push((tops[index] ?? 0) + ROW * ((first + index) % 10 === 0 ? 3 : 1));
  return { first, tops, row: ROW };
}

describe("the bar", () => {
  it.each([5, 1000, 1_000_000, 30_000_000])("goes from the first to the last of %i lines and back", (count) => {
    const one = bar(count);
    expect(topAt(0, one)).toBe(0);
    expect(one.height).toBeLessThanOrEqual(8_000_000);
    const end = topAt(one.height - one.view, one);
    expect(end).toBeCloseTo(Math.max(0, count - 10), 3);
    expect(topAt(scrollOf(end / 2, one), one)).toBeCloseTo(end / 2, 3);
    expect(topAt(one.height * 2, one)).toBeCloseTo(end, 3);
  });
});

describe("placeAt", () => {
  it("names the line at a height, also beyond what is drawn", () => {
    const lines = drawn(100, 50);
    expect(placeAt(0, lines, 1000)).toEqual({ at: "top", line: 100, pixels: 0 });
    expect(placeAt(60, lines, 1000)).toEqual({ at: "top", line: 101, pixels: 60 - 57 });
    expect(placeAt(-20, lines, 1000)).toEqual({ at: "top", line: 98, pixels: 18 });
    const height = lines.tops.at(-1) ?? 0;
    expect(placeAt(height + 40, lines, 1000)).toEqual({ at: "top", line: 152, pixels: 2 });
    expect(placeAt(-5000, lines, 1000)).toEqual({ at: "top", line: 0, pixels: 0 });
    expect(placeAt(height + 5000, lines, 160)).toEqual({ at: "end" });
  });
});

describe("shiftFor", () => {
  it("keeps the place, and leaves nothing empty at the ends", () => {
    const middle = drawn(100, 50);
    expect(shiftFor({ at: "top", line: 101, pixels: 3 }, middle, bar(1000))).toBe(60);
    expect(shiftFor({ at: "middle", line: 110 }, middle, bar(1000))).toBe((middle.tops[10] ?? 0) + 28.5 - 95);
    const last = drawn(950, 50);
    expect(shiftFor({ at: "end" }, last, bar(1000))).toBe((last.tops.at(-1) ?? 0) - 190);
    expect(shiftFor({ at: "top", line: 999, pixels: 0 }, last, bar(1000))).toBe((last.tops.at(-1) ?? 0) - 190);
    expect(shiftFor({ at: "end" }, drawn(0, 3), bar(3))).toBe(0);
    expect(shiftFor({ at: "middle", line: 1 }, drawn(0, 50), bar(1000))).toBe(0);
  });
});
