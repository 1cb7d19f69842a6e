import type { WholeFile } from "../fetchPart";
import { Cursor, factsOf, type ModelFacts, MOST_TENSORS, type Tensor } from "./facts";
import { kerasFacts } from "./keras";
import { npyTensor } from "./numpy";
import { readPickle } from "./pickle";

interface Entry {
  name: string;
  size: number;
  packed: number;
  stored: boolean; // not compressed
  at: number; // of its own header
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const IN_64 = 0xffff_ffff; // the number stands elsewhere, in 64 bits

const END_LENGTH = 22;
const LOCATOR_LENGTH = 20;
const MOST_OF_COMMENT = 65_535;
const MOST_OF_LIST = 16 << 20;
const MOST_ENTRIES = 50_000;
const MOST_OF_PROGRAM = 4 << 20;
const MOST_OF_CONFIG = 8 << 20;
// Each costs a request where the file is not here.
const MOST_ARRAYS_READ = 100;
const NPY_HEADER = 4096;

export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 30 && new Cursor(bytes).u32() === LOCAL;
}

/** Where the list of entries is, by what stands at the file's end. */
async function listOf(file: WholeFile): Promise<{ at: number; size: number } | undefined> {
  const from = Math.max(0, file.size - END_LENGTH - MOST_OF_COMMENT - LOCATOR_LENGTH);
  const tail = await file.read(from, file.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - END_LENGTH;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) return undefined;
  const [size, at] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (at !== IN_64 && size !== IN_64) return { at, size };
  const locator = end - LOCATOR_LENGTH;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64) return undefined;
  const place = Number(view.getBigUint64(locator + 8, true));
  const cursor = new Cursor(await file.read(place, place + 56));
  if (cursor.u32() !== END_64) return undefined;
  cursor.skip(36);
  const long = cursor.u64();
  return { size: long, at: cursor.u64() };
}

/** Numbers that did not fit, in their order, from the field of an entry that is for them. */
function widen(extra: Uint8Array, numbers: number[]): number[] {
  const cursor = new Cursor(extra);
  while (cursor.left >= 4) {
    const [kind, length] = [cursor.u16(), cursor.u16()];
    const body = new Cursor(cursor.take(length));
    if (kind === 1) return numbers.map((one) => (one === IN_64 ? body.u64() : one));
  }
  return numbers;
}

async function entriesAtEnd(file: WholeFile): Promise<Entry[] | undefined> {
  const list = await listOf(file);
  if (!list || list.size > MOST_OF_LIST) return undefined;
  const cursor = new Cursor(await file.read(list.at, list.at + list.size));
  const entries: Entry[] = [];
  while (cursor.left >= 46 && cursor.u32() === CENTRAL && entries.length < MOST_ENTRIES) {
    cursor.skip(6);
    const method = cursor.u16();
    cursor.skip(8);
    const [packed, size] = [cursor.u32(), cursor.u32()];
    const [name, extra, comment] = [cursor.u16(), cursor.u16(), cursor.u16()];
    cursor.skip(8);
    const at = cursor.u32();
    const entry = { name: cursor.text(name), stored: method === 0 };
    const [realSize = 0, realPacked = 0, realAt = 0] = widen(cursor.take(extra), [size, packed, at]);
    entries.push({ ...entry, size: realSize, packed: realPacked, at: realAt });
    cursor.skip(comment);
  }
  return entries;
}

/** The entries one after the other, as far as the file is here and tells their sizes before them. */
function entriesFromStart(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const cursor = new Cursor(bytes);
  try {
    while (cursor.left > 30) {
      const at = cursor.at;
      if (cursor.u32() !== LOCAL) break;
      cursor.skip(2);
      const flags = cursor.u16();
      const method = cursor.u16();
      cursor.skip(8);
      const [packed, size] = [cursor.u32(), cursor.u32()];
      const [name, extra] = [cursor.u16(), cursor.u16()];
      entries.push({ name: cursor.text(name), size, packed, stored: method === 0, at });
      if (flags & 8) break;
      cursor.skip(extra + packed);
    }
  } catch {
    // The rest is not here.
  }
  return entries;
}

