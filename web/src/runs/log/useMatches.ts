import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { tasksApi } from "@/api/runs";
import { findMatches, type Match, matchesInLines } from "./lines";
import { KEPT_BYTES, type LogStore } from "./logStore";

interface Searched {
  log: LogStore;
  version: number;
  taskId: string;
  attempt: number;
}

export interface Matches {
  matches: Match[];
  /** Of lines, where the server has found more than it lists. */
  total?: number;
}

/** Where a text stands in a log: looked for here where all of it is here, else by the server. */
export function useMatches({ log, version, taskId, attempt }: Searched, wanted: string): Matches {
  const large = log.bytes > KEPT_BYTES;
  const here = useMemo(() => (large ? [] : findMatches(log, wanted)), [large, log, large ? 0 : version, wanted]);
  const told = useQuery({
    queryKey: ["log-search", taskId, attempt, wanted],
    queryFn: () => tasksApi.searchLog(taskId, wanted, attempt),
    enabled: large && wanted !== "",
    placeholderData: keepPreviousData,
  });
  const there = useMemo(() => matchesInLines(told.data?.matches ?? [], wanted), [told.data, wanted]);
  if (!large) return { matches: here };
  if (wanted === "") return { matches: [] };
  const lines = told.data?.matches?.length ?? 0;
  return { matches: there, total: (told.data?.total_size ?? 0) > lines ? told.data?.total_size : undefined };
}
