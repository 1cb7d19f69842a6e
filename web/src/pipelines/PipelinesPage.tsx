import { Button, Text } from "@mantine/core";
import { IconRoute, IconUpload } from "@tabler/icons-react";
import { pipelinesApi } from "@/api/pipelines";
import type { Pipeline } from "@/api/types";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Link } from "@/ui/Link";
import { type Column, ListTable } from "@/ui/ListTable";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState } from "@/ui/states";
import { TagEditor } from "@/ui/TagEditor";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";

const nameOf = (pipeline: Pipeline) => pipeline.display_name || pipeline.name || pipeline.pipeline_id;

function DeleteSelected({ selected, clear }: { selected: Pipeline[]; clear: () => void }) {
  const t = useT();
  const remove = useChange(
    async (pipelines: Pipeline[]) => {
      for (const pipeline of pipelines) await pipelinesApi.remove(pipeline.pipeline_id);
    },
    { refresh: [["pipelines"]], done: (_, gone) => t("done.deleted", { name: gone.map(nameOf).join(", ") }), onDone: clear },
  );
  if (selected.length === 0) return null;
  const names = selected.map(nameOf).join(", ");
  return <ConfirmButton needs="WritePipelines" label={t("action.delete")} title={t("confirm.delete", { name: names })} text={t("confirm.cannotUndo")} onConfirm={() => remove.mutate(selected)} />;
}

export default function PipelinesPage() {
  const t = useT();
  const columns: Column<Pipeline>[] = [
    {
      label: t("field.name"),
      sort: "display_name",
      render: (pipeline) => <Link to={paths.pipeline(pipeline.pipeline_id)} fw={600}>{nameOf(pipeline)}</Link>,
    },
    { label: t("field.description"), from: "md", render: (pipeline) => <Text size="sm" lineClamp={2} c="dimmed">{pipeline.description}</Text> },
    { label: t("field.tags"), from: "lg", render: (pipeline) => pipeline.tags && <TagEditor tags={pipeline.tags} /> },
    { label: t("field.created"), sort: "created_at", render: (pipeline) => <TimeText time={pipeline.created_at} /> },
  ];
  const upload = <Needs right="WritePipelines"><Button component="a" href={href(paths.newVersion())} leftSection={<IconUpload size={16} />}>{t("pipelines.upload")}</Button></Needs>;
  return (
    <>
      <PageHeader title={t("pipelines.title")} actions={upload} />
      <ListTable
        label={t("pipelines.title")}
        queryKey={["pipelines", "list"]}
        load={async (request) => {
          const page = await pipelinesApi.list(request);
          return { rows: page.pipelines ?? [], total: page.total_size ?? 0, next: page.next_page_token };
        }}
        columns={columns}
        rowId={(pipeline) => pipeline.pipeline_id}
        rowName={nameOf}
        actions={(selected, clear) => <DeleteSelected selected={selected} clear={clear} />}
        empty={<EmptyState icon={<IconRoute size={40} stroke={1.3} />} title={t("pipelines.empty")} action={upload}>{t("pipelines.emptyText")}</EmptyState>}
      />
    </>
  );
}
