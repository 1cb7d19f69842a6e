import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLive } from "@/api/live";

// A run that goes fast changes many times a second; lists follow a little behind.
const BEHIND = 400;

/** Lists of runs are asked for again when the server tells that some run has changed. */
export function useRunEvents(): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const refresh = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const list of ["list", "recent", "count", "last"]) void client.invalidateQueries({ queryKey: ["runs", list] });
    }, BEHIND);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive("/apis/v2beta1/events", { run: refresh, reload: refresh }, () => {});
}
