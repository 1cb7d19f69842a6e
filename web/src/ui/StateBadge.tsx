import {
  IconBan,
  IconCheck,
  IconCircleDashed,
  IconDatabase,
  IconLoader2,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconX,
} from "@tabler/icons-react";
import type { RuntimeState } from "@/api/types";
import { useT } from "@/i18n";
import classes from "./StateBadge.module.css";

/** What a run or task is shown as: its state, and two that follow from others. */
export type ShownState = RuntimeState | "CACHED" | "NOT_RUN";

const ICONS = {
  PENDING: IconCircleDashed,
  RUNNING: IconLoader2,
  SUCCEEDED: IconCheck,
  SKIPPED: IconPlayerSkipForward,
  FAILED: IconX,
  CANCELING: IconLoader2,
  CANCELED: IconBan,
  PAUSED: IconPlayerPause,
  CACHED: IconDatabase,
  NOT_RUN: IconCircleDashed,
} as const;

export function StateIcon({ state, size = 16 }: { state: ShownState; size?: number }) {
  const Icon = ICONS[state];
  return <Icon size={size} className={classes.icon} data-state={state} aria-hidden />;
}

/** Never by colour alone: an icon and a word. */
export function StateBadge({ state }: { state?: ShownState }) {
  const t = useT();
  const shown = state ?? "NOT_RUN";
  return (
    <span className={classes.badge} data-state={shown}>
      <StateIcon state={shown} size={14} />
      {t(`state.${shown}`)}
    </span>
  );
}
