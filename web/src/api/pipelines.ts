import { request } from "./http";
import { type ListRequest, listQuery } from "./lists";
import type { Page, Pipeline, PipelineVersion } from "./types";

const ALL = "/apis/v2beta1/pipelines";

export const pipelinesApi = {
  list: (page: ListRequest) =>
    request<Page & { pipelines?: Pipeline[] }>(ALL, { query: listQuery(page) }),
  get: (id: string) => request<Pipeline>(`${ALL}/${encodeURIComponent(id)}`),
  remove: (id: string) =>
    request<object>(`${ALL}/${encodeURIComponent(id)}`, { method: "DELETE", query: { cascade: true } }),
  update: (id: string, change: { display_name?: string; tags?: Record<string, string> }) =>
    request<Pipeline>(`${ALL}/${encodeURIComponent(id)}`, { method: "PATCH", json: change }),
  upload: (file: File, facts: { name: string; description?: string; tags?: Record<string, string> }) =>
    request<Pipeline>(`${ALL}/upload`, {
      method: "POST",
      query: { name: facts.name, description: facts.description, tags: tagsText(facts.tags) },
      form: formOf(file),
    }),
  createFromUrl: (url: string, facts: { name: string; description?: string }) =>
    request<Pipeline>(`${ALL}/create`, {
      method: "POST",
      json: {
        pipeline: { display_name: facts.name, description: facts.description },
        pipeline_version: { display_name: facts.name, package_url: { pipeline_url: url } },
      },
    }),

  versions: (pipelineId: string, page: ListRequest) =>
    request<Page & { pipeline_versions?: PipelineVersion[] }>(
      `${ALL}/${encodeURIComponent(pipelineId)}/versions`,
      { query: listQuery(page) },
    ),
  version: (pipelineId: string, versionId: string) =>
    request<PipelineVersion>(versionPath(pipelineId, versionId)),
  removeVersion: (pipelineId: string, versionId: string) =>
    request<object>(versionPath(pipelineId, versionId), { method: "DELETE" }),
  updateVersion: (
    pipelineId: string,
    versionId: string,
    change: { display_name?: string; tags?: Record<string, string> },
  ) => request<PipelineVersion>(versionPath(pipelineId, versionId), { method: "PATCH", json: change }),
  uploadVersion: (
    pipelineId: string,
    file: File,
    facts: { name: string; description?: string; tags?: Record<string, string> },
  ) =>
    request<PipelineVersion>(`${ALL}/upload_version`, {
      method: "POST",
      query: {
        pipelineid: pipelineId,
        name: facts.name,
        description: facts.description,
        tags: tagsText(facts.tags),
      },
      form: formOf(file),
    }),
  createVersionFromUrl: (pipelineId: string, url: string, facts: { name: string; description?: string }) =>
    request<PipelineVersion>(`${ALL}/${encodeURIComponent(pipelineId)}/versions`, {
      method: "POST",
      json: {
        pipeline_id: pipelineId,
        display_name: facts.name,
        description: facts.description,
        package_url: { pipeline_url: url },
      },
    }),
};

function versionPath(pipelineId: string, versionId: string): string {
  return `${ALL}/${encodeURIComponent(pipelineId)}/versions/${encodeURIComponent(versionId)}`;
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.append("uploadfile", file, file.name);
  return form;
}

function tagsText(tags?: Record<string, string>): string | undefined {
  return tags && Object.keys(tags).length ? JSON.stringify(tags) : undefined;
}
