import { Cursor, factsOf, type ModelFacts, MOST_TENSORS } from "./facts";

/** Where the header ends, as the file's first bytes have it; 0 where they are of another kind, or it is larger than is read. */
export function headerOfSafetensors(bytes: Uint8Array): number {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return 0;
  const length = new Cursor(bytes).u64();
  return length >= 2 && length <= 100 << 20 ? 8 + length : 0;
}

/** A length, then JSON of that length: names with type, shape and place. */
export function safetensors(bytes: Uint8Array): ModelFacts | undefined {
  const end = headerOfSafetensors(bytes);
  if (end === 0) return undefined;
  const cursor = new Cursor(bytes, 8);
  const length = end - 8;
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
