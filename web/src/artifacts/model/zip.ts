import { Cursor, factsOf, type ModelFacts, MOST_TENSORS, type Tensor } from "./facts";
import { npyTensor } from "./numpy";
import { readPickle } from "./pickle";

interface Entry {
  name: string;
  size: number;
  stored: boolean; // not compressed
  bytes: Uint8Array; // what of it is there
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** The entries by the list at the file's end. */
function entriesAtEnd(bytes: Uint8Array): Entry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  for (const first = Math.max(0, end - 65_535); end >= first && view.getUint32(end, true) !== END; ) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== END) return undefined;
  const cursor = new Cursor(bytes, view.getUint32(end + 16, true));
  const entries: Entry[] = [];
  while (cursor.left >= 46 && cursor.u32() === CENTRAL && entries.length < 50_000) {
    cursor.skip(6);
    const method = cursor.u16();
    cursor.skip(8);
    const packed = cursor.u32();
    const size = cursor.u32();
    const [name, extra, comment] = [cursor.u16(), cursor.u16(), cursor.u16()];
    cursor.skip(8);
    const at = cursor.u32();
    entries.push({ name: cursor.text(name), size, stored: method === 0, bytes: bodyAt(bytes, at, packed) });
    cursor.skip(extra + comment);
  }
  return entries;
}

function bodyAt(bytes: Uint8Array, at: number, packed: number): Uint8Array {
  try {
    const cursor = new Cursor(bytes, at + 26);
    cursor.skip(cursor.u16() + cursor.u16());
    return cursor.take(Math.min(packed, cursor.left));
  } catch {
    return new Uint8Array();
  }
}

/** The entries one after the other, as far as the file is there and tells their sizes before them. */
function entriesFromStart(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const cursor = new Cursor(bytes);
  try {
    while (cursor.left > 30 && cursor.u32() === LOCAL) {
      cursor.skip(2);
      const flags = cursor.u16();
      const method = cursor.u16();
      cursor.skip(8);
      const packed = cursor.u32();
      const size = cursor.u32();
      const [name, extra] = [cursor.u16(), cursor.u16()];
      const entry: Entry = { name: cursor.text(name), size, stored: method === 0, bytes: new Uint8Array() };
      cursor.skip(extra);
      entry.bytes = cursor.bytes.subarray(cursor.at, Math.min(cursor.bytes.length, cursor.at + packed));
      entries.push(entry);
      if (flags & 8) break;
      cursor.skip(packed);
    }
  } catch {
    // The rest is not here.
  }
  return entries;
}

/** What lies in a zip: arrays of NumPy, a model of PyTorch or Keras; undefined for other zips. */
export function zipped(bytes: Uint8Array, complete: boolean): ModelFacts | undefined {
  if (bytes.length < 30 || new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) !== LOCAL) return undefined;
  const entries = (complete ? entriesAtEnd(bytes) : undefined) ?? entriesFromStart(bytes);
  const find = (ending: RegExp) => entries.find((entry) => ending.test(entry.name));
  const sizes: [string, string][] = [["entries", String(entries.length)]];
  const program = find(/(^|\/)data\.pkl$/);
  if (program) {
    const classes = program.stored ? [...readPickle(program.bytes).globals].join("\n") : "";
    const storages = entries.filter((entry) => /(^|\/)data\/\d+$/.test(entry.name));
    return factsOf("PyTorch", { facts: [...sizes, ["tensor storages", String(storages.length)], ["classes", classes]], runsCode: true, cut: !complete });
  }
  if (find(/^config\.json$/) && find(/^(metadata\.json|model\.weights\.h5)$/)) return factsOf("Keras", { facts: sizes, cut: !complete });
  const arrays = entries.filter((entry) => entry.name.endsWith(".npy"));
  if (arrays.length === 0) return undefined;
  const tensors = arrays.slice(0, MOST_TENSORS).map((entry): Tensor => {
    const name = entry.name.slice(0, -".npy".length);
    return (entry.stored ? npyTensor(entry.bytes, name) : undefined) ?? { name, type: `${entry.size} B`, shape: [] };
  });
  return factsOf("NumPy (npz)", { facts: sizes, tensors, more: arrays.length - tensors.length, cut: !complete });
}
