// Which preview fits an artifact, and how its bytes are read.
import type { Artifact } from "@/api/types";

export type PreviewKind = "html" | "markdown" | "table" | "jsonlines" | "json" | "image" | "parquet" | "text" | "binary";

/** At most this much is fetched for a preview. */
export const PREVIEW_BYTES = 4 << 20;
export const MOST_ROWS = 2000;

const BY_TYPE: Record<string, PreviewKind> = {
  "system.HTML": "html",
  "system.Markdown": "markdown",
};

const BY_ENDING: [RegExp, PreviewKind][] = [
  [/\.(csv|tsv)$/i, "table"],
  [/\.(jsonl|ndjson)$/i, "jsonlines"],
  [/\.json$/i, "json"],
  [/\.parquet$/i, "parquet"],
  [/\.(png|jpe?g|gif|webp|bmp|avif)$/i, "image"],
  [/\.html?$/i, "html"],
  [/\.(md|markdown)$/i, "markdown"],
  [/\.(txt|log|ya?ml|py|toml|ini|sql|xml|svg)$/i, "text"],
];

const SIGNATURES: [number[], PreviewKind][] = [
  [[0x89, 0x50, 0x4e, 0x47], "image"],
  [[0xff, 0xd8, 0xff], "image"],
  [[0x47, 0x49, 0x46, 0x38], "image"],
  [[0x50, 0x41, 0x52, 0x31], "parquet"],
];

/** By what it says it is; undefined where only its bytes can tell. */
export function kindByName(artifact: Pick<Artifact, "schema_title" | "uri" | "name">): PreviewKind | undefined {
  const type = BY_TYPE[artifact.schema_title ?? ""];
  if (type) return type;
  const name = artifact.uri?.split("/").pop() || artifact.name || "";
  return BY_ENDING.find(([ending]) => ending.test(name))?.[1];
}

function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096);
  if (head.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether the first lines have the same number of commas or tabs, and some. */
function looksLikeTable(text: string): boolean {
  const lines = text.split("\n", 6).filter(Boolean);
  if (lines.length < 2) return false;
  return [",", "\t"].some((separator) => {
    const counts = lines.slice(0, 5).map((line) => line.replace(/"[^"]*"/g, "").split(separator).length);
    return (counts[0] ?? 0) > 1 && counts.every((count) => count === counts[0]);
  });
}

export function kindByContent(bytes: Uint8Array): PreviewKind {
  for (const [signature, kind] of SIGNATURES) {
    if (signature.every((byte, index) => bytes[index] === byte)) return kind;
  }
  if (!isText(bytes)) return "binary";
  const text = new TextDecoder().decode(bytes.subarray(0, 16_384)).trimStart();
  if (/^<!doctype html|^<html/i.test(text)) return "html";
  if (/^\{.*\}\s*\n\s*\{/.test(text)) return "jsonlines";
  if (/^[[{]/.test(text)) return "json";
  return looksLikeTable(text) ? "table" : "text";
}

export interface TableData {
  columns: string[];
  rows: string[][];
  total: number; // of rows that were read
}

/** Which columns hold numbers alone, as far as the first rows tell: such are set to the right. */
export function numericColumns({ columns, rows }: Pick<TableData, "columns" | "rows">): boolean[] {
  const seen = rows.slice(0, 200);
  return columns.map((_, index) => {
    const values = seen.map((row) => row[index] ?? "").filter((value) => value !== "");
    return values.length > 0 && values.every((value) => Number.isFinite(Number(value)));
  });
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "bigint") return value.toString();
  return typeof value === "object" ? JSON.stringify(value, (_, one) => (typeof one === "bigint" ? one.toString() : one)) : String(value);
}

/** Objects as rows; the columns are all their keys in the order in which they come. */
export function tableOfRecords(records: Record<string, unknown>[]): TableData {
  const columns = [...new Set(records.slice(0, MOST_ROWS).flatMap(Object.keys))];
  return {
    columns,
    rows: records.slice(0, MOST_ROWS).map((record) => columns.map((column) => cell(record[column]))),
    total: records.length,
  };
}

/** JSON lines that are objects; others, and what was cut off at the end, are left out. */
export function parseJsonLines(text: string): TableData {
  const records: Record<string, unknown>[] = [];
  for (const line of text.split("\n")) {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) records.push(value as Record<string, unknown>);
    } catch {
      // An empty line, or the last one of a part.
    }
  }
  return tableOfRecords(records);
}
