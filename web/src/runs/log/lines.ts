// A log as lines, fed by bytes as they come.

/** Keeps only what a terminal would still show of a line that was written over with \r. */
function settle(line: string): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf("\r") + 1);
}

// Colours and cursor movements of terminals.
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

export class LogLines {
  readonly lines: string[] = [];
  bytes = 0;
  private readonly decoder = new TextDecoder();
  private rest = "";

  add(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    const parts = (this.rest + this.decoder.decode(chunk, { stream: true })).split("\n");
    this.rest = parts.pop() ?? "";
    for (const part of parts) this.lines.push(clean(part));
  }

  /** All lines, with the one that has not ended yet. */
  all(): string[] {
    return this.rest ? [...this.lines, clean(this.rest)] : this.lines;
  }

  get count(): number {
    return this.lines.length + (this.rest ? 1 : 0);
  }

  at(index: number): string {
    return this.lines[index] ?? clean(this.rest);
  }
}

function clean(line: string): string {
  return settle(line).replace(ESCAPES, "");
}

export interface Match {
  line: number;
  from: number;
  to: number;
}

export const MOST_MATCHES = 10_000;

function findInLine(content: string, wanted: string, line: number, found: Match[]): void {
  const lower = content.toLowerCase();
  for (let from = lower.indexOf(wanted); from >= 0 && found.length < MOST_MATCHES; from = lower.indexOf(wanted, from + wanted.length)) {
    found.push({ line, from, to: from + wanted.length });
  }
}

/** Where the text occurs, without regard to case; the first ten thousand places. */
export function findMatches(log: LogLines, text: string): Match[] {
  const wanted = text.toLowerCase();
  const found: Match[] = [];
  if (!wanted) return found;
  for (let line = 0; line < log.count && found.length < MOST_MATCHES; line += 1) findInLine(log.at(line), wanted, line, found);
  return found;
}

/** The same in lines that are known to hold the text; those that have not come yet have no places. */
export function matchesInLines(log: LogLines, lines: number[], text: string): Match[] {
  const wanted = text.toLowerCase();
  const found: Match[] = [];
  if (!wanted) return found;
  for (const line of lines) if (line < log.count) findInLine(log.at(line), wanted, line, found);
  return found;
}
