import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLive, pollEvery } from "@/api/live";
import { pipelinesApi } from "@/api/pipelines";
import { isFinished, runsApi } from "@/api/runs";
import type { JsonObject, Run, Task } from "@/api/types";
import { runKey, specKey, tasksKey } from "./keys";

const WHILE_RUNNING = 1500;

export function useRun(runId: string) {
  return useQuery({
    queryKey: runKey(runId),
    queryFn: () => runsApi.get(runId),
    refetchInterval: ({ state }) => (state.data && !isFinished(state.data) ? pollEvery(WHILE_RUNNING) : false),
  });
}

export function useRunTasks(run: Run | undefined) {
  const runId = run?.run_id ?? "";
  return useQuery({
    queryKey: tasksKey(runId),
    queryFn: () => runsApi.tasks(runId),
    enabled: run !== undefined,
    // After the end once more: the last task and the run may have been asked for in the wrong order.
    refetchInterval: ({ state }) => (run && (!isFinished(run) || !allEnded(state.data)) ? pollEvery(WHILE_RUNNING) : false),
  });
}

function allEnded(tasks: Task[] | undefined): boolean {
  return tasks?.every((task) => task.state !== "RUNNING" && task.state !== "PENDING") ?? false;
}

/** With a task that has changed, or come into being. */
export function withTask(tasks: Task[], changed: Task): Task[] {
  const at = tasks.findIndex((task) => task.task_id === changed.task_id);
  if (at < 0) return [...tasks, changed];
  return tasks.map((task, index) => (index === at ? changed : task));
}

/** Brings in what the server tells of a run while it goes on. */
export function useWatchRun(run: Run | undefined): void {
  const client = useQueryClient();
  const runId = run?.run_id ?? "";
  const refresh = () => void client.invalidateQueries({ queryKey: runKey(runId) });
  useLive(
    run && !isFinished(run) ? `/apis/v2beta1/runs/${encodeURIComponent(runId)}:watch` : "",
    {
      task: (data) => {
        const task = JSON.parse(data) as Task;
        client.setQueryData<Task[]>(tasksKey(runId), (before) => before && withTask(before, task));
      },
      run: (data) => {
        const changed = JSON.parse(data) as Run;
        // It comes without its pipeline, which does not change.
        client.setQueryData<Run>(runKey(runId), (before) => before && { ...before, ...changed });
        if (isFinished(changed)) refresh();
      },
      reload: refresh,
    },
    () => {},
  );
}

/** The spec that a run runs: its own, or that of its pipeline's version. */
export function useRunSpec(run: Run | undefined) {
  const reference = run?.pipeline_version_reference;
  return useQuery({
    queryKey: specKey(run?.run_id ?? ""),
    queryFn: async (): Promise<JsonObject> => {
      if (run?.pipeline_spec) return run.pipeline_spec;
      const version = await pipelinesApi.version(reference?.pipeline_id ?? "", reference?.pipeline_version_id ?? "");
      return version.pipeline_spec ?? {};
    },
    // Its own has come with it.
    initialData: () => run?.pipeline_spec,
    enabled: run !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
