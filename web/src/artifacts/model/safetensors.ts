import { Cursor, factsOf, type ModelFacts, MOST_TENSORS } from "./facts";

/** A length, then JSON of that length: names with type, shape and place. */
export function safetensors(bytes: Uint8Array): ModelFacts | undefined {
  const cursor = new Cursor(bytes);
  if (bytes.length < 10) return undefined;
  const length = cursor.u64();
  if (length < 2 || length > 100 << 20 || bytes[8] !== 0x7b) return undefined;
  if (length > cursor.left) return factsOf("safetensors", { cut: true });
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(cursor.text(length)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { __metadata__: told, ...entries } = header;
  const tensors = Object.entries(entries).flatMap(([name, one]) => {
    const { dtype, shape } = (one ?? {}) as { dtype?: string; shape?: number[] };
    return dtype && Array.isArray(shape) ? [{ name, type: dtype, shape: shape.map(Number) }] : [];
  });
  const facts = Object.entries((told ?? {}) as Record<string, unknown>).map(([name, value]): [string, string] => [name, String(value).slice(0, 500)]);
  return factsOf("safetensors", { facts, tensors: tensors.slice(0, MOST_TENSORS), more: Math.max(0, tensors.length - MOST_TENSORS) });
}
