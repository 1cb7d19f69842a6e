import { useQuery } from "@tanstack/react-query";
import { isFinished, runsApi } from "@/api/runs";
import type { Artifact, ArtifactTask, Run } from "@/api/types";

export interface Lineage {
  artifacts: Artifact[];
  uses: ArtifactTask[];
}

/** A run's artifacts, and which task put each out or took it in. */
export function useLineage(run: Pick<Run, "run_id" | "state">) {
  return useQuery({
    queryKey: ["runs", run.run_id, "lineage", run.state],
    queryFn: async (): Promise<Lineage> => {
      const [artifacts, uses] = await Promise.all([runsApi.artifacts(run.run_id), runsApi.artifactTasks(run.run_id)]);
      return { artifacts, uses };
    },
    placeholderData: (before) => before,
    refetchInterval: isFinished(run) ? false : 3000,
  });
}
