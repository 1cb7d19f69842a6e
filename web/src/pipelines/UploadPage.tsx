import { Button, Group, Paper, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { pipelinesApi } from "@/api/pipelines";
import { useGo, useSearchParams } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { FileDrop } from "@/ui/FileDrop";
import { PageHeader } from "@/ui/PageHeader";
import { TagEditor } from "@/ui/TagEditor";
import { useChange } from "@/ui/useChange";

interface Form {
  kind: "pipeline" | "version";
  pipeline: string | null;
  source: "file" | "url";
  file: File | null;
  url: string;
  name: string;
  description: string;
  tags: Record<string, string>;
}

/** Sends it; the address of what has come of it. */
async function send(form: Form): Promise<string> {
  const facts = { name: form.name, description: form.description, tags: form.tags };
  if (form.kind === "version") {
    const pipeline = form.pipeline ?? "";
    const version =
      form.source === "file"
        ? await pipelinesApi.uploadVersion(pipeline, form.file as File, facts)
        : await pipelinesApi.createVersionFromUrl(pipeline, form.url, facts);
    return paths.pipeline(pipeline, version.pipeline_version_id);
  }
  const made =
    form.source === "file"
      ? await pipelinesApi.upload(form.file as File, facts)
      : await pipelinesApi.createFromUrl(form.url, facts);
  return paths.pipeline(made.pipeline_id);
}

const PACKAGE_END = /(\.ya?ml|\.json|\.zip|\.tar\.gz|\.tgz)$/i;

export default function UploadPage() {
  const [search] = useSearchParams();
  // Another address is another form.
  return <UploadForm key={search.pipeline ?? ""} of={search.pipeline} />;
}

function UploadForm({ of }: { of?: string }) {
  const t = useT();
  const go = useGo();
  const [form, setForm] = useState<Form>({
    kind: of ? "version" : "pipeline",
    pipeline: of ?? null,
    source: "file",
    file: null,
    url: "",
    name: "",
    description: "",
    tags: {},
  });
  const [tried, setTried] = useState(false);
  const set = (change: Partial<Form>) => setForm((before) => ({ ...before, ...change }));
  const pipelines = useQuery({
    queryKey: ["pipelines", "names"],
    queryFn: async () => (await pipelinesApi.list({ pageSize: 200, sortBy: "created_at desc" })).pipelines ?? [],
    enabled: form.kind === "version",
  });
  const upload = useChange(send, {
    refresh: [["pipelines"]],
    done: (_, sent) => t("pipelines.uploaded", { name: sent.name }),
    onDone: (path) => go(path),
  });
  const missingFile = form.source === "file" ? !form.file : !/^https?:\/\/\S+$/.test(form.url);
  const missingPipeline = form.kind === "version" && !form.pipeline;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!missingFile && !missingPipeline && form.name) upload.mutate(form);
  };
  return (
    <>
      <PageHeader title={t(form.kind === "version" ? "pipelines.uploadVersion" : "pipelines.upload")} crumbs={[{ label: t("pipelines.title"), to: paths.pipelines }]} />
      <Paper withBorder p="md" maw={720} component="form" onSubmit={submit} noValidate>
        <Stack>
          <SegmentedControl
            value={form.kind}
            onChange={(kind) => set({ kind: kind as Form["kind"] })}
            data={[
              { value: "pipeline", label: t("pipelines.new") },
              { value: "version", label: t("pipelines.newVersionOf") },
            ]}
          />
          {form.kind === "version" && (
            <Select
              label={t("pipelines.pipeline")}
              required
              searchable
              data={(pipelines.data ?? []).map((one) => ({ value: one.pipeline_id, label: one.display_name ?? one.pipeline_id }))}
              value={form.pipeline}
              onChange={(pipeline) => set({ pipeline })}
              error={tried && missingPipeline && t("newRun.choosePipeline")}
            />
          )}
          <SegmentedControl
            value={form.source}
            onChange={(source) => set({ source: source as Form["source"] })}
            data={[
              { value: "file", label: t("pipelines.fromFile") },
              { value: "url", label: t("pipelines.fromUrl") },
            ]}
          />
          {form.source === "file" ? (
            <FileDrop
              label={t("pipelines.drop")}
              hint={t("pipelines.dropHint")}
              accept=".yaml,.yml,.json,.zip,.gz,.tgz"
              file={form.file}
              error={tried && missingFile ? t("pipelines.needFile") : undefined}
              onFile={(file) => set({ file, name: form.name || file.name.replace(PACKAGE_END, "") })}
            />
          ) : (
            <TextInput
              label={t("pipelines.url")}
              description={t("pipelines.urlHint")}
              type="url"
              required
              value={form.url}
              onChange={(event) => set({ url: event.currentTarget.value })}
              error={tried && missingFile && t("pipelines.urlHint")}
            />
          )}
          <TextInput label={t("field.name")} required value={form.name} onChange={(event) => set({ name: event.currentTarget.value })} error={tried && !form.name && t("pipelines.needName")} maxLength={127} />
          <Textarea label={t("field.description")} autosize minRows={2} value={form.description} onChange={(event) => set({ description: event.currentTarget.value })} />
          <TagEditor tags={form.tags} onChange={(tags) => set({ tags })} />
          <Group justify="flex-end">
            <Button component="a" href={href(paths.pipelines)} variant="default">{t("action.cancel")}</Button>
            <Needs right="WritePipelines"><Button type="submit" loading={upload.isPending}>{t(form.kind === "version" ? "pipelines.uploadVersion" : "pipelines.upload")}</Button></Needs>
          </Group>
        </Stack>
      </Paper>
    </>
  );
}
