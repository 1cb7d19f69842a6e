import { Button, Group, Menu, Select, Tabs, Text } from "@mantine/core";
import { IconPlayerPlay, IconTrash, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, useRef, useState } from "react";
import { pipelinesApi } from "@/api/pipelines";
import type { Pipeline, PipelineVersion } from "@/api/types";
import { useGo, usePathParam, useSearchParams } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { useMayDo } from "@/session/rights";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { LoadedPage } from "@/ui/LoadedPage";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { TabPanel } from "@/ui/TabPanel";
import { TabsList } from "@/ui/TabsList";
import { TagEditor } from "@/ui/TagEditor";
import { useChange } from "@/ui/useChange";
import { VersionSummary } from "./VersionSummary";

const VersionGraph = lazy(() => import("./VersionGraph"));
const SpecView = lazy(() => import("./SpecView"));
const VersionChanges = lazy(() => import("./VersionChanges"));

const nameOf = (version: PipelineVersion) => version.display_name || version.name || version.pipeline_version_id;

function useVersions(pipelineId: string) {
  return useQuery({
    queryKey: ["pipelines", pipelineId, "versions"],
    queryFn: async () =>
      (await pipelinesApi.versions(pipelineId, { pageSize: 200, sortBy: "created_at desc" })).pipeline_versions ?? [],
  });
}

export default function PipelinePage() {
  const pipelineId = usePathParam("pipelineId");
  const pipeline = useQuery({ queryKey: ["pipelines", pipelineId], queryFn: () => pipelinesApi.get(pipelineId) });
  const versions = useVersions(pipelineId);
  return (
    <LoadedPage query={pipeline} missing="missing.pipeline" list={{ label: "pipelines.title", to: paths.pipelines }}>
      {(one) => <Loaded query={versions}>{(all) => <Content pipeline={one} versions={all} />}</Loaded>}
    </LoadedPage>
  );
}

function Content({ pipeline, versions }: { pipeline: Pipeline; versions: PipelineVersion[] }) {
  const t = useT();
  const go = useGo();
  const may = useMayDo();
  const versionId = usePathParam("versionId") || versions[0]?.pipeline_version_id;
  const version = versions.find((one) => one.pipeline_version_id === versionId);
  const name = pipeline.display_name || pipeline.name || pipeline.pipeline_id;
  const tag = useChange((tags: Record<string, string>) => pipelinesApi.update(pipeline.pipeline_id, { tags }), {
    refresh: [["pipelines"]],
  });
  return (
    <>
      <PageHeader
        title={name}
        crumbs={[{ label: t("pipelines.title"), to: paths.pipelines }]}
        actions={
          <>
            <Needs right="WritePipelines"><Button component="a" variant="default" href={href(paths.newVersion(pipeline.pipeline_id))} leftSection={<IconUpload size={16} />}>{t("pipelines.uploadVersion")}</Button></Needs>
            <DeleteMenu pipeline={pipeline} version={version} versions={versions} />
            {version && (
              <Needs right="Run"><Button component="a" href={href(paths.newRun({ pipeline: pipeline.pipeline_id, version: version.pipeline_version_id }))} leftSection={<IconPlayerPlay size={16} />}>{t("pipelines.createRun")}</Button></Needs>
            )}
          </>
        }
      >
        {pipeline.description && <Text c="dimmed">{pipeline.description}</Text>}
        <Group gap="xs 24px">
          {versions.length > 0 && (
            <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
              <Text size="sm" c="dimmed" aria-hidden>{t("pipelines.version")}</Text>
              <Select
                size="xs"
                aria-label={t("pipelines.version")}
                data={versions.map((one) => ({ value: one.pipeline_version_id, label: nameOf(one) }))}
                value={versionId ?? null}
                onChange={(value) => value && go(paths.pipeline(pipeline.pipeline_id, value))}
                allowDeselect={false}
                searchable={versions.length > 8}
                w={260}
              />
            </Group>
          )}
          <TagEditor tags={pipeline.tags ?? {}} onChange={may("WritePipelines") ? (tags) => tag.mutate(tags) : undefined} />
        </Group>
      </PageHeader>
      {versions.length === 0 ? (
        <EmptyState title={t("pipelines.noVersions")} />
      ) : (
        version ? <VersionTabs version={version} versions={versions} /> : <EmptyState title={t("missing.version")}>{t("missing.versionText")}</EmptyState>
      )}
    </>
  );
}

