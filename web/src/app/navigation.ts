import { useParams, useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";

/** Goes to a path of paths.ts. */
export function useGo(): (path: string) => void {
  const router = useRouter();
  return useCallback((path: string) => router.history.push(path), [router]);
}

/** The same, in the place of where one is: the way back leads past it. */
export function useReplace(): (path: string) => void {
  const router = useRouter();
  return useCallback((path: string) => router.history.replace(path), [router]);
}

/** A parameter of the route's path; routes that lack it do not render who asks. */
export function usePathParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  return params[name] ?? "";
}

type Search = Record<string, string>;

/** The query behind the path: part of the address, so that what is shown can be linked to. */
export function useSearchParams(): [Search, (change: Record<string, string | undefined>) => void] {
  const router = useRouter();
  const search = useRouterState({ select: (state) => state.location.search as unknown as Search }) as unknown as Search;
  const change = useCallback(
    (changes: Record<string, string | undefined>) => {
      const location = router.state.location;
      const next = new URLSearchParams(location.search as Search);
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      const text = next.toString();
      router.history.replace(`${location.pathname}${text ? `?${text}` : ""}`);
    },
    [router],
  );
  return [search, change];
}
