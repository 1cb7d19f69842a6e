import { useQuery } from "@tanstack/react-query";
import { experimentsApi } from "@/api/experiments";
import { pipelinesApi } from "@/api/pipelines";
import type { Experiment, Pipeline } from "@/api/types";

/** Experiments by id, for their names in lists of runs. */
export function useExperimentNames(): Map<string, Experiment> {
  const query = useQuery({
    queryKey: ["experiments", "names"],
    queryFn: async () => (await experimentsApi.list({ pageSize: 200, sortBy: "created_at desc" })).experiments ?? [],
    staleTime: 60_000,
  });
  return new Map((query.data ?? []).map((one) => [one.experiment_id, one]));
}

export function usePipelineNames(): Map<string, Pipeline> {
  const query = useQuery({
    queryKey: ["pipelines", "names"],
    queryFn: async () => (await pipelinesApi.list({ pageSize: 200, sortBy: "created_at desc" })).pipelines ?? [],
    staleTime: 60_000,
  });
  return new Map((query.data ?? []).map((one) => [one.pipeline_id, one]));
}
