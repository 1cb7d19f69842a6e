// Changes as the server tells them (server-sent events), instead of asking again and again.
//
// Browsers open six connections to a server at most, over all tabs, and a stream holds one. So a tab has one stream
// at a time, and none while nobody sees it.
import { useEffect, useRef } from "react";
import { apiUrl } from "./http";

export type LiveHandlers = Record<string, (data: string) => void>;

let connected = 0;

/** How long to wait before asking again: hardly ever while the server tells by itself. */
export function pollEvery(milliseconds: number): number {
  return connected > 0 ? Math.max(milliseconds, 20_000) : milliseconds;
}

/**
 * Follows a stream of the server while the page is seen; "" for none. `onOpen` is called whenever it begins anew:
 * what happened before has not been told. A server that does not offer it is not asked again.
 */
export function useLive(path: string, handlers: LiveHandlers, onOpen: () => void): void {
  const latest = useRef({ handlers, onOpen });
  latest.current = { handlers, onOpen };
  useEffect(() => {
    if (!path) return;
    let source: EventSource | undefined;
    let open = false;
    const setOpen = (now: boolean) => {
      if (now !== open) connected += now ? 1 : -1;
      open = now;
    };
    const stop = () => {
      source?.close();
      source = undefined;
      setOpen(false);
    };
    const start = () => {
      if (source || document.visibilityState !== "visible") return;
      source = new EventSource(apiUrl(path));
      source.onopen = () => {
        setOpen(true);
        latest.current.onOpen();
      };
      source.onerror = () => setOpen(false); // it is tried again by itself
      for (const name of Object.keys(latest.current.handlers)) {
        source.addEventListener(name, (event) => latest.current.handlers[name]?.((event as MessageEvent<string>).data));
      }
      // Said at the end of what will not change any more: asking again would only be told so again.
      source.addEventListener("end", stop);
    };
    const seen = () => (document.visibilityState === "visible" ? start() : stop());
    start();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      stop();
    };
  }, [path]);
}
