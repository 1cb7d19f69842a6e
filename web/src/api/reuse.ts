// What earlier runs have done, used again: plans, runs made from others, the cache.
import { request } from "./http";
import { type ListRequest, listQuery } from "./lists";
import type { NewRun } from "./runs";
import type { CacheEntry, Page, Run, RunDerivation, RunPlan } from "./types";

const RUNS = "/apis/v2beta1/runs";
const CACHE = "/apis/v2beta1/cache_entries";

export type Derivation = "RESUME" | "RERUN" | "CLONE";
const VERBS: Record<Derivation, string> = { RESUME: ":resume", RERUN: ":rerun", CLONE: ":clone" };
const of = (id: string, verb: string) => `${RUNS}/${encodeURIComponent(id)}${verb}`;

export const reuseApi = {
  plan: (run: Omit<NewRun, "display_name"> & { display_name?: string }) => request<RunPlan>(`${RUNS}:plan`, { method: "POST", json: run }),
  planDerived: (runId: string, kind: Derivation, more: RunDerivation) => request<RunPlan>(of(runId, ":plan"), { method: "POST", json: { ...more, kind } }),
  derive: (runId: string, kind: Derivation, more: RunDerivation) => request<Run>(of(runId, VERBS[kind]), { method: "POST", json: more }),
};

export interface CacheSelection {
  fingerprint?: string;
  pipeline_name?: string;
  task_name?: string;
  run_id?: string;
  all?: boolean;
}

export const cacheApi = {
  list: (page: ListRequest) => request<Page & { cache_entries?: CacheEntry[] }>(CACHE, { query: listQuery(page) }),
  get: (taskId: string) => request<CacheEntry>(`${CACHE}/${encodeURIComponent(taskId)}`),
  remove: (taskId: string) => request<object>(`${CACHE}/${encodeURIComponent(taskId)}`, { method: "DELETE" }),
  invalidate: async (selection: CacheSelection) =>
    Number((await request<{ invalidated?: string }>(`${CACHE}:invalidate`, { method: "POST", json: selection })).invalidated ?? 0),
};
