import { useEffect, useRef, useState } from "react";
import { ApiError, fetchChecked } from "@/api/http";
import { tasksApi } from "@/api/runs";
import { LogLines } from "./lines";

export interface LogState {
  log: LogLines;
  /** Changes whenever there is more of the log. */
  version: number;
  loading: boolean;
  missing: boolean;
  error?: unknown;
}

const AGAIN_AFTER = 2000;
const SHOW_AFTER = 150; // while it streams in

async function read(response: Response, signal: AbortSignal, show: (log: LogLines) => void): Promise<LogLines> {
  const log = new LogLines();
  const reader = response.body?.getReader();
  if (!reader) return log;
  let shown = performance.now();
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) break;
    log.add(value);
    if (performance.now() - shown > SHOW_AFTER) {
      show(log);
      shown = performance.now();
    }
  }
  return log;
}

/** A task's log, streamed in; fetched again while the task runs. */
export function useLog(runId: string, taskId: string, running: boolean): LogState {
  const [state, setState] = useState<LogState>({ log: new LogLines(), version: 0, loading: true, missing: false });
  const had = useRef(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (log: LogLines, loading: boolean) => {
      // What is fetched again is shown once it is as much as there was, so that nothing jumps.
      if (loading && log.bytes < had.current) return;
      had.current = log.bytes;
      setState((before) => ({ log, version: before.version + 1, loading, missing: false }));
    };
    const load = async () => {
      try {
        const response = await fetchChecked(tasksApi.logPath(runId, taskId), { signal: abort.signal });
        const log = await read(response, abort.signal, (part) => show(part, true));
        if (!abort.signal.aborted) show(log, false);
      } catch (error) {
        if (abort.signal.aborted) return;
        const missing = error instanceof ApiError && error.status === 404;
        setState((before) => ({ ...before, loading: false, missing, error: missing ? undefined : error }));
      }
      if (running && !abort.signal.aborted) timer = setTimeout(() => void load(), AGAIN_AFTER);
    };
    void load();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [runId, taskId, running]);
  return state;
}
