import { describe, expect, it } from "vitest";
import { firstRow, firstView, heightOf } from "./firstView";
import type { GraphNode } from "./model";

const box = (x: number, y: number, width = 200, height = 60) => ({ x, y, width, height });

describe("heightOf", () => {
  it("is that of what is drawn, as large as it gets in that width", () => {
    expect(heightOf([box(0, 0), box(0, 100)], 1000)).toBe(Math.ceil(160 * 1.1 + 56 + 56));
    expect(heightOf([box(0, 0), box(1800, 0, 200, 1000)], 1056)).toBe(500 + 112);
  });
});

describe("firstView", () => {
  it("shows all of what can be read so, in the middle", () => {
    const { x, y, zoom } = firstView([box(0, 0), box(0, 100)], { width: 1000, height: 600 }, [box(0, 0)]);
    expect(zoom).toBe(1.1);
    expect([x + 100 * zoom, y + 80 * zoom]).toEqual([500, 300]);
  });

  it("begins at the top of what is too large for a narrow window", () => {
    const { x, y, zoom } = firstView([box(900, 0), box(0, 200), box(1800, 5000)], { width: 360, height: 400 }, [box(900, 0)]);
    expect(zoom).toBe(0.75);
    expect(y).toBe(28);
    expect(x + 1000 * zoom).toBeCloseTo(180);
  });

  it("begins on the left of a row that is too wide", () => {
    const row = [box(600, 0), box(900, 0), box(1200, 0)];
    const { x, zoom } = firstView([...row, box(0, 200), box(1800, 200)], { width: 360, height: 400 }, row);
    expect(x + 600 * zoom).toBeCloseTo(28);
  });

  it("leaves nothing empty beside a wide one", () => {
    const { x } = firstView([box(0, 0), box(1800, 0)], { width: 360, height: 400 }, [box(0, 0)]);
    expect(x).toBe(28);
  });
});

describe("firstRow", () => {
  const node = (id: string, ...children: string[]): GraphNode => ({ id, children: children.map((child) => node(child)) }) as unknown as GraphNode;
  const layout = new Map([
    ["group", box(10, 20, 1600, 400)],
    ["last", box(600, 500)],
    ["left", box(16, 200)],
    ["first", box(1200, 54)],
    ["beside", box(1430, 54)],
  ]);
  const nodes = [node("last"), node("group", "left", "beside", "first")];

  it("is that of a group that is open", () => {
    expect(firstRow(nodes, layout, new Set(["group"]))).toEqual([box(1210, 74), box(1440, 74)]);
  });

  it("is a group that is closed", () => {
    expect(firstRow(nodes, layout, new Set())).toEqual([box(10, 20, 1600, 400)]);
  });

  it("is nothing of nothing", () => {
    expect(firstRow([], layout, new Set())).toEqual([]);
  });
});
