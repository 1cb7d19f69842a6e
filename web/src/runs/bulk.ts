import { runsApi } from "@/api/runs";
import type { Run } from "@/api/types";
import { useT } from "@/i18n";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { useQueryClient } from "@tanstack/react-query";

export type RunVerb = "archive" | "unarchive" | "terminate" | "retry" | "remove";

export interface BulkResult {
  failed: number;
  message: string; // of the first that failed
}

/** Each for itself: one that is refused does not keep the others from being done. */
export async function changeEach(runs: Run[], change: (id: string) => Promise<unknown>): Promise<BulkResult> {
  const result: BulkResult = { failed: 0, message: "" };
  for (const run of runs) {
    try {
      await change(run.run_id);
    } catch (error) {
      result.failed += 1;
      result.message ||= error instanceof Error ? error.message : String(error);
    }
  }
  return result;
}

/** What is asked before runs are ended or deleted: a single one by its name. */
export function runsQuestion(t: ReturnType<typeof useT>, verb: "terminate" | "delete", runs: Run[]): string {
  const only = runs.length === 1 ? runs[0] : undefined;
  if (only) return t(verb === "delete" ? "confirm.delete" : "runs.terminateOne", { name: only.display_name || only.run_id });
  return t(verb === "delete" ? "runs.deleteTitle" : "runs.terminateTitle", { count: runs.length });
}

/** Changes runs and says what came of it. */
export function useRunChange(): (verb: RunVerb, runs: Run[]) => Promise<void> {
  const client = useQueryClient();
  const t = useT();
  return async (verb, runs) => {
    const { failed, message } = await changeEach(runs, runsApi[verb]);
    if (failed) notifyFailed(t("error.title"), t("runs.someFailed", { failed, count: runs.length, message }), t("action.close"));
    else notifyDone(t("runs.done", { count: runs.length }), t("action.close"));
    await client.invalidateQueries({ queryKey: ["runs"] });
  };
}
