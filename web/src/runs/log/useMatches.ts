import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { tasksApi } from "@/api/runs";
import { findMatches, type LogLines, type Match, matchesInLines } from "./lines";

// A larger log would hold up typing for longer than the server needs to answer.
const SEARCHED_HERE = 8 << 20;

interface Searched {
  log: LogLines;
  version: number;
  taskId: string;
  attempt: number;
}

export interface Matches {
  matches: Match[];
  /** Of lines, where the server has found more than it lists. */
  total?: number;
}

/** Where a text stands in a log: looked for here, and in large logs by the server. */
export function useMatches({ log, version, taskId, attempt }: Searched, wanted: string): Matches {
  const large = log.bytes > SEARCHED_HERE;
  const here = useMemo(() => (large ? [] : findMatches(log, wanted)), [large, log, large ? 0 : version, wanted]);
  const told = useQuery({
    queryKey: ["log-search", taskId, attempt, wanted],
    queryFn: () => tasksApi.searchLog(taskId, wanted, attempt),
    enabled: large && wanted !== "",
    placeholderData: keepPreviousData,
  });
  const there = useMemo(
    () => matchesInLines(log, (told.data?.matches ?? []).map((match) => match.line - 1), wanted),
    [log, told.data, wanted],
  );
  if (!large) return { matches: here };
  return wanted === "" ? { matches: [] } : { matches: there, total: told.data?.total_size };
}
