import { useEffect, useState } from "react";
import { fetchChecked } from "@/api/http";
import { tasksApi } from "@/api/runs";
import type { LogStore } from "./logStore";

interface Of {
  log: LogStore;
  taskId: string;
  attempt: number;
}

async function fetchPart(path: string, log: LogStore, part: number, signal: AbortSignal): Promise<void> {
  const [begin, end] = log.range(part);
  const response = await fetchChecked(path, { signal, headers: { Range: `bytes=${begin}-${end - 1}` } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  log.put(part, response.status === 206 ? bytes : bytes.slice(begin, end));
}

/** Fetches what of a log is to be shown and is not here any more. `came` changes when some of it has come. */
export function useParts({ log, taskId, attempt }: Of, first: number, last: number): { came: number; problem?: unknown } {
  const [state, setState] = useState<{ came: number; problem?: unknown }>({ came: 0 });
  const wanted = log.missing(first, last).join(" ");
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    const path = tasksApi.logPath(taskId, attempt);
    const fetchAll = async () => {
      for (const part of wanted.split(" ")) {
        await fetchPart(path, log, Number(part), abort.signal);
        setState((before) => ({ came: before.came + 1 }));
      }
    };
    fetchAll().catch((problem: unknown) => {
      if (!abort.signal.aborted) setState((before) => ({ ...before, problem }));
    });
    return () => abort.abort();
  }, [wanted, log, taskId, attempt]);
  return state;
}
