// What tests ask of the pipelines API beside the app: to prepare, and to see what really happened.
export class Api {
  constructor(url) {
    this.url = url;
    this.headers = {}; // of whoever is asking, where the server wants to know
  }

  async ask(method, path, json) {
    const response = await fetch(`${this.url}/apis/v2beta1${path}`, {
      method,
      headers: { ...this.headers, ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  get(path) {
    return this.ask("GET", path);
  }

  startRun(name, spec, parameters = {}, more = {}) {
    return this.ask("POST", "/runs", { display_name: name, pipeline_spec: spec, runtime_config: { parameters }, ...more });
  }

  async waitForRun(id, seconds = 60) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const run = await this.get(`/runs/${id}`);
      if (["SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"].includes(run.state)) return run;
      if (Date.now() > deadline) throw new Error(`run ${id} is still ${run.state}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async uploadPipeline(name, spec) {
    const form = new FormData();
    form.append("uploadfile", new Blob([JSON.stringify(spec)]), "pipeline.json");
    const response = await fetch(`${this.url}/apis/v2beta1/pipelines/upload?name=${encodeURIComponent(name)}`, { method: "POST", body: form, headers: this.headers });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }

  async uploadVersion(pipelineId, name, spec) {
    const form = new FormData();
    form.append("uploadfile", new Blob([JSON.stringify(spec)]), "pipeline.json");
    const query = new URLSearchParams({ name, pipelineid: pipelineId });
    const response = await fetch(`${this.url}/apis/v2beta1/pipelines/upload_version?${query}`, { method: "POST", body: form, headers: this.headers });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }
}
