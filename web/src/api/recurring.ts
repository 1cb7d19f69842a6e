import { request } from "./http";
import { type ListRequest, listQuery } from "./lists";
import type { JsonObject, Page, RecurringRun, RuntimeConfig, Trigger, VersionReference } from "./types";

const ALL = "/apis/v2beta1/recurringruns";
const one = (id: string, verb = "") => `${ALL}/${encodeURIComponent(id)}${verb}`;

export interface NewRecurringRun {
  display_name: string;
  description?: string;
  experiment_id?: string;
  pipeline_spec?: JsonObject;
  pipeline_version_reference?: VersionReference;
  runtime_config: RuntimeConfig;
  trigger: Trigger;
  max_concurrency: string;
  no_catchup: boolean;
  mode: "ENABLE" | "DISABLE";
}

export const recurringApi = {
  // The one list whose name is in camelCase.
  list: (page: ListRequest, experimentId?: string) =>
    request<Page & { recurringRuns?: RecurringRun[] }>(ALL, {
      query: { ...listQuery(page), experiment_id: experimentId },
    }),
  get: (id: string) => request<RecurringRun>(one(id)),
  create: (run: NewRecurringRun) => request<RecurringRun>(ALL, { method: "POST", json: run }),
  enable: (id: string) => request<object>(one(id, ":enable"), { method: "POST" }),
  disable: (id: string) => request<object>(one(id, ":disable"), { method: "POST" }),
  remove: (id: string) => request<object>(one(id), { method: "DELETE" }),
};
