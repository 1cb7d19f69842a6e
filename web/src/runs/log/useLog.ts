import { useEffect, useRef, useState } from "react";
import { ApiError, fetchChecked } from "@/api/http";
import { tasksApi } from "@/api/runs";
import { LogStore } from "./logStore";

export interface LogState {
  log: LogStore;
  /** Changes whenever there is more of the log. */
  version: number;
  loading: boolean;
  missing: boolean;
  error?: unknown;
}

export interface LogOf {
  taskId: string;
  attempt?: number; // the latest where absent
  running: boolean;
}

const AGAIN_AFTER = 2000;
const SHOW_AFTER = 150; // while it streams in

async function read(response: Response, log: LogStore, signal: AbortSignal, show: () => void): Promise<void> {
  const reader = response.body?.getReader();
  let shown = 0;
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
async function fetchMore(path: string, log: LogStore, signal: AbortSignal): Promise<{ response: Response; log: LogStore } | null> {
  const headers = log.bytes > 0 ? { Range: `bytes=${log.bytes}-` } : undefined;
  try {
    const response = await fetchChecked(path, { signal, headers });
    return { response, log: response.status === 206 ? log : new LogStore() };
  } catch (error) {
    if (error instanceof ApiError && error.status === 416) return null;
    throw error;
  }
}

/** All of the log, which goes on until the task has ended. False: it broke off, or the server has no place for another. */
async function follow(path: string, log: LogStore, signal: AbortSignal, show: () => void): Promise<boolean> {
  try {
    const response = await fetchChecked(`${path}${path.includes("?") ? "&" : "?"}follow=true`, { signal });
    // What waits for the next line is shown all the same.
    const timer = setInterval(show, SHOW_AFTER * 2);
    await read(response, log, signal, show).finally(() => clearInterval(timer));
    return !signal.aborted;
  } catch {
    return false;
  }
}

/** A task's log as it comes: followed while the task runs, and asked for again where following breaks off. */
export function useLog({ taskId, attempt, running }: LogOf): LogState {
  const [state, setState] = useState<LogState>({ log: new LogStore(), version: 0, loading: true, missing: false });
  const kept = useRef(new LogStore());
  const shownBytes = useRef(-1);
  useEffect(() => {
    kept.current = new LogStore();
    shownBytes.current = -1;
  }, [taskId, attempt]);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const path = tasksApi.logPath(taskId, attempt);
    const show = (log: LogStore, loading: boolean) => {
      // What is fetched as a whole again is shown once it is as much as there was, so that nothing jumps.
      if (abort.signal.aborted || (loading && log !== kept.current && log.bytes < kept.current.bytes)) return;
      if (loading && log === kept.current && log.bytes === shownBytes.current) return;
      kept.current = log;
      shownBytes.current = log.bytes;
      setState((before) => ({ log, version: before.version + 1, loading, missing: false }));
    };
    const load = async () => {
      try {
        const more = await fetchMore(path, kept.current, abort.signal);
        if (more) await read(more.response, more.log, abort.signal, () => show(more.log, true));
        show(more?.log ?? kept.current, false);
      } catch (error) {
        if (abort.signal.aborted) return;
        const missing = error instanceof ApiError && error.status === 404;
        setState((before) => ({ ...before, loading: false, missing, error: missing ? undefined : error }));
      }
      if (running && !abort.signal.aborted) timer = setTimeout(() => void load(), AGAIN_AFTER);
    };
    const start = async () => {
      const log = new LogStore();
      if (running && (await follow(path, log, abort.signal, () => show(log, true)))) show(log, false);
      else if (!abort.signal.aborted) await load();
    };
    void start();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [taskId, attempt, running]);
  return state;
}
