import type { Run, RunDerivation } from "@/api/types";

/** What the switch says to the server: a run that has the packages of another hands them on unless told otherwise. */
export function lockedOf(run: Pick<Run, "locked_from">, locked: boolean): Pick<RunDerivation, "locked"> {
  return locked === Boolean(run.locked_from) ? {} : { locked };
}