function VersionTabs({ version, versions }: { version: PipelineVersion; versions: PipelineVersion[] }) {
  const t = useT();
  const [search, change] = useSearchParams();
  return (
    <Tabs value={search.tab ?? "graph"} onChange={(tab) => change({ tab: tab === "graph" ? undefined : (tab ?? undefined) })} keepMounted={false}>
      <TabsList value={search.tab ?? "graph"} mb="sm">
        <Tabs.Tab value="graph">{t("pipelines.graph")}</Tabs.Tab>
        <Tabs.Tab value="summary">{t("pipelines.summary")}</Tabs.Tab>
        <Tabs.Tab value="source">{t("pipelines.source")}</Tabs.Tab>
        {versions.length > 1 && <Tabs.Tab value="changes">{t("changes.title")}</Tabs.Tab>}
      </TabsList>
      <TabPanel value="graph">{version.pipeline_spec && <VersionGraph key={version.pipeline_version_id} stored={version.pipeline_spec} />}</TabPanel>
      <TabPanel value="summary"><VersionSummary version={version} /></TabPanel>
      <TabPanel value="source">{version.pipeline_spec && <SpecView spec={version.pipeline_spec} />}</TabPanel>
      <TabPanel value="changes"><VersionChanges version={version} versions={versions} /></TabPanel>
    </Tabs>
  );
}

function DeleteMenu({ pipeline, version, versions }: { pipeline: Pipeline; version?: PipelineVersion; versions: PipelineVersion[] }) {
  const t = useT();
  const go = useGo();
  const removeVersion = useChange(
    (one: PipelineVersion) => pipelinesApi.removeVersion(one.pipeline_id, one.pipeline_version_id),
    {
      refresh: [["pipelines"]],
      done: (_, one) => t("done.deleted", { name: nameOf(one) }),
      onDone: () => go(paths.pipeline(pipeline.pipeline_id)),
    },
  );
  const removeAll = useChange(() => pipelinesApi.remove(pipeline.pipeline_id), {
    refresh: [["pipelines", "list"]],
    done: () => t("done.deleted", { name: pipeline.display_name ?? "" }),
    onDone: () => go(paths.pipelines),
  });
  const [asked, setAsked] = useState<"version" | "pipeline">();
  const opener = useRef<HTMLButtonElement>(null);
  const question = { label: t("action.delete"), close: () => setAsked(undefined), back: () => opener.current };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button ref={opener} variant="default" leftSection={<IconTrash size={16} />}>{t("action.delete")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {version && <Needs right="WritePipelines"><Menu.Item onClick={() => setAsked("version")}>{t("pipelines.deleteVersion")}</Menu.Item></Needs>}
          <Needs right="WritePipelines"><Menu.Item onClick={() => setAsked("pipeline")}>{t("pipelines.deletePipeline")}</Menu.Item></Needs>
        </Menu.Dropdown>
      </Menu>
      {asked === "version" && version && <ConfirmDialog {...question} title={t("confirm.delete", { name: nameOf(version) })} text={t("confirm.cannotUndo")} onConfirm={() => removeVersion.mutate(version)} />}
      {asked === "pipeline" && (
        <ConfirmDialog {...question} title={t("confirm.delete", { name: pipeline.display_name ?? "" })} text={t("pipelines.deleteText", { count: versions.length })} onConfirm={() => removeAll.mutate(undefined)} />
      )}
    </>
  );
}
