// What whoever is signed in may do with pipelines, so that nothing else is offered. The server decides all the same.
import { useQuery } from "@tanstack/react-query";
import { request } from "@/api/http";
import type { Permissions } from "@/api/types";

/** As the server names them behind "pipelines:", one for each kind of request. */
export type Right =
  | "ReadPipelines" | "WritePipelines"
  | "ReadExperiments" | "WriteExperiments"
  | "ReadRuns" | "Run" | "WriteRuns"
  | "ReadRecurringRuns" | "WriteRecurringRuns"
  | "ReadArtifacts" | "WriteArtifacts"
  | "ReadCache" | "WriteCache"
  | "ReadEnvironments" | "WriteEnvironments";

export const RIGHTS_KEY = ["rights"] as const;
const ASKED_AGAIN = 30_000; // somebody may have changed them meanwhile

export function useRights() {
  return useQuery({
    queryKey: RIGHTS_KEY,
    queryFn: () => request<Permissions>("/apis/v2beta1/permissions"),
    staleTime: ASKED_AGAIN,
    refetchInterval: ({ state }) => (state.data?.sign_in_required ? ASKED_AGAIN : false),
    retry: false,
  });
}

/** Until the server has answered, and where it cannot tell, everything is offered. */
export function mayOf(told: Permissions | undefined): (right: Right) => boolean {
  if (!told?.sign_in_required) return () => true;
  const known = new Set(told.permissions ?? []);
  return (right) => known.has(`pipelines:${right}`);
}

export function useMayDo(): (right: Right) => boolean {
  return mayOf(useRights().data);
}
