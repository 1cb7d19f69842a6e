import { Group, Modal, ScrollArea, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFlask, IconPlayerPlay, IconRoute, IconSearch, IconWindow } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import { experimentsApi } from "@/api/experiments";
import { nameContains } from "@/api/lists";
import { pipelinesApi } from "@/api/pipelines";
import { runsApi } from "@/api/runs";
import { useGo } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import classes from "./SearchDialog.module.css";

interface Hit {
  label: string;
  kind: string;
  to: string;
  icon: typeof IconRoute;
}

const PAGES: [MessageKey, string][] = [
  ["nav.runs", paths.runs],
  ["nav.pipelines", paths.pipelines],
  ["nav.experiments", paths.experiments],
  ["nav.recurring", paths.recurring],
  ["nav.artifacts", paths.artifacts],
  ["nav.buckets", paths.buckets],
  ["nav.access", paths.access],
  ["nav.policies", paths.policies],
  ["nav.drives", paths.drives],
  ["runs.create", paths.newRun()],
  ["pipelines.upload", paths.newVersion()],
];

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function useServerHits(text: string): Hit[] {
  const t = useT();
  const query = useQuery({
    queryKey: ["search", text],
    enabled: text.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const page = { pageSize: 6, sortBy: "created_at desc", predicates: nameContains(text) };
      const [runs, pipelines, experiments] = await Promise.all([runsApi.list(page), pipelinesApi.list(page), experimentsApi.list(page)]);
      return { runs: runs.runs ?? [], pipelines: pipelines.pipelines ?? [], experiments: experiments.experiments ?? [] };
    },
  });
  if (!query.data || !text) return [];
  return [
    ...query.data.runs.map((run): Hit => ({ label: run.display_name ?? run.run_id, kind: t("nav.runs"), to: paths.run(run.run_id), icon: IconPlayerPlay })),
    ...query.data.pipelines.map((one): Hit => ({ label: one.display_name ?? one.pipeline_id, kind: t("nav.pipelines"), to: paths.pipeline(one.pipeline_id), icon: IconRoute })),
    ...query.data.experiments.map((one): Hit => ({ label: one.display_name ?? one.experiment_id, kind: t("nav.experiments"), to: paths.experiment(one.experiment_id), icon: IconFlask })),
  ];
}

/** Runs, pipelines and experiments by name or id, and the app's own pages. */
export default function SearchDialog({ close }: { close: () => void }) {
  const t = useT();
  const go = useGo();
  const listId = useId();
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), 150);
  const [active, setActive] = useState(0);
  const found = useServerHits(settled);
  const pages = PAGES.map(([key, to]): Hit => ({ label: t(key), kind: t("search.pages"), to, icon: IconWindow })).filter((page) =>
    page.label.toLowerCase().includes(settled.toLowerCase()),
  );
  const byId: Hit[] = RUN_ID.test(settled) ? [{ label: t("search.byId"), kind: t("nav.runs"), to: paths.run(settled), icon: IconPlayerPlay }] : [];
  const hits = [...byId, ...found, ...pages];
  const open = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    go(hit.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, hits.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") open(hits[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={close} withCloseButton={false} padding={0} size="lg" yOffset="10vh" centered={false} title={undefined} aria-label={t("search.title")}>
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
    </Modal>
  );
}
