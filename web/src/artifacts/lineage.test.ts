import { expect, it } from "vitest";
import type { ArtifactTask, Task } from "@/api/types";
import { lineageOf } from "./lineage";

const use = (task_id: string, type: "INPUT" | "OUTPUT", artifact_id: string): ArtifactTask => ({ id: `${task_id}${type}${artifact_id}`, task_id, run_id: "r", type, artifact_id });
const task = (task_id: string, type: Task["type"] = "RUNTIME"): Task => ({ task_id, run_id: "r", type });
const facts = {
  artifacts: ["raw", "clean", "model", "report"].map((artifact_id) => ({ artifact_id })),
  tasks: [task("load"), task("prepare"), task("train"), task("show"), task("dag", "DAG")],
  uses: [
    use("load", "OUTPUT", "raw"),
    use("prepare", "INPUT", "raw"),
    use("prepare", "OUTPUT", "clean"),
    use("dag", "OUTPUT", "clean"),
    use("train", "INPUT", "clean"),
    use("train", "OUTPUT", "model"),
    use("show", "INPUT", "clean"),
    use("show", "OUTPUT", "report"),
  ],
};
const names = (id: string, direction: "up" | "down") =>
  lineageOf(id, direction, facts).map(({ depth, item }) => `${depth} ${item.kind === "task" ? item.task.task_id : item.artifact.artifact_id}`);

it("goes up to what it was made from", () => {
  expect(names("model", "up")).toEqual(["0 train", "1 clean", "2 prepare", "3 raw", "4 load"]);
});
it("goes down to what was made from it, past groups", () => {
  expect(names("clean", "down")).toEqual(["0 train", "1 model", "0 show", "1 report"]);
});
it("ends in a circle", () => {
  const circle = { artifacts: [{ artifact_id: "a" }], tasks: [task("t")], uses: [use("t", "INPUT", "a"), use("t", "OUTPUT", "a")] };
  expect(lineageOf("a", "down", circle)).toHaveLength(1);
});
