// What a terminal would show of a log's lines, and where a text stands in them.

/** Keeps only what a terminal would still show of a line that was written over with \r. */
function settle(line: string): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf("\r") + 1);
}

// Colours and cursor movements of terminals.
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

export function cleanLine(line: string): string {
  return settle(line).replace(ESCAPES, "");
}

export interface Match {
  line: number;
  from: number;
  to: number;
}

export const MOST_MATCHES = 10_000;

/** Adds the places of a text, which is in lower case, within one line. */
export function findInLine(content: string, wanted: string, line: number, found: Match[]): void {
  const lower = content.toLowerCase();
  for (let from = lower.indexOf(wanted); from >= 0 && found.length < MOST_MATCHES; from = lower.indexOf(wanted, from + wanted.length)) {
    found.push({ line, from, to: from + wanted.length });
  }
}

export interface LinesAt {
  readonly count: number;
  /** Undefined where the line is not here. */
  line(index: number): string | undefined;
}

/** Where the text occurs, without regard to case; the first ten thousand places. */
export function findMatches(log: LinesAt, text: string): Match[] {
  const wanted = text.toLowerCase();
  const found: Match[] = [];
  if (!wanted) return found;
  for (let line = 0; line < log.count && found.length < MOST_MATCHES; line += 1) findInLine(log.line(line) ?? "", wanted, line, found);
  return found;
}

/** The same in lines that somebody else has found; they are counted from 1. */
export function matchesInLines(lines: { line: number; text?: string }[], text: string): Match[] {
  const wanted = text.toLowerCase();
  const found: Match[] = [];
  if (!wanted) return found;
  for (const one of lines) findInLine(cleanLine(one.text ?? ""), wanted, one.line - 1, found);
  return found;
}
