import { Group, ScrollArea, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBox, IconBucket, IconCalendarRepeat, IconFlask, IconPlayerPlay, IconRoute, IconSearch, IconWindow } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { experimentsApi } from "@/api/experiments";
import { ApiError } from "@/api/http";
import { nameContains } from "@/api/lists";
import { pipelinesApi } from "@/api/pipelines";
import { recurringApi } from "@/api/recurring";
import { artifactsApi, runsApi } from "@/api/runs";
import { useGo } from "@/app/navigation";
import { paths } from "@/app/paths";
import { type Translate, useT } from "@/i18n";
import { type Right, useMayDo } from "@/session/rights";
import { Dialog } from "@/ui/Dialog";
import type { MessageKey } from "@/i18n/messages";
import { admin } from "@/store/client/admin";
import { sessionKeys } from "@/session/session";
import classes from "./SearchDialog.module.css";

interface Hit {
  label: string;
  kind: string;
  to: string;
  icon: typeof IconRoute;
}

const PAGES: [MessageKey, string, Right?][] = [
  ["nav.runs", paths.runs, "ReadRuns"],
  ["nav.pipelines", paths.pipelines, "ReadPipelines"],
  ["nav.experiments", paths.experiments, "ReadExperiments"],
  ["nav.recurring", paths.recurring, "ReadRecurringRuns"],
  ["nav.artifacts", paths.artifacts, "ReadArtifacts"],
  ["nav.cache", paths.cache, "ReadCache"],
  ["nav.environments", paths.environments, "ReadEnvironments"],
  ["nav.buckets", paths.buckets],
  ["nav.access", paths.access],
  ["nav.policies", paths.policies],
  ["nav.drives", paths.drives],
  ["runs.create", paths.newRun(), "Run"],
  ["pipelines.upload", paths.newVersion(), "WritePipelines"],
];

const SHOWN = 6;
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Of the store, where somebody is signed in to it; what is refused there is not found. */
async function bucketsNamed(text: string): Promise<string[]> {
  try {
    sessionKeys();
    return (await admin.buckets()).map((bucket) => bucket.name).filter((name) => name.includes(text.toLowerCase())).slice(0, SHOWN);
  } catch {
    return [];
  }
}

/** Of what somebody may not look at nothing is found. */
async function unlessRefused<T extends object>(page: Promise<T>): Promise<T> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return {} as T;
    throw error;
  }
}

async function searchEverywhere(text: string, t: Translate): Promise<Hit[]> {
  const page = { pageSize: SHOWN, sortBy: "created_at desc", predicates: nameContains(text) };
  const [runs, pipelines, experiments, recurring, artifacts, buckets] = await Promise.all([
    unlessRefused(runsApi.list(page)),
    unlessRefused(pipelinesApi.list(page)),
    unlessRefused(experimentsApi.list(page)),
    unlessRefused(recurringApi.list(page)),
    unlessRefused(artifactsApi.list({ ...page, predicates: nameContains(text, "name") })),
    bucketsNamed(text),
  ]);
  const hit = (label: string | undefined, id: string, kind: MessageKey, to: string, icon: Hit["icon"]): Hit => ({ label: label || id, kind: t(kind), to, icon });
  return [
    ...(runs.runs ?? []).map((one) => hit(one.display_name, one.run_id, "nav.runs", paths.run(one.run_id), IconPlayerPlay)),
    ...(pipelines.pipelines ?? []).map((one) => hit(one.display_name, one.pipeline_id, "nav.pipelines", paths.pipeline(one.pipeline_id), IconRoute)),
    ...(experiments.experiments ?? []).map((one) => hit(one.display_name, one.experiment_id, "nav.experiments", paths.experiment(one.experiment_id), IconFlask)),
    ...(recurring.recurringRuns ?? []).map((one) => hit(one.display_name, one.recurring_run_id, "nav.recurring", paths.recurringRun(one.recurring_run_id), IconCalendarRepeat)),
    ...(artifacts.artifacts ?? []).map((one) => hit(one.name, one.artifact_id, "nav.artifacts", paths.artifact(one.artifact_id), IconBox)),
    ...buckets.map((name) => hit(name, name, "nav.buckets", paths.bucket(name), IconBucket)),
  ];
}

function useServerHits(text: string): { found: Hit[]; coming: boolean } {
  const t = useT();
  const query = useQuery({
    queryKey: ["search", text],
    enabled: text.length > 0,
    placeholderData: keepPreviousData,
    queryFn: () => searchEverywhere(text, t),
  });
  return { found: text ? (query.data ?? []) : [], coming: query.isFetching };
}

/** Runs, pipelines, experiments, recurring runs, artifacts and buckets by name, runs by id, and the app's own pages. */
export default function SearchDialog({ close }: { close: () => void }) {
  const t = useT();
  const go = useGo();
  const may = useMayDo();
  const listId = useId();
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), 150);
  const [active, setActive] = useState(0);
  const { found, coming } = useServerHits(settled);
  const pages = PAGES.filter(([, , right]) => !right || may(right)).map(([key, to]): Hit => ({ label: t(key), kind: t("search.pages"), to, icon: IconWindow })).filter((page) =>
    page.label.toLowerCase().includes(settled.toLowerCase()),
  );
  const byId: Hit[] = RUN_ID.test(settled) ? [{ label: t("search.byId"), kind: t("nav.runs"), to: paths.run(settled), icon: IconPlayerPlay }] : [];
  const hits = [...byId, ...found, ...pages];
  const open = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    go(hit.to);
  };
  // Whoever types fast means what is found by all of the text.
  const [entered, setEntered] = useState(false);
  const told = settled === text.trim() && !coming;
  useEffect(() => {
    if (!entered || !told) return;
    setEntered(false);
    open(hits[active]);
  }, [entered, told]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, hits.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") setEntered(true);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog onClose={close} withCloseButton={false} padding={0} size="lg" yOffset="10vh" centered={false} title={undefined} aria-label={t("search.title")}>
      <TextInput
        size="md"
        variant="unstyled"
        px="md"
        leftSection={<IconSearch size={18} />}
        placeholder={t("search.placeholder")}
        aria-label={t("search.title")}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={hits[active] ? `${listId}-${active}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          setEntered(false);
        }}
        onKeyDown={onKeyDown}
        data-autofocus
      />
      <ScrollArea.Autosize mah={420} className={classes.results}>
        <div role="listbox" id={listId} aria-label={t("search.title")}>
          {hits.map((hit, index) => (
            <div
              key={hit.to}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={classes.hit}
              onMouseMove={() => setActive(index)}
              onClick={() => open(hit)}
            >
              <Group gap="sm" wrap="nowrap">
                <hit.icon size={17} stroke={1.6} aria-hidden />
                <Text span truncate style={{ flex: 1 }}>{hit.label}</Text>
                <Text span size="xs" c="dimmed">{hit.kind}</Text>
              </Group>
            </div>
          ))}
        </div>
        {hits.length === 0 && <Text p="md" c="dimmed" role="status">{t("search.nothing", { text: settled })}</Text>}
      </ScrollArea.Autosize>
    </Dialog>
  );
}
