import { useQuery } from "@tanstack/react-query";
import { pipelinesApi } from "@/api/pipelines";
import { runsApi } from "@/api/runs";
import type { JsonObject, Run, VersionReference } from "@/api/types";

/** What a new run runs: a version of a pipeline, or the spec of another run. */
export interface Source {
  stored: JsonObject;
  reference?: VersionReference;
  /** What the run is called unless somebody says otherwise. */
  name: string;
}

/** After the pipeline, and its version where that does not say so itself. */
export function nameOfRun(pipeline: string, version: string): string {
  return version.includes(pipeline) ? version : version ? `${pipeline} (${version})` : pipeline;
}

/** Of the version that is chosen; without one, of the newest. */
export function useVersionSource(pipelineId: string | undefined, versionId: string | undefined) {
  return useQuery({
    queryKey: ["pipelines", pipelineId, "source", versionId],
    queryFn: async (): Promise<Source | null> => {
      const id = pipelineId ?? "";
      const [pipeline, version] = await Promise.all([
        pipelinesApi.get(id),
        versionId
          ? pipelinesApi.version(id, versionId)
          : pipelinesApi.versions(id, { pageSize: 1, sortBy: "created_at desc" }).then((page) => page.pipeline_versions?.[0]),
      ]);
      if (!version) return null;
      return {
        stored: version.pipeline_spec ?? {},
        reference: { pipeline_id: id, pipeline_version_id: versionId },
        name: nameOfRun(pipeline.display_name ?? pipeline.name ?? id, version.display_name ?? version.name ?? ""),
      };
    },
    enabled: Boolean(pipelineId),
  });
}

export interface CloneSource {
  run: Run;
  source: Source;
}

export function useCloneSource(runId: string | undefined) {
  return useQuery({
    queryKey: ["runs", runId, "clone"],
    queryFn: async (): Promise<CloneSource> => {
      const run = await runsApi.get(runId ?? "");
      const name = run.display_name ?? run.run_id;
      if (run.pipeline_spec) return { run, source: { stored: run.pipeline_spec, name } };
      const reference = run.pipeline_version_reference ?? {};
      const version = await pipelinesApi.version(reference.pipeline_id ?? "", reference.pipeline_version_id ?? "");
      return { run, source: { stored: version.pipeline_spec ?? {}, reference, name } };
    },
    enabled: Boolean(runId),
  });
}
