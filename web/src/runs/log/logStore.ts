// A log of any length in bounded memory: where its lines begin, and the parts of it that were looked at last.
import { cleanLine } from "./lines";

export const PART_BYTES = 64 << 10;
// What a line without an end may grow to before it is broken.
const LONGEST_LINE = 1 << 20;
/** A log up to this size is kept as a whole. */
export const KEPT_BYTES = 8 << 20;
const KEPT_PARTS_OF_LINES = 24;
const NEWLINE = 10;

const decoder = new TextDecoder();

function linesOf(bytes: Uint8Array): string[] {
  const lines = decoder.decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map(cleanLine);
}

function join(pieces: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** The part whose first line is the last one not behind `line`. */
function partOf(firstLines: number[], line: number): number {
  let low = 0;
  let high = firstLines.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((firstLines[middle] ?? 0) <= line) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Fed with bytes as they come, in order. Parts of whole lines are closed as they fill; their bytes are kept up to
 * KEPT_BYTES, the oldest go first and can be put back. What is not in a closed part yet is always here.
 */
export class LogStore {
  /** How much has come. */
  bytes = 0;
  private readonly firstLines: number[] = [];
  private readonly starts: number[] = [];
  private closedLines = 0;
  private closedBytes = 0;
  // In the order in which they were used last.
  private readonly raw = new Map<number, Uint8Array>();
  private rawBytes = 0;
  private readonly decoded = new Map<number, string[]>();
  private tail: Uint8Array[] = [];
  private tailBytes = 0;
  private tailEnds = 0;
  private tailEndsWithLine = false;
  private tailLines: string[] | undefined;

  add(piece: Uint8Array): void {
    this.bytes += piece.byteLength;
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, end + 1)) {
      this.tailEnds += 1;
      if (this.tailBytes + end + 1 - from < PART_BYTES) continue;
      this.append(piece.slice(from, end + 1));
      this.close(this.tailEnds);
      from = end + 1;
    }
    if (from < piece.byteLength) this.append(piece.slice(from));
    if (this.tailBytes >= LONGEST_LINE) this.close(this.tailEnds + (this.tailEndsWithLine ? 0 : 1));
  }

  private append(piece: Uint8Array): void {
    this.tail.push(piece);
    this.tailBytes += piece.byteLength;
    this.tailEndsWithLine = piece.at(-1) === NEWLINE;
    this.tailLines = undefined;
  }

  private close(lines: number): void {
    const part = this.starts.length;
    this.starts.push(this.closedBytes);
    this.firstLines.push(this.closedLines);
    this.put(part, join(this.tail, this.tailBytes));
    this.closedBytes += this.tailBytes;
    this.closedLines += lines;
    this.tail = [];
    this.tailBytes = 0;
    this.tailEnds = 0;
    this.tailLines = undefined;
  }

  get count(): number {
    return this.closedLines + this.tailEnds + (this.tailBytes > 0 && !this.tailEndsWithLine ? 1 : 0);
  }

  /** What is kept of it in memory. */
  get keptBytes(): number {
    return this.rawBytes + this.tailBytes;
  }

  line(index: number): string | undefined {
    if (index >= this.closedLines) {
      this.tailLines ??= linesOf(join(this.tail, this.tailBytes));
      return this.tailLines[index - this.closedLines];
    }
    const part = partOf(this.firstLines, index);
    return this.partLines(part)?.[index - (this.firstLines[part] ?? 0)];
  }

  private partLines(part: number): string[] | undefined {
    const known = this.decoded.get(part);
    if (known) return known;
    const bytes = this.raw.get(part);
    if (!bytes) return undefined;
    this.raw.delete(part);
    this.raw.set(part, bytes);
    const lines = linesOf(bytes);
    this.decoded.set(part, lines);
    for (const [oldest] of this.decoded) {
      if (this.decoded.size <= KEPT_PARTS_OF_LINES) break;
      this.decoded.delete(oldest);
    }
    return lines;
  }

  /** The parts between two lines that are not here. */
  missing(first: number, last: number): number[] {
    const parts: number[] = [];
    if (this.firstLines.length === 0 || first >= this.closedLines) return parts;
    const end = partOf(this.firstLines, Math.min(last, this.closedLines - 1));
    for (let part = partOf(this.firstLines, Math.max(first, 0)); part <= end; part += 1) {
      if (!this.raw.has(part) && !this.decoded.has(part)) parts.push(part);
    }
    return parts;
  }

  /** Where a part lies: its first byte, and the one behind its last. */
  range(part: number): [number, number] {
    return [this.starts[part] ?? 0, this.starts[part + 1] ?? this.closedBytes];
  }

  put(part: number, bytes: Uint8Array): void {
    if (this.raw.has(part)) return;
    this.raw.set(part, bytes);
    this.rawBytes += bytes.byteLength;
    for (const [oldest, old] of this.raw) {
      if (this.rawBytes <= KEPT_BYTES || oldest === part) break;
      this.raw.delete(oldest);
      this.rawBytes -= old.byteLength;
    }
  }
}
