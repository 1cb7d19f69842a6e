import { request } from "./http";
import type { Environment } from "./types";

export type { Environment };

/** What an environment of a task holds, so that it can be made again. */
export interface EnvironmentLock {
  lock_id: string;
  text: string; // a requirements file
}

export interface EnvironmentList {
  environments?: Environment[];
  total_bytes?: string;
  limit_bytes?: string;
}

const ROOT = "/apis/v2beta1/environments";
const id = encodeURIComponent;

export const environmentsApi = {
  list: () => request<EnvironmentList>(ROOT),
  remove: (environmentId: string) => request<object>(`${ROOT}/${id(environmentId)}`, { method: "DELETE" }),
  lock: (lockId: string) => request<EnvironmentLock>(`/apis/v2beta1/environment_locks/${id(lockId)}`),
};
