// Whether the pipelines side has asked who one is, and nobody has said yet.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let asked = false;

export function setSignInAsked(now: boolean): void {
  if (asked === now) return;
  asked = now;
  for (const listener of listeners) listener();
}

export function useSignInAsked(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
