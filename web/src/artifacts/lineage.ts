import type { Artifact, ArtifactTask, Task } from "@/api/types";

export type LineageItem = { kind: "artifact"; artifact: Artifact } | { kind: "task"; task: Task };

export interface LineageStep {
  depth: number;
  item: LineageItem;
}

interface Facts {
  artifacts: Artifact[];
  uses: ArtifactTask[];
  tasks: Task[];
}

// Groups pass on what the tasks within them take in and put out; they made nothing.
const WORKING = new Set(["RUNTIME", "IMPORTER"]);

/** What an artifact came from ("up") or what has come of it ("down"), nearest first. */
export function lineageOf(artifactId: string, direction: "up" | "down", facts: Facts): LineageStep[] {
  const tasks = new Map(facts.tasks.filter((task) => WORKING.has(task.type ?? "")).map((task) => [task.task_id, task]));
  const artifacts = new Map(facts.artifacts.map((artifact) => [artifact.artifact_id, artifact]));
  const [towards, onwards] = direction === "up" ? (["OUTPUT", "INPUT"] as const) : (["INPUT", "OUTPUT"] as const);
  const steps: LineageStep[] = [];
  const seen = new Set<string>([artifactId]);
  const visit = (id: string, depth: number) => {
    for (const use of facts.uses) {
      const task = tasks.get(use.task_id);
      if (use.artifact_id !== id || use.type !== towards || !task || seen.has(task.task_id)) continue;
      seen.add(task.task_id);
      steps.push({ depth, item: { kind: "task", task } });
      for (const next of facts.uses) {
        const artifact = artifacts.get(next.artifact_id);
        if (next.task_id !== task.task_id || next.type !== onwards || !artifact || seen.has(artifact.artifact_id)) continue;
        seen.add(artifact.artifact_id);
        steps.push({ depth: depth + 1, item: { kind: "artifact", artifact } });
        visit(artifact.artifact_id, depth + 2);
      }
    }
  };
  visit(artifactId, 0);
  return steps;
}
