import { useQuery } from "@tanstack/react-query";
import { pipelinesApi } from "@/api/pipelines";
import { isFinished, runsApi } from "@/api/runs";
import type { JsonObject, Run } from "@/api/types";

const WHILE_RUNNING = 1500;

export function useRun(runId: string) {
  return useQuery({
    queryKey: ["runs", runId],
    queryFn: () => runsApi.get(runId),
    refetchInterval: ({ state }) => (state.data && !isFinished(state.data) ? WHILE_RUNNING : false),
  });
}

export function useRunTasks(run: Run | undefined) {
  const runId = run?.run_id ?? "";
  return useQuery({
    // The state is part of the key so that the end of a run is seen with its last task.
    queryKey: ["runs", runId, "tasks", run?.state],
    queryFn: () => runsApi.tasks(runId),
    enabled: run !== undefined,
    placeholderData: (before) => before,
    refetchInterval: run && !isFinished(run) ? WHILE_RUNNING : false,
  });
}

/** The spec that a run runs: its own, or that of its pipeline's version. */
export function useRunSpec(run: Run | undefined) {
  const reference = run?.pipeline_version_reference;
  return useQuery({
    queryKey: ["runs", run?.run_id, "spec"],
    queryFn: async (): Promise<JsonObject> => {
      if (run?.pipeline_spec) return run.pipeline_spec;
      const version = await pipelinesApi.version(reference?.pipeline_id ?? "", reference?.pipeline_version_id ?? "");
      return version.pipeline_spec ?? {};
    },
    enabled: run !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
