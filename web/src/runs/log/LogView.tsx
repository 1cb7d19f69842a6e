import { ActionIcon, Checkbox, Group, NativeSelect, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconDownload } from "@tabler/icons-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useState } from "react";
import { apiUrl } from "@/api/http";
import { tasksApi } from "@/api/runs";
import type { Task } from "@/api/types";
import { useT } from "@/i18n";
import { ErrorState, Loading } from "@/ui/states";
import rowClasses from "@/ui/rows/rows.module.css";
import { useRowScroll } from "@/ui/rows/useRowScroll";
import classes from "./LogView.module.css";
import { attemptsOf } from "../task/attempts";
import type { Match } from "./lines";
import type { LogStore } from "./logStore";
import { useLog } from "./useLog";
import { useMatches } from "./useMatches";
import { useParts } from "./useParts";

const LINE = 19; // pixels, as the style has it

/** A log of any length: only the lines in sight are in the page, and only what was looked at last in its memory. */
export default function LogView({ task }: { task: Task }) {
  const t = useT();
  const [chosen, setChosen] = useState<number>();
  const attempts = attemptsOf(task);
  const attempt = chosen ?? task.attempt ?? 0;
  return (
    <>
      {attempts.length > 1 && (
        <NativeSelect
          size="xs"
          mb={6}
          w="max-content"
          aria-label={t("log.attempt")}
          value={String(attempt)}
          data={attempts.map((one) => ({ value: String(one.number), label: t("tasks.attemptNumber", { number: one.number + 1 }) }))}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        />
      )}
      <AttemptLog key={attempt} task={task} attempt={attempt} />
    </>
  );
}

function AttemptLog({ task, attempt }: { task: Task; attempt: number }) {
  const t = useT();
  const running = (task.state === "RUNNING" || task.state === "PENDING") && attempt === (task.attempt ?? 0);
  const state = useLog({ taskId: task.task_id, attempt, running });
  if (state.error) return <ErrorState error={state.error} />;
  if (state.missing) return <Text c="dimmed" size="sm">{t("log.none")}</Text>;
  if (state.log.count === 0) return state.loading ? <Loading /> : <Text c="dimmed" size="sm">{t("log.empty")}</Text>;
  return <Lines log={state.log} version={state.version} running={running} taskId={task.task_id} attempt={attempt} />;
}

interface LinesProps {
  log: LogStore;
  version: number;
  running: boolean;
  taskId: string;
  attempt: number;
}

function Lines({ log, version, running, taskId, attempt }: LinesProps) {
  const t = useT();
  const [text, setText] = useState("");
  const [current, setCurrent] = useState(0);
  const [follow, setFollow] = useState(running);
  const [wrap, setWrap] = useState(true);
  const wanted = useDeferredValue(text);
  const { matches, total } = useMatches({ log, version, taskId, attempt }, wanted);
  const [drawn, setDrawn] = useState({ first: 0, last: 0 });
  const { came, problem } = useParts({ log, taskId, attempt }, drawn.first, drawn.last);
  const { frame, space, pane, first, last, show } = useRowScroll({
    row: LINE,
    around: 40,
    count: log.count,
    version: `${version} ${came} ${wrap}`,
    follow: follow && running,
    onLeaveEnd: () => setFollow(false),
  });
  useEffect(() => setDrawn({ first, last }), [first, last]);

  const go = (index: number) => {
    const match = matches[index];
    if (!match) return;
    setCurrent(index);
    setFollow(false);
    show(match.line);
  };
  const step = (by: number) => matches.length && go((current + by + matches.length) % matches.length);
  // Those of a large log come a little later than the text.
  const found = matches[0];
  useEffect(() => {
    if (wanted && found) go(0);
  }, [wanted, found === undefined]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  };

  return (
    <div className={classes.frame}>
      <Group gap={6} mb={6}>
        <TextInput size="xs" type="search" aria-label={t("log.search")} placeholder={t("log.search")} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} style={{ flex: "1 1 140px" }} />
        {wanted && (
          <Text size="xs" role="status">
            {matches.length ? t("log.matches", { index: current + 1, count: matches.length }) : t("log.noMatches")}
          </Text>
        )}
        <ActionIcon variant="default" aria-label={t("log.previous")} disabled={!matches.length} onClick={() => step(-1)}><IconArrowUp size={15} /></ActionIcon>
        <ActionIcon variant="default" aria-label={t("log.next")} disabled={!matches.length} onClick={() => step(1)}><IconArrowDown size={15} /></ActionIcon>
        <Checkbox size="xs" label={t("log.wrap")} checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
        {running && <Checkbox size="xs" label={t("log.follow")} checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />}
        <Tooltip label={t("action.download")}>
          <ActionIcon component="a" href={apiUrl(tasksApi.logPath(taskId, attempt))} download="log.txt" variant="default" aria-label={t("action.download")}><IconDownload size={15} /></ActionIcon>
        </Tooltip>
      </Group>
      <div ref={frame} className={classes.log} data-wrap={wrap || undefined} tabIndex={0} role="log" aria-label={t("log.label")} aria-live="off">
        <div ref={space} className={rowClasses.space}>
          <div className={rowClasses.window}>
            <div ref={pane} className={`${rowClasses.pane} ${classes.pane}`}>
              <LineRows log={log} first={first} last={last} matches={matches} current={matches[current]} />
            </div>
          </div>
        </div>
      </div>
      {problem !== undefined && <ErrorState error={problem} />}
      {total !== undefined && total > matches.length && <Text size="xs" c="dimmed" mt={4}>{t("log.cut", { count: total, shown: matches.length })}</Text>}
      <Text size="xs" c="dimmed" mt={4}>{t("log.lines", { count: log.count })}</Text>
    </div>
  );
}

interface RowsProps {
  log: LogStore;
  first: number;
  last: number;
  matches: Match[];
  current?: Match;
}

function LineRows({ log, first, last, matches, current }: RowsProps) {
  const t = useT();
  const byLine = useMemo(() => groupByLine(matches), [matches]);
  return Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
    const index = first + offset;
    const text = log.line(index);
    return (
      <div key={index} data-index={index} className={classes.line}>
        <span className={classes.number} aria-hidden>{index + 1}</span>
        <span className={classes.text}>
          {text === undefined ? <span className={classes.coming}>{t("log.coming")}</span> : <LineText text={text} matches={byLine.get(index)} current={current} />}
        </span>
      </div>
    );
  });
}

function groupByLine(matches: Match[]): Map<number, Match[]> {
  const groups = new Map<number, Match[]>();
  for (const match of matches) {
    const group = groups.get(match.line);
    if (group) group.push(match);
    else groups.set(match.line, [match]);
  }
  return groups;
}

// The time that the server writes before what a task has said.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /;

/** What was said stands out from when. */
function LineText({ text, matches, current }: { text: string; matches?: Match[]; current?: Match }) {
  const time = matches ? undefined : TIME.exec(text)?.[0];
  if (!time) return <Marked text={text} matches={matches} current={current} />;
  return <><span className={classes.time}>{time}</span>{text.slice(time.length)}</>;
}

function Marked({ text, matches, current }: { text: string; matches?: Match[]; current?: Match }) {
  if (!matches) return text || " ";
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const match of matches) {
    parts.push(text.slice(at, match.from));
    parts.push(<mark key={match.from} data-current={match === current || undefined}>{text.slice(match.from, match.to)}</mark>);
    at = match.to;
  }
  parts.push(text.slice(at));
  return parts;
}
