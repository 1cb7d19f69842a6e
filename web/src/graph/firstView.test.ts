import { describe, expect, it } from "vitest";
import { firstView, heightOf } from "./firstView";

const box = (x: number, y: number, width = 200, height = 60) => ({ x, y, width, height });

describe("heightOf", () => {
  it("is that of what is drawn, as large as it gets in that width", () => {
    expect(heightOf([box(0, 0), box(0, 100)], 1000)).toBe(Math.ceil(160 * 1.1 + 56 + 56));
    expect(heightOf([box(0, 0), box(1800, 0, 200, 1000)], 1056)).toBe(500 + 112);
  });
});

describe("firstView", () => {
  it("shows all of what can be read so, in the middle", () => {
    const { x, y, zoom } = firstView([box(0, 0), box(0, 100)], { width: 1000, height: 600 });
    expect(zoom).toBe(1.1);
    expect([x + 100 * zoom, y + 80 * zoom]).toEqual([500, 300]);
  });

  it("begins at the top of what is too large for a narrow window", () => {
    const { x, y, zoom } = firstView([box(900, 0), box(0, 200), box(1800, 5000)], { width: 360, height: 400 });
    expect(zoom).toBe(0.62);
    expect(y).toBe(28);
    expect(x + 1000 * zoom).toBeCloseTo(180);
  });

  it("leaves nothing empty beside a wide one", () => {
    const { x } = firstView([box(0, 0), box(1800, 0)], { width: 360, height: 400 });
    expect(x).toBe(28);
  });
});
