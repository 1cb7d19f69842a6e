// The app's addresses. Those of runs, experiments and pipelines are what the SDK prints: they stay.

const id = encodeURIComponent;

export const paths = {
  home: "/",
  pipelines: "/pipelines",
  newVersion: (pipelineId?: string) =>
    pipelineId ? `/pipeline_versions/new?pipeline=${id(pipelineId)}` : "/pipeline_versions/new",
  pipeline: (pipelineId: string, versionId?: string) =>
    versionId ? `/pipelines/details/${id(pipelineId)}/version/${id(versionId)}` : `/pipelines/details/${id(pipelineId)}`,
  experiments: "/experiments",
  archivedExperiments: "/archive/experiments",
  experiment: (experimentId: string) => `/experiments/details/${id(experimentId)}`,
  runs: "/runs",
  archivedRuns: "/archive/runs",
  newRun: (from: NewRunSource = {}) => `/runs/new${queryOf(from)}`,
  run: (runId: string) => `/runs/details/${id(runId)}`,
  task: (runId: string, taskId: string) => `/runs/details/${id(runId)}/execution/${id(taskId)}`,
  compare: (runIds: string[]) => `/compare?runlist=${runIds.map(id).join(",")}`,
  recurring: "/recurringruns",
  recurringRun: (recurringId: string) => `/recurringrun/details/${id(recurringId)}`,
  cache: "/cache",
  cacheEntry: (taskId: string) => `/cache/${id(taskId)}`,
  environments: "/environments",
  environment: (environmentId: string) => `/environments${queryOf({ environment: environmentId })}`,
  artifacts: "/artifacts",
  artifact: (artifactId: string) => `/artifacts/${id(artifactId)}`,
  buckets: "/store/buckets",
  bucket: (bucket: string, prefix = "") => `/store/buckets/${id(bucket)}${queryOf({ prefix })}`,
  object: (bucket: string, key: string) => `/store/buckets/${id(bucket)}/object${queryOf({ key })}`,
  bucketSettings: (bucket: string) => `/store/buckets/${id(bucket)}/settings`,
  access: "/store/access",
  policies: "/store/policies",
  drives: "/store/drives",
} as const;

export interface NewRunSource {
  pipeline?: string;
  version?: string;
  experiment?: string;
  clone?: string; // of the run with this id
  recurring?: string; // "1": the form starts as one for a recurring run
}

function queryOf(values: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values) as [string, string | undefined][]) {
    if (value) search.set(name, value);
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** The path behind the hash, as an address for links. */
export function href(path: string): string {
  return `#${path}`;
}
