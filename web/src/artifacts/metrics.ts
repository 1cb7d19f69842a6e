// What artifacts of the metrics types say, taken from their properties.
import type { Artifact, Json } from "@/api/types";

export interface Metric {
  name: string;
  value: Json;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Of system.Metrics: every property. */
export function scalarMetrics(artifact: Artifact): Metric[] {
  if (artifact.schema_title !== "system.Metrics") return [];
  return Object.entries(artifact.metadata ?? {})
    .filter(([name]) => name !== "store_session_info" && name !== "display_name")
    .map(([name, value]) => ({ name, value }));
}

export interface RocPoint {
  threshold: number;
  truePositive: number;
  falsePositive: number;
}

function number(value: Json | undefined): number {
  return typeof value === "number" ? value : 0; // zeros may be left out
}

// Written as the SDK's `log_roc_curve` does; a Struct comes as {list: […]} from older SDKs.
export function rocCurve(artifact: Artifact): RocPoint[] {
  const raw = artifact.metadata?.confidenceMetrics;
  const list = Array.isArray(raw) ? raw : isObject(raw) && Array.isArray(raw.list) ? raw.list : [];
  return list
    .filter(isObject)
    .map((one) => ({
      threshold: number(one.confidenceThreshold),
      truePositive: number(one.recall),
      falsePositive: number(one.falsePositiveRate),
    }))
    .sort((a, b) => a.falsePositive - b.falsePositive || a.truePositive - b.truePositive);
}

export interface ConfusionMatrix {
  labels: string[];
  rows: number[][]; // by actual, then predicted
}

export function confusionMatrix(artifact: Artifact): ConfusionMatrix | undefined {
  const raw = artifact.metadata?.confusionMatrix;
  const matrix = isObject(raw) && isObject(raw.struct) ? raw.struct : raw;
  if (!isObject(matrix) || !Array.isArray(matrix.annotationSpecs) || !Array.isArray(matrix.rows)) return undefined;
  const labels = matrix.annotationSpecs.filter(isObject).map((one) => String(one.displayName ?? ""));
  const rows = matrix.rows.map((one) => {
    const row = isObject(one) ? one.row : one;
    return Array.isArray(row) ? row.map((value) => number(value)) : [];
  });
  return labels.length && rows.length ? { labels, rows } : undefined;
}
