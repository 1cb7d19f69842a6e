import { expect, it } from "vitest";
import type { ListRequest } from "@/api/lists";
import type { ArtifactTask, Task } from "@/api/types";
import { fetchLineage, type LineageSource } from "./fetchLineage";
import { lineageOf } from "./lineage";

type Use = [task: string, type: "INPUT" | "OUTPUT", artifact: string];

/** A server that knows these uses; a task's run is the letter before its name. */
function sourceOf(uses: Use[], groups: string[] = [], addresses: Record<string, string> = {}): LineageSource & { asked: number } {
  const all = uses.map(([task_id, type, artifact_id], index): ArtifactTask => ({ id: String(index), task_id, artifact_id, type, run_id: task_id[0] }));
  const wanted = (page: ListRequest) => page.predicates?.[0]?.string_values?.values ?? [];
  const source = {
    asked: 0,
    uses: async (of: { artifact_ids?: string; task_ids?: string; type: string }) => {
      source.asked += 1;
      const tasks = of.task_ids?.split(",");
      const artifacts = of.artifact_ids?.split(",");
      return { artifact_tasks: all.filter((use) => use.type === of.type && (!tasks || tasks.includes(use.task_id)) && (!artifacts || artifacts.includes(use.artifact_id))) };
    },
    tasks: async (page: ListRequest) => ({ tasks: wanted(page).map((task_id): Task => ({ task_id, run_id: task_id[0] ?? "", type: groups.includes(task_id) ? "DAG" : "RUNTIME" })) }),
    artifacts: async (page: ListRequest) => {
      const field = page.predicates?.[0]?.key;
      const ids = [...new Set(all.map((use) => use.artifact_id))].filter((id) => wanted(page).includes(field === "uri" ? (addresses[id] ?? "") : id));
      return { artifacts: ids.map((artifact_id) => ({ artifact_id, uri: addresses[artifact_id] })) };
    },
  };
  return source;
}

const steps = async (id: string, direction: "up" | "down", source: LineageSource, uri?: string) =>
  lineageOf(id, direction, await fetchLineage({ artifact_id: id, uri }, source)).map(({ depth, item }) => `${depth} ${item.kind === "task" ? item.task.task_id : item.artifact.artifact_id}`);

it("goes over from run to run, both ways, past groups", async () => {
  const source = sourceOf(
    [
      ["a-load", "OUTPUT", "raw"],
      ["a-group", "OUTPUT", "raw"],
      ["b-group", "INPUT", "raw"],
      ["b-train", "INPUT", "raw"],
      ["b-train", "OUTPUT", "model"],
      ["c-test", "INPUT", "model"],
      ["c-test", "OUTPUT", "report"],
    ],
    ["a-group", "b-group"],
  );
  expect(await steps("model", "up", source)).toEqual(["0 b-train", "1 raw", "2 a-load"]);
  expect(await steps("raw", "down", source)).toEqual(["0 b-train", "1 model", "2 c-test", "3 report"]);
});

it("ends in a circle, and is cut where it has no end", async () => {
  expect(await steps("a", "down", sourceOf([["t", "INPUT", "a"], ["t", "OUTPUT", "a"]]))).toEqual(["0 t"]);
  const chain = Array.from({ length: 40 }, (_, n): Use[] => [[`t${n}`, "INPUT", `a${n}`], [`t${n}`, "OUTPUT", `a${n + 1}`]]).flat();
  const source = sourceOf(chain);
  const facts = await fetchLineage({ artifact_id: "a0" }, source);
  expect(facts.cut).toBe(true);
  expect(source.asked).toBeLessThan(60);
});

it("is cut where very many tasks use one thing", async () => {
  const facts = await fetchLineage({ artifact_id: "a" }, sourceOf(Array.from({ length: 300 }, (_, n): Use => [`t${n}`, "INPUT", "a"])));
  expect(facts.tasks).toHaveLength(200);
  expect(facts.cut).toBe(true);
});

it("takes records of one address for one thing, as importers make them", async () => {
  const source = sourceOf(
    [
      ["a-make", "OUTPUT", "data"],
      ["b-import", "OUTPUT", "imported"],
      ["b-use", "INPUT", "imported"],
      ["b-use", "OUTPUT", "report"],
    ],
    [],
    { data: "s3://x", imported: "s3://x" },
  );
  expect(await steps("data", "down", source, "s3://x")).toEqual(["0 b-use", "1 report"]);
  expect(await steps("report", "up", source)).toEqual(["0 b-use", "1 imported", "2 a-make", "2 b-import"]);
});
