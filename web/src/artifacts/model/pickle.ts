// A pickle is a program that builds objects. It is read here as a list of instructions to learn which classes it
// would load, and never run.
import { Cursor, factsOf, type ModelFacts } from "./facts";

// Instructions by the bytes of their argument; what is not listed has none.
const FIXED: Record<number, number> = { 0x4b: 1, 0x4d: 2, 0x4a: 4, 0x47: 8, 0x71: 1, 0x72: 4, 0x68: 1, 0x6a: 4, 0x80: 1, 0x95: 8, 0x82: 1, 0x83: 2, 0x84: 4 };
// Those whose argument begins with its own length, by the bytes of that.
const COUNTED: Record<number, 1 | 4 | 8> = { 0x55: 1, 0x54: 4, 0x58: 4, 0x8c: 1, 0x8d: 8, 0x42: 4, 0x43: 1, 0x8e: 8, 0x8a: 1, 0x8b: 4, 0x96: 8 };
const TEXTS = [0x55, 0x54, 0x58, 0x8c, 0x8d];
const LINES = [0x46, 0x49, 0x4c, 0x53, 0x56, 0x67, 0x70, 0x50];
const GLOBAL = 0x63;
const INSTANCE = 0x69;
const STACK_GLOBAL = 0x93;
const STOP = 0x2e;
const MOST = 400;

function line(cursor: Cursor): string {
  const end = cursor.bytes.indexOf(10, cursor.at);
  const text = cursor.text((end < 0 ? cursor.bytes.length : end) - cursor.at);
  if (end >= 0) cursor.skip(1);
  return text;
}

interface Read {
  globals: Set<string>;
  protocol: number;
  ended: boolean;
}

/** What the instructions would load, up to the first that is not one. */
export function readPickle(bytes: Uint8Array): Read {
  const cursor = new Cursor(bytes);
  const read: Read = { globals: new Set(), protocol: 0, ended: false };
  const texts: string[] = [];
  const length = { 1: cursor.u8, 4: cursor.u32, 8: cursor.u64 };
  try {
    while (cursor.left > 0 && read.globals.size < MOST) {
      const code = cursor.u8();
      if (code === STOP) {
        read.ended = true;
        break;
      }
      if (code === GLOBAL || code === INSTANCE) read.globals.add(`${line(cursor)}.${line(cursor)}`);
      else if (code === STACK_GLOBAL) read.globals.add(texts.slice(-2).join("."));
      else if (code === 0x80) read.protocol = cursor.u8();
      else if (LINES.includes(code)) line(cursor);
      else if (COUNTED[code]) {
        const argument = cursor.take(length[COUNTED[code]]());
        if (TEXTS.includes(code) && argument.length < 300) texts.push(new TextDecoder().decode(argument));
      } else cursor.skip(FIXED[code] ?? 0);
    }
  } catch {
    // It goes on behind what was read.
  }
  return read;
}

export function pickle(bytes: Uint8Array, complete: boolean): ModelFacts | undefined {
  const isPickle = bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 9) <= 5;
  if (!isPickle) return undefined;
  const { globals, protocol, ended } = readPickle(bytes);
  if (globals.size === 0 && !ended) return undefined;
  const names = [...globals];
  const frameworks = ["sklearn", "xgboost", "lightgbm", "torch", "tensorflow", "keras", "pandas", "numpy"].filter((one) => names.some((name) => name.startsWith(`${one}.`)));
  return factsOf(frameworks[0] ? `pickle (${frameworks[0]})` : "pickle", {
    facts: [["protocol", String(protocol)], ["classes", names.join("\n")]],
    runsCode: true,
    cut: !complete && !ended,
  });
}
