// What the store has refused to whoever is signed in, so that it is not offered: kept for the tab, as the session is.
import { useSyncExternalStore } from "react";

export type Area = "users" | "groups" | "policies" | "drives";

const STORED = "penstock.refused";
const listeners = new Set<() => void>();
let current = read();

function read(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(STORED) ?? "[]") as string[]);
  } catch {
    return new Set();
  }
}

export function setRefused(areas: Area[]): void {
  current = new Set(areas);
  sessionStorage.setItem(STORED, JSON.stringify(areas));
  for (const listener of listeners) listener();
}

export function useRefused(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
