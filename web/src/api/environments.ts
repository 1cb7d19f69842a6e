import { request } from "./http";

/** What an environment of a task holds, so that it can be made again. */
export interface EnvironmentLock {
  lock_id: string;
  text: string; // a requirements file
}

export const environmentsApi = {
  lock: (id: string) => request<EnvironmentLock>(`/apis/v2beta1/environment_locks/${encodeURIComponent(id)}`),
};
