import { useCallback, useEffect, useRef, useState } from "react";
import { type UploadTarget, upload } from "../client/upload";

export interface Upload extends UploadTarget {
  id: number;
  sent: number;
  state: "waiting" | "running" | "done" | "failed" | "stopped";
  problem?: string;
}

const AT_ONCE = 3;

/** Uploads of a page: a few at once, the others wait. */
export function useUploads(onDone: () => void) {
  const [list, setList] = useState<Upload[]>([]);
  const aborts = useRef(new Map<number, AbortController>());
  const nextId = useRef(1);
  const done = useRef(onDone);
  done.current = onDone;

  const change = useCallback((id: number, changes: Partial<Upload>) => {
    setList((before) => before.map((one) => (one.id === id ? { ...one, ...changes } : one)));
  }, []);

  useEffect(() => {
    const running = list.filter((one) => one.state === "running").length;
    for (const next of list.filter((one) => one.state === "waiting").slice(0, AT_ONCE - running)) {
      const abort = new AbortController();
      aborts.current.set(next.id, abort);
      change(next.id, { state: "running" });
      upload(next, (sent) => change(next.id, { sent }), abort.signal)
        .then(() => change(next.id, { state: "done", sent: next.file.size }))
        .catch((error: unknown) => {
          const stopped = abort.signal.aborted;
          change(next.id, { state: stopped ? "stopped" : "failed", problem: error instanceof Error ? error.message : String(error) });
        })
        .finally(() => {
          aborts.current.delete(next.id);
          done.current();
        });
    }
  }, [list, change]);

  return {
    list,
    add: (targets: UploadTarget[]) =>
      setList((before) => [...before, ...targets.map((target): Upload => ({ ...target, id: nextId.current++, sent: 0, state: "waiting" }))]),
    stop: (id: number) => {
      aborts.current.get(id)?.abort();
      setList((before) => before.map((one) => (one.id === id && one.state === "waiting" ? { ...one, state: "stopped" } : one)));
    },
    /** What has come of it stays where it is: large files go on there. */
    retry: (id: number) => change(id, { state: "waiting", problem: undefined }),
    clear: () => setList((before) => before.filter((one) => one.state === "running" || one.state === "waiting")),
  };
}
