import { useCallback, useEffect, useRef, useState } from "react";
import { upload } from "../client/upload";
import { UploadQueue } from "./uploadQueue";

const SHOWN_EVERY = 120; // ms

/** Uploads of a page. `onDone` is called when all have been sent, and now and then before that. */
export function useUploads(onDone: () => void) {
  const [, redraw] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const done = useRef(onDone);
  done.current = onDone;
  const onChange = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      redraw((count) => count + 1);
    }, SHOWN_EVERY);
  }, []);
  const [queue] = useState(() => new UploadQueue({ send: upload, onChange, onSettled: () => done.current() }));
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return { queue, shown: queue.shown() };
}
