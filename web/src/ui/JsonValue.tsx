import { Code } from "@mantine/core";
import type { Json } from "@/api/types";

/** A parameter's value: texts as they are, all else as JSON. */
export function JsonValue({ value }: { value: Json | undefined }) {
  if (value === undefined) return <span>—</span>;
  if (typeof value === "object" && value !== null) {
    const text = JSON.stringify(value);
    return <Code block={text.length > 60}>{text.length > 60 ? JSON.stringify(value, null, 2) : text}</Code>;
  }
  return <Code style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{String(value)}</Code>;
}
