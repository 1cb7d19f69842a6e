import { apiUrl, request } from "./http";
import { type ListRequest, listQuery } from "./lists";
import type { Artifact, ArtifactTask, JsonObject, LogMatches, Page, Run, RuntimeConfig, Task, VersionReference } from "./types";

const ALL = "/apis/v2beta1/runs";
const one = (id: string, verb = "") => `${ALL}/${encodeURIComponent(id)}${verb}`;
const change = (verb: string) => (id: string) => request<object>(one(id, verb), { method: "POST" });

export interface NewRun {
  display_name: string;
  description?: string;
  experiment_id?: string;
  pipeline_spec?: JsonObject;
  pipeline_version_reference?: VersionReference;
  runtime_config: RuntimeConfig;
  service_account?: string;
  /** For all tasks, whatever they say; absent: as each says. */
  enable_caching?: boolean;
  /** A run whose packages, exactly, its tasks are to have. */
  locked_from?: string;
}

export const runsApi = {
  list: (page: ListRequest, experimentId?: string) =>
    request<Page & { runs?: Run[] }>(ALL, {
      query: { ...listQuery(page), experiment_id: experimentId },
    }),
  get: (id: string) => request<Run>(one(id)),
  create: (run: NewRun) => request<Run>(ALL, { method: "POST", json: run }),
  remove: (id: string) => request<object>(one(id), { method: "DELETE" }),
  archive: change(":archive"),
  unarchive: change(":unarchive"),
  terminate: change(":terminate"),
  retry: change(":retry"),

  tasks: async (runId: string) =>
    (await request<{ tasks?: Task[] }>("/apis/v2beta1/tasks", { query: { run_id: runId } })).tasks ?? [],
  artifacts: async (runId: string) =>
    (await request<{ artifacts?: Artifact[] }>("/apis/v2beta1/artifacts", { query: { run_id: runId } }))
      .artifacts ?? [],
  artifactTasks: async (runId: string) =>
    (
      await request<{ artifact_tasks?: ArtifactTask[] }>("/apis/v2beta1/artifact_tasks", {
        query: { run_id: runId },
      })
    ).artifact_tasks ?? [],
};

export const tasksApi = {
  get: (id: string) => request<Task>(`/apis/v2beta1/tasks/${encodeURIComponent(id)}`),
  /** Tasks of all runs. */
  list: (page: ListRequest) => request<Page & { tasks?: Task[] }>("/apis/v2beta1/tasks", { query: listQuery(page) }),
  /** Of an attempt, counted from 0; without one, of the latest. */
  logPath: (taskId: string, attempt?: number) =>
    `/apis/v2beta1/tasks/${encodeURIComponent(taskId)}/log${attempt === undefined ? "" : `?attempt=${attempt}`}`,
  searchLog: (taskId: string, text: string, attempt?: number) =>
    request<LogMatches>(`/apis/v2beta1/tasks/${encodeURIComponent(taskId)}/log:search`, { query: { text, attempt } }),
};

export interface UsesQuery {
  task_ids?: string;
  artifact_ids?: string;
  type?: "INPUT" | "OUTPUT";
}

export const artifactsApi = {
  list: (page: ListRequest) => request<Page & { artifacts?: Artifact[] }>("/apis/v2beta1/artifacts", { query: listQuery(page) }),
  /** Which tasks of any run read and wrote which artifacts; ids with commas between. */
  uses: (of: UsesQuery, page: ListRequest) =>
    request<Page & { artifact_tasks?: ArtifactTask[] }>("/apis/v2beta1/artifact_tasks", { query: { ...of, ...listQuery(page) } }),
  /** Its bytes; the record stays. `force`: also where the cache keeps it. */
  remove: (id: string, force: boolean) =>
    request<object>(`/apis/v2beta1/artifacts/${encodeURIComponent(id)}`, { method: "DELETE", query: { force: force || undefined } }),
  get: (id: string) => request<Artifact>(`/apis/v2beta1/artifacts/${encodeURIComponent(id)}`),
  downloadPath: (id: string) => `/apis/v2beta1/artifacts/${encodeURIComponent(id)}:download`,
  downloadUrl: (id: string) => apiUrl(artifactsApi.downloadPath(id)),
  pageUrl: (id: string) => apiUrl(`/penstock/ui/artifacts/${encodeURIComponent(id)}/page`),
};

/** No task of it will start or end any more. */
export function isFinished(run: Pick<Run, "state">): boolean {
  return ["SUCCEEDED", "FAILED", "SKIPPED", "CANCELED"].includes(run.state ?? "");
}
