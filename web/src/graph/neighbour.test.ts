import { expect, it } from "vitest";
import { neighbour } from "./neighbour";

const box = (id: string, x: number, y: number, parentId?: string) => ({ id, position: { x, y }, parentId, width: 10, height: 10 });
const nodes = [box("a", 0, 0), box("b", -50, 100), box("c", 50, 100), box("g", 0, 200), box("in", 5, 60, "g")];

it.each([
  ["a", "ArrowDown", "b"],
  ["b", "ArrowRight", "c"],
  ["c", "ArrowLeft", "b"],
  ["c", "ArrowUp", "a"],
  ["g", "ArrowDown", "in"],
  ["a", "ArrowUp", undefined],
  [undefined, "ArrowDown", "a"],
])("from %s by %s to %s", (from, key, to) => expect(neighbour(nodes, from, key)).toBe(to));
