// By which names queries keep what a run's page shows.
export const runKey = (runId: string) => ["runs", runId];
export const tasksKey = (runId: string) => ["runs", runId, "tasks"];
export const specKey = (runId: string) => ["runs", runId, "spec"];
