import { Button, Group, Menu, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconFlask, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { experimentsApi } from "@/api/experiments";
import { storageStateIs } from "@/api/lists";
import { runsApi } from "@/api/runs";
import type { Experiment } from "@/api/types";
import { useGo } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { Dialog } from "@/ui/Dialog";
import { Link } from "@/ui/Link";
import { LinkTabs } from "@/ui/LinkTabs";
import { type Column, ListTable } from "@/ui/ListTable";
import { PageHeader } from "@/ui/PageHeader";
import { StateIcon } from "@/ui/StateBadge";
import { EmptyState } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";

const nameOf = (experiment: Experiment) => experiment.display_name || experiment.experiment_id;

/** The last five runs, newest first. */
function LastRuns({ experiment }: { experiment: Experiment }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["runs", "last", experiment.experiment_id],
    queryFn: async () => (await runsApi.list({ pageSize: 5, sortBy: "created_at desc" }, experiment.experiment_id)).runs ?? [],
  });
  return (
    <Group gap={4} wrap="nowrap">
      {(query.data ?? []).map((run) => (
        <a key={run.run_id} href={href(paths.run(run.run_id))} aria-label={`${run.display_name}: ${t(`state.${run.state ?? "PENDING"}`)}`} title={run.display_name}>
          <StateIcon state={run.state ?? "PENDING"} size={18} />
        </a>
      ))}
    </Group>
  );
}

function CreateExperiment({ close }: { close: () => void }) {
  const t = useT();
  const go = useGo();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const create = useChange(() => experimentsApi.create({ display_name: name, description }), {
    refresh: [["experiments"]],
    onDone: (made) => go(paths.experiment(made.experiment_id)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name) create.mutate(undefined);
  };
  return (
    <Dialog onClose={close} title={t("experiments.create")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t("field.name")} required maxLength={128} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Textarea label={t("field.description")} autosize minRows={2} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{t("action.cancel")}</Button>
            <Button type="submit" loading={create.isPending}>{t("action.create")}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function Actions({ selected, clear, archived }: { selected: Experiment[]; clear: () => void; archived: boolean }) {
  const t = useT();
  const change = useChange(
    async (verb: "archive" | "unarchive" | "remove") => {
      for (const experiment of selected) await experimentsApi[verb](experiment.experiment_id);
    },
    { refresh: [["experiments"], ["runs"]], done: () => t("done.saved"), onDone: clear },
  );
  if (selected.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={15} />}>{t("action.more")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Needs right="WriteExperiments"><Menu.Item onClick={() => change.mutate(archived ? "unarchive" : "archive")}>{t(archived ? "action.restore" : "action.archive")}</Menu.Item></Needs>
        {archived && <Needs right="WriteExperiments"><Menu.Item color="red" onClick={() => change.mutate("remove")}>{t("action.delete")}</Menu.Item></Needs>}
      </Menu.Dropdown>
    </Menu>
  );
}

export default function ExperimentsPage() {
  const t = useT();
  const archived = useRouterState({ select: (state) => state.location.pathname }) === paths.archivedExperiments;
  const [creating, { open, close }] = useDisclosure(false);
  const columns: Column<Experiment>[] = [
    { label: t("field.name"), sort: "display_name", render: (one) => <Link to={paths.experiment(one.experiment_id)} fw={600}>{nameOf(one)}</Link> },
    { label: t("field.description"), from: "md", render: (one) => <Text size="sm" c="dimmed" lineClamp={2}>{one.description}</Text> },
    { label: t("experiments.lastRuns"), render: (one) => <LastRuns experiment={one} /> },
    { label: t("experiments.lastRun"), sort: "last_run_created_at", from: "sm", render: (one) => <TimeText time={one.last_run_created_at} /> },
    { label: t("field.created"), sort: "created_at", from: "md", render: (one) => <TimeText time={one.created_at} /> },
  ];
  const create = <Needs right="WriteExperiments"><Button onClick={open} leftSection={<IconPlus size={16} />}>{t("experiments.create")}</Button></Needs>;
  return (
    <>
      <PageHeader title={t("experiments.title")} actions={create} />
      <LinkTabs
        value={archived ? paths.archivedExperiments : paths.experiments}
        tabs={[
          { to: paths.experiments, label: t("experiments.active") },
          { to: paths.archivedExperiments, label: t("experiments.archived") },
        ]}
      />
      <ListTable
        key={String(archived)}
        label={t("experiments.title")}
        queryKey={["experiments", "list"]}
        load={async (request) => {
          const page = await experimentsApi.list(request);
          return { rows: page.experiments ?? [], total: page.total_size ?? 0, next: page.next_page_token };
        }}
        columns={columns}
        rowId={(one) => one.experiment_id}
        rowName={nameOf}
        predicates={[storageStateIs(archived ? "ARCHIVED" : "AVAILABLE")]}
        actions={(selected, clear) => <Actions selected={selected} clear={clear} archived={archived} />}
        empty={<EmptyState icon={<IconFlask size={40} stroke={1.3} />} title={t(archived ? "experiments.emptyArchive" : "experiments.empty")}>{t(archived ? "experiments.emptyArchiveText" : "experiments.emptyText")}</EmptyState>}
      />
      {creating && <CreateExperiment close={close} />}
    </>
  );
}
