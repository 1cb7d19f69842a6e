import type { Artifact } from "@/api/types";

/** The run is in the artifact's address: ROOT/PIPELINE/RUN/TASK/…; others have none that is known here. */
export function runIdOf(artifact: Artifact): string | undefined {
  return /\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\//.exec(artifact.uri ?? "")?.[1];
}
