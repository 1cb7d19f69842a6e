// HDF5 as h5py and Keras write it: groups, what its datasets are, and texts that are attached to them. Their numbers are
// not read. Of the newer ways to keep a group only its links in one place are known; what is kept otherwise is left out, and said to be.
import type { WholeFile } from "../fetchPart";
import { Cursor, factsOf, type ModelFacts, MOST_TENSORS, type Tensor } from "./facts";
import { kerasFacts } from "./keras";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const PAGE = 64 << 10;
const MOST_PAGES = 512;
const MOST_OBJECTS = 6000;
const MOST_DEPTH = 24;
const MOST_OF_TEXT = 16 << 20;

const MESSAGE = { space: 0x01, linkInfo: 0x02, type: 0x03, link: 0x06, attribute: 0x0c, continuation: 0x10, symbols: 0x11, attributeInfo: 0x15 };
const UNDEFINED = 2 ** 64; // an address of ones, as a number

export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** Bytes from anywhere in the file, fetched by pages. */
class Pages {
  private readonly pages = new Map<number, Promise<Uint8Array>>();
  constructor(private readonly file: WholeFile) {}

  async at(address: number, length: number): Promise<Cursor> {
    if (!(address >= 0) || address + length > this.file.size || length > MOST_OF_TEXT) throw new RangeError("the file ends here");
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const page = Math.floor((address + done) / PAGE);
      const from = address + done - page * PAGE;
      const piece = (await this.page(page)).subarray(from, from + length - done);
      if (piece.length === 0) throw new RangeError("the file ends here");
      bytes.set(piece, done);
      done += piece.length;
    }
    return new Cursor(bytes);
  }

  private page(index: number): Promise<Uint8Array> {
    const known = this.pages.get(index);
    if (known) return known;
    if (this.pages.size >= MOST_PAGES) throw new RangeError("too much of the file would have to be read");
    const page = this.file.read(index * PAGE, (index + 1) * PAGE);
    this.pages.set(index, page);
    return page;
  }
}

interface Message {
  type: number;
  body: Uint8Array;
}

/** The messages of an object: what it is and what is attached to it. */
async function messagesOf(pages: Pages, address: number): Promise<Message[]> {
  const start = await pages.at(address, 16);
  const found: Message[] = [];
  const chunks: [at: number, length: number][] = [];
  let newer = false;
  let ordered = false;
  if (start.text(4) === "OHDR") {
    newer = true;
    start.skip(1);
    const flags = start.u8();
    ordered = (flags & 4) !== 0;
    const skipped = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 1 << (flags & 3);
    const size = await pages.at(address + skipped, width);
    const length = width === 1 ? size.u8() : width === 2 ? size.u16() : width === 4 ? size.u32() : size.u64();
    chunks.push([address + skipped + width, length]);
  } else {
    start.at = 8;
    chunks.push([address + 16, start.u32()]);
  }
  for (let index = 0; index < chunks.length && index < 64; index += 1) {
    const [at, length] = chunks[index] as [number, number];
    const chunk = await pages.at(at, length);
    while (chunk.left >= (newer ? 4 : 8)) {
      const type = newer ? chunk.u8() : chunk.u16();
      const size = chunk.u16();
      chunk.skip(newer ? (ordered ? 3 : 1) : 4);
      const body = chunk.take(Math.min(size, chunk.left));
      if (type === MESSAGE.continuation) {
        const next = new Cursor(body);
        const [place, span] = [next.u64(), next.u64()];
        chunks.push(newer ? [place + 4, span - 8] : [place, span]);
      } else found.push({ type, body });
    }
  }
  return found;
}

function shapeOf(body: Uint8Array): number[] {
  const cursor = new Cursor(body);
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(version === 1 ? 6 : 2);
  return Array.from({ length: rank }, () => cursor.u64());
}

const STRING = 3;
const VARIABLE = 9;

function typeOf(body: Uint8Array): { kind: number; size: number; name: string } {
  const cursor = new Cursor(body);
  const kind = cursor.u8() & 15;
  const bits = cursor.u8();
  cursor.skip(2);
  const size = cursor.u32();
  const names = [`${bits & 8 ? "" : "u"}int${size * 8}`, `float${size * 8}`, "time", "string", "bits", "opaque", "compound", "reference", "enum", "variable", "array"];
  return { kind, size, name: names[kind] ?? "unknown" };
}

/** What variable texts point to: an object of a heap that all share. */
async function sharedText(pages: Pages, address: number, index: number): Promise<string> {
  const head = await pages.at(address, 16);
  if (head.text(4) !== "GCOL") return "";
  head.skip(4);
  const heap = await pages.at(address, head.u64());
  heap.at = 16;
  while (heap.left >= 16) {
    const number = heap.u16();
    heap.skip(6);
    const length = heap.u64();
    if (number === index) return heap.text(length);
    if (number === 0) break;
    heap.skip(Math.ceil(length / 8) * 8);
  }
  return "";
}

/** Name and value of an attribute that is one text. */
async function attributeOf(pages: Pages, body: Uint8Array): Promise<[string, string] | undefined> {
  const cursor = new Cursor(body);
  const version = cursor.u8();
  cursor.skip(1);
  const sizes = [cursor.u16(), cursor.u16(), cursor.u16()].map((size) => (version === 1 ? Math.ceil(size / 8) * 8 : size));
  if (version === 3) cursor.skip(1);
  const name = cursor.text(sizes[0] ?? 0).replace(/\0.*$/s, "");
  const type = typeOf(cursor.take(sizes[1] ?? 0));
  const shape = shapeOf(cursor.take(sizes[2] ?? 0));
  if (shape.some((length) => length !== 1)) return undefined;
  if (type.kind === STRING) return [name, cursor.text(Math.min(type.size, cursor.left)).replace(/\0+$/, "")];
  if (type.kind !== VARIABLE) return undefined;
  cursor.skip(4);
  return [name, await sharedText(pages, cursor.u64(), cursor.u32())];
}

