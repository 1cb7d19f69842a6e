import { Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { isFinished } from "@/api/runs";
import type { Run, Task } from "@/api/types";
import { href, paths } from "@/app/paths";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { type ShownState, StateIcon } from "@/ui/StateBadge";
import { useNow } from "@/ui/times";
import classes from "./Timeline.module.css";
import { axisMarks, type TimelineRow, timelineRows } from "./timelineRows";

const ROW = 34;

interface Place {
  style: React.CSSProperties;
  on?: "bar" | "wait"; // what it stands on
}

/** The length stands behind its bar, before it where there is no room; else on the bar, or on the wait before a short one. */
function placeOf(waited: number, from: number, to: number): Place {
  if (to <= 80) return { style: { left: `calc(${to}% + 8px)` } };
  if (waited >= 20) return { style: { right: `calc(${100 - waited}% + 6px)` } };
  if (from >= 20) return { style: { right: `calc(${100 - from}% + 4px)` }, on: "wait" };
  return { style: { left: `calc(${from}% + 8px)` }, on: "bar" };
}

/** Marks stand over their place, but for those that would stick out at the ends. */
function markShift(percent: number): string | undefined {
  if (percent < 5) return undefined;
  return percent > 90 ? "translateX(-100%)" : "translateX(-50%)";
}

/** When each task ran, as bars over the time of the run. */
export default function Timeline({ run, tasks }: { run: Run; tasks: Task[] }) {
  const { t, language } = useLanguage();
  const rows = useMemo(() => timelineRows(tasks), [tasks]);
  const now = useNow(!isFinished(run)).getTime();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 10 });
  if (rows.length === 0) return <Text c="dimmed">{t("timeline.empty")}</Text>;
  const start = Math.min(...rows.map((row) => row.from));
  const end = Math.max(...rows.map((row) => row.end ?? now), start + 1);
  const percent = (time: number) => (100 * (time - start)) / (end - start);
  return (
    <div className={classes.frame}>
      <div className={classes.axis} aria-hidden>
        {axisMarks(end - start, narrow ? 2 : 8).map((mark) => (
          <span key={mark} style={{ left: `${percent(start + mark)}%`, transform: markShift(percent(start + mark)) }}>{formatDuration(mark, language)}</span>
        ))}
      </div>
      <div ref={scroll} className={classes.rows} style={{ height: Math.min(rows.length * ROW + 2, 640) }} role="list" aria-label={t("timeline.label")}>
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index] as TimelineRow;
            const state: ShownState = row.task.cached ? "CACHED" : (row.task.state ?? "PENDING");
            const rowEnd = row.end ?? now;
            const length = formatDuration(rowEnd - row.start, language);
            const place = placeOf(percent(row.from), percent(row.start), percent(rowEnd));
            const waited = row.start - row.from >= 1000 ? `, ${t("timeline.waited", { time: formatDuration(row.start - row.from, language) })}` : "";
            return (
              <div key={row.task.task_id} role="listitem" className={classes.row} style={{ top: item.start, height: ROW }}>
                <a
                  href={href(paths.task(run.run_id, row.task.task_id))}
                  className={classes.label}
                  style={{ paddingLeft: 8 + row.depth * 16 }}
                  aria-label={`${row.label}: ${t(`state.${state}`)}, ${length}${waited}`}
                >
                  <StateIcon state={state} />
                  <span>{row.label}</span>
                </a>
                <div className={classes.track} aria-hidden>
                  {percent(row.start) - percent(row.from) > 0.4 && (
                    <div className={classes.wait} title={t("timeline.waited", { time: formatDuration(row.start - row.from, language) })} style={{ left: `${percent(row.from)}%`, width: `${percent(row.start) - percent(row.from)}%` }} />
                  )}
                  <div className={classes.bar} data-state={state} title={length} style={{ left: `${percent(row.start)}%`, width: `max(3px, ${percent(rowEnd) - percent(row.start)}%)` }} />
                  <span className={classes.length} data-on={place.on} style={place.style}>{length}</span>
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {rows.some((row) => percent(row.start) - percent(row.from) > 0.4) && <Text size="xs" c="dimmed" px="sm" py={6}>{t("timeline.legend")}</Text>}
    </div>
  );
}
