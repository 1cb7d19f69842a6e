import { request } from "./http";
import { type ListRequest, listQuery } from "./lists";
import type { Experiment, Page } from "./types";

const ALL = "/apis/v2beta1/experiments";
const one = (id: string, verb = "") => `${ALL}/${encodeURIComponent(id)}${verb}`;

export const experimentsApi = {
  list: (page: ListRequest) =>
    request<Page & { experiments?: Experiment[] }>(ALL, { query: listQuery(page) }),
  get: (id: string) => request<Experiment>(one(id)),
  create: (experiment: { display_name: string; description?: string }) =>
    request<Experiment>(ALL, { method: "POST", json: experiment }),
  archive: (id: string) => request<object>(one(id, ":archive"), { method: "POST" }),
  unarchive: (id: string) => request<object>(one(id, ":unarchive"), { method: "POST" }),
  remove: (id: string) => request<object>(one(id), { method: "DELETE" }),
};
