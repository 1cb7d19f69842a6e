import { describe, expect, it } from "vitest";
import { allNodes } from "@/graph/model";
import type { PipelineSpec, TaskSpec } from "@/graph/spec";
import { changesGraph } from "./changesGraph";

const task = (component: string, ...after: string[]): TaskSpec => ({ componentRef: { name: component }, dependentTasks: after });

function spec(root: Record<string, TaskSpec>, inner: Record<string, TaskSpec> = {}): PipelineSpec {
  return { components: { "comp-inner": { dag: { tasks: inner } } }, root: { dag: { tasks: root } } };
}

const marks = (before: PipelineSpec, after: PipelineSpec) =>
  Object.fromEntries(allNodes(changesGraph(before, after)).map((node) => [node.id, node.change ?? node.changesWithin ?? "same"]));

describe("changesGraph", () => {
  it("has all that either version has, each in its place", () => {
    const before = spec({ a: task("x"), b: task("x", "a"), group: task("comp-inner") }, { one: task("x"), two: task("x", "one") });
    const after = spec({ a: task("x"), c: task("x", "a"), group: task("comp-inner") }, { one: { ...task("x"), cachingOptions: { enableCache: true } } });
    expect(marks(before, after)).toEqual({ a: "same", c: "added", group: 2, "group/one": "changed", "group/two": "removed", b: "removed" });
    const { edges, count } = changesGraph(before, after);
    expect(edges.map((edge) => [edge.id, edge.change]).sort()).toEqual([["a→b", "removed"], ["a→c", "added"], ["group/one→group/two", "removed"]]);
    expect(count).toBe(5);
  });

  it("takes what was removed with all that was in it once", () => {
    const before = spec({ group: task("comp-inner") }, { one: task("x") });
    expect(marks(before, spec({}))).toEqual({ group: "removed", "group/one": "removed" });
    expect(marks(spec({}), spec({ a: task("x") }))).toEqual({ a: "added" });
  });

  it("says nothing of two that are the same", () => {
    const one = spec({ a: task("x"), group: task("comp-inner") }, { one: task("x") });
    expect(new Set(Object.values(marks(one, one)))).toEqual(new Set(["same"]));
  });
});