type Links = [name: string, address: number][];

/** Of a group whose names are in a tree beside a heap: as files are made that older programs can read. */
async function symbolsOf(pages: Pages, tree: number, heap: number, depth = 0): Promise<Links> {
  const head = await pages.at(heap, 32);
  head.skip(8);
  const length = head.u64();
  head.skip(8);
  const names = await pages.at(head.u64(), length);
  const nameAt = (at: number) => new TextDecoder().decode(names.bytes.subarray(at, names.bytes.indexOf(0, at)));
  const links: Links = [];
  const visit = async (address: number, level: number): Promise<void> => {
    const node = await pages.at(address, 8);
    if (level > MOST_DEPTH || links.length > MOST_OBJECTS) return;
    if (node.text(4) === "SNOD") {
      node.skip(2);
      const count = node.u16();
      const entries = await pages.at(address + 8, count * 40);
      for (let index = 0; index < count; index += 1) {
        links.push([nameAt(entries.u64()), entries.u64()]);
        entries.skip(24);
      }
      return;
    }
    node.skip(2);
    const count = node.u16();
    const children = await pages.at(address + 24, count * 16);
    for (let index = 0; index < count; index += 1) {
      children.skip(8);
      await visit(children.u64(), level + 1);
    }
  };
  await visit(tree, depth);
  return links;
}

/** A link that is kept in its group's own header. */
function linkOf(body: Uint8Array): Links {
  const cursor = new Cursor(body, 1);
  const flags = cursor.u8();
  const kind = flags & 8 ? cursor.u8() : 0;
  if (flags & 4) cursor.skip(8);
  if (flags & 16) cursor.skip(1);
  const width = flags & 3;
  const length = width === 0 ? cursor.u8() : width === 1 ? cursor.u16() : width === 2 ? cursor.u32() : cursor.u64();
  const name = cursor.text(length);
  return kind === 0 ? [[name, cursor.u64()]] : [];
}

class Reader {
  readonly tensors: Tensor[] = [];
  readonly attributes = new Map<string, string>();
  more = 0;
  cut = false;
  private readonly seen = new Set<number>();

  constructor(private readonly pages: Pages) {}

  async read(address: number, path: string): Promise<void> {
    if (this.seen.has(address)) return;
    if (this.seen.size >= MOST_OBJECTS || path.split("/").length > MOST_DEPTH) {
      this.cut = true;
      return;
    }
    this.seen.add(address);
    const messages = await messagesOf(this.pages, address);
    const of = (type: number) => messages.find((one) => one.type === type)?.body;
    const [space, type] = [of(MESSAGE.space), of(MESSAGE.type)];
    if (space && type) {
      if (this.tensors.length < MOST_TENSORS) this.tensors.push({ name: path, type: typeOf(type).name, shape: shapeOf(space) });
      else this.more += 1;
      return;
    }
    if (path === "") await this.readAttributes(messages);
    for (const [name, at] of await this.linksOf(messages)) await this.read(at, path ? `${path}/${name}` : name);
  }

  private async readAttributes(messages: Message[]): Promise<void> {
    for (const { type, body } of messages) {
      const attribute = type === MESSAGE.attribute ? await attributeOf(this.pages, body) : undefined;
      if (attribute) this.attributes.set(...attribute);
    }
  }

  private async linksOf(messages: Message[]): Promise<Links> {
    const links: Links = [];
    for (const { type, body } of messages) {
      if (type === MESSAGE.link) links.push(...linkOf(body));
      if (type === MESSAGE.symbols) {
        const cursor = new Cursor(body);
        links.push(...(await symbolsOf(this.pages, cursor.u64(), cursor.u64())));
      }
      // Many links of a newer group are in a heap of their own.
      if (type === MESSAGE.linkInfo && new Cursor(body, body[1] !== undefined && body[1] & 1 ? 10 : 2).u64() < UNDEFINED) this.cut = true;
    }
    return links;
  }
}

async function rootOf(pages: Pages): Promise<number | undefined> {
  const start = await pages.at(0, 80);
  start.skip(8);
  const version = start.u8();
  if (version <= 1) {
    start.skip(4);
    if (start.u8() !== 8 || start.u8() !== 8) return undefined;
    start.at = version === 0 ? 64 : 68;
    return start.u64();
  }
  if (start.u8() !== 8 || start.u8() !== 8) return undefined;
  start.at = 36;
  return start.u64();
}

/** Without its file there is no more to say than what it is. */
export async function hdf5(file: WholeFile | undefined): Promise<ModelFacts> {
  if (!file) return factsOf("HDF5", { cut: true });
  const reader = new Reader(new Pages(file));
  try {
    const root = await rootOf(new Pages(file));
    if (root === undefined) reader.cut = true;
    else await reader.read(root, "");
  } catch {
    // Kept in a way that is not known here, or damaged.
    reader.cut = true;
  }
  const { attributes, tensors, more, cut } = reader;
  const config = attributes.get("model_config") ?? "";
  const facts: [string, string][] = kerasFacts(config);
  for (const name of ["keras_version", "backend"]) {
    const value = attributes.get(name);
    if (value) facts.push([name, value.slice(0, 200)]);
  }
  return factsOf(facts.length ? "Keras (HDF5)" : "HDF5", { facts, tensors, more, cut });
}
