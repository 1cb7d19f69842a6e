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

async function read(response: Response, log: LogLines, signal: AbortSignal, show: () => void): Promise<void> {
  const reader = response.body?.getReader();
  let shown = performance.now();
  while (reader && !signal.aborted) {
    const { done, value } = await reader.read();
    if (done) break;
    log.add(value);
    if (performance.now() - shown > SHOW_AFTER) {
      show();
      shown = performance.now();
    }
  }
}

/** What has come since; the log itself where the server gives no parts. Null: nothing is new. */
async function fetchMore(path: string, log: LogLines, signal: AbortSignal): Promise<{ response: Response; log: LogLines } | null> {
  const headers = log.bytes > 0 ? { Range: `bytes=${log.bytes}-` } : undefined;
  try {
    const response = await fetchChecked(path, { signal, headers });
    return { response, log: response.status === 206 ? log : new LogLines() };
  } catch (error) {
    if (error instanceof ApiError && error.status === 416) return null;
    throw error;
  }
}

/** A task's log, streamed in; what is added is fetched while the task runs. */
export function useLog(runId: string, taskId: string, running: boolean): LogState {
  const [state, setState] = useState<LogState>({ log: new LogLines(), version: 0, loading: true, missing: false });
  const kept = useRef(new LogLines());
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (log: LogLines, loading: boolean) => {
      // What is fetched as a whole again is shown once it is as much as there was, so that nothing jumps.
      if (loading && log !== kept.current && log.bytes < kept.current.bytes) return;
      kept.current = log;
      setState((before) => ({ log, version: before.version + 1, loading, missing: false }));
    };
    const load = async () => {
      try {
        const more = await fetchMore(tasksApi.logPath(runId, taskId), kept.current, abort.signal);
        if (more) await read(more.response, more.log, abort.signal, () => show(more.log, true));
        if (!abort.signal.aborted) show(more?.log ?? kept.current, false);
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
