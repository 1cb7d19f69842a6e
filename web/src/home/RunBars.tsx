import { Text } from "@mantine/core";
import { isFinished } from "@/api/runs";
import type { Run } from "@/api/types";
import { href, paths } from "@/app/paths";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { useNow } from "@/ui/times";
import { barsOf } from "./bars";
import classes from "./RunBars.module.css";

/** The last runs side by side: how long each took, and which failed. */
export function RunBars({ runs }: { runs: Run[] }) {
  const { t, language } = useLanguage();
  const now = useNow(runs.some((run) => !isFinished(run)));
  return (
    <figure className={classes.figure}>
      <div className={classes.bars}>
        {barsOf(runs, now).map(({ run, milliseconds, share }) => {
          const state = run.state ?? "PENDING";
          const label = `${run.display_name || run.run_id}: ${t(`state.${state}`)}, ${formatDuration(milliseconds, language)}`;
          return (
            <a key={run.run_id} href={href(paths.run(run.run_id))} className={classes.bar} title={label} aria-label={label}>
              <span data-state={state} style={{ height: `${8 + 92 * share}%` }} />
            </a>
          );
        })}
      </div>
      <Text component="figcaption" size="xs" c="dimmed">{t("home.bars", { count: runs.length })}</Text>
    </figure>
  );
}
