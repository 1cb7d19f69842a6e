import { describe, expect, it } from "vitest";
import { firstView } from "./firstView";

const box = (x: number, y: number, width = 200, height = 60) => ({ x, y, width, height });

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
