import { Cursor, factsOf, type ModelFacts, MOST_TENSORS } from "./facts";

const TYPES = ["F32", "F16", "Q4_0", "Q4_1", "4", "5", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16"];
const STRING = 8;
const ARRAY = 9;
const MOST_FACTS = 200;
const LONGEST = 300;

function scalar(cursor: Cursor, type: number): string {
  const readers = [cursor.u8, cursor.u8, cursor.u16, cursor.u16, cursor.u32, cursor.u32, cursor.f32, cursor.u8];
  if (type === STRING) {
    const text = cursor.text(cursor.u64());
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  }
  if (type === 7) return cursor.u8() ? "true" : "false";
  const read = readers[type] ?? { 10: cursor.u64, 11: cursor.i64, 12: cursor.f64 }[type];
  if (!read) throw new TypeError(`a value of the unknown type ${type}`);
  return String(read());
}

function value(cursor: Cursor): string {
  const type = cursor.u32();
  if (type !== ARRAY) return scalar(cursor, type);
  const of = cursor.u32();
  const count = cursor.u64();
  const first: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const one = scalar(cursor, of);
    if (index < 6) first.push(one);
  }
  return `[${count}] ${first.join(", ")}${count > first.length ? ", …" : ""}`;
}

/** The header of llama.cpp's files: what the model is, then its tensors. */
export function gguf(bytes: Uint8Array): ModelFacts | undefined {
  const cursor = new Cursor(bytes);
  if (bytes.length < 24 || cursor.text(4) !== "GGUF") return undefined;
  const version = cursor.u32();
  const found = factsOf("GGUF", { facts: [["version", String(version)]] });
  const [tensors, pairs] = [cursor.u64(), cursor.u64()];
  try {
    for (let index = 0; index < pairs; index += 1) {
      const name = cursor.text(cursor.u64());
      const text = value(cursor);
      if (found.facts.length < MOST_FACTS) found.facts.push([name, text]);
    }
    for (let index = 0; index < tensors && found.tensors.length < MOST_TENSORS; index += 1) {
      const name = cursor.text(cursor.u64());
      const shape = Array.from({ length: Math.min(cursor.u32(), 8) }, () => cursor.u64());
      const type = cursor.u32();
      cursor.u64();
      found.tensors.push({ name, type: TYPES[type] ?? String(type), shape });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    found.cut = true;
  }
  found.more = Math.max(0, tensors - found.tensors.length);
  return found;
}