/** Unpacks what is there, to at most `most` bytes; a part of an entry gives a part. */
async function inflate(packed: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const bytes = new Uint8Array(most);
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done && length < most; next = await reader.read()) {
      const piece = next.value.subarray(0, most - length);
      bytes.set(piece, length);
      length += piece.length;
    }
    await reader.cancel();
  } catch {
    // It goes on behind what was read.
  }
  return bytes.subarray(0, length);
}

/** An entry's beginning, at most `most` bytes of it. */
async function bodyOf(file: WholeFile, entry: Entry, most: number): Promise<Uint8Array> {
  const length = Math.min(entry.packed, most);
  // The header's own last field is as long as it says itself, and mostly short.
  const guess = 30 + entry.name.length * 3 + 256;
  const bytes = await file.read(entry.at, entry.at + guess + length);
  const cursor = new Cursor(bytes, 26);
  const begin = 30 + cursor.u16() + cursor.u16();
  const body = begin + length <= bytes.length ? bytes.subarray(begin, begin + length) : await file.read(entry.at + begin, entry.at + begin + length);
  return entry.stored ? body : inflate(body as Uint8Array<ArrayBuffer>, Math.min(most, entry.size));
}

async function arraysOf(file: WholeFile, arrays: Entry[]): Promise<Tensor[]> {
  const tensors: Tensor[] = [];
  for (const [index, entry] of arrays.slice(0, MOST_TENSORS).entries()) {
    const name = entry.name.slice(0, -".npy".length);
    const header = index < MOST_ARRAYS_READ ? npyTensor(await bodyOf(file, entry, NPY_HEADER), name) : undefined;
    tensors.push(header ?? { name, type: `${entry.size} B`, shape: [] });
  }
  return tensors;
}

/** What lies in a zip: arrays of NumPy, a model of PyTorch or Keras; undefined for other zips. Without its file only the beginning counts. */
export async function zipped(bytes: Uint8Array<ArrayBuffer>, file: WholeFile | undefined): Promise<ModelFacts | undefined> {
  const listed = file && (await entriesAtEnd(file));
  const entries = listed ?? entriesFromStart(bytes);
  const source = file ?? { size: bytes.length, read: async (begin: number, end: number) => bytes.subarray(begin, end) };
  const cut = !listed;
  const find = (ending: RegExp) => entries.find((entry) => ending.test(entry.name));
  const sizes: [string, string][] = [["entries", String(entries.length)]];
  const program = find(/(^|\/)data\.pkl$/);
  if (program) {
    const classes = [...readPickle(await bodyOf(source, program, MOST_OF_PROGRAM)).globals].join("\n");
    const storages = entries.filter((entry) => /(^|\/)data\/\d+$/.test(entry.name));
    return factsOf("PyTorch", { facts: [...sizes, ["tensor storages", String(storages.length)], ["classes", classes]], runsCode: true, cut });
  }
  const config = find(/^config\.json$/);
  const metadata = find(/^metadata\.json$/);
  if (config && (metadata || find(/^model\.weights\.h5$/))) {
    const text = async (entry: Entry | undefined) => (entry ? new TextDecoder().decode(await bodyOf(source, entry, MOST_OF_CONFIG)) : "");
    return factsOf("Keras", { facts: [...kerasFacts(await text(config), await text(metadata)), ...sizes], cut });
  }
  const arrays = entries.filter((entry) => entry.name.endsWith(".npy"));
  if (arrays.length === 0) return undefined;
  const tensors = await arraysOf(source, arrays);
  return factsOf("NumPy (npz)", { facts: sizes, tensors, more: arrays.length - tensors.length, cut });
}
