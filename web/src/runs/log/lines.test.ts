import { describe, expect, it } from "vitest";
import { findMatches, matchesInLines } from "./lines";
import { KEPT_BYTES, LogStore, PART_BYTES } from "./logStore";

const bytes = (text: string) => new TextEncoder().encode(text);
const all = (log: LogStore) => Array.from({ length: log.count }, (_, index) => log.line(index));

/** A log of numbered lines, given in pieces that end anywhere, and its bytes. */
function numbered(lines: number, pieces = 50_021): { log: LogStore; whole: Uint8Array } {
  const whole = bytes(Array.from({ length: lines }, (_, index) => `line number ${index}\n`).join(""));
  const log = new LogStore();
  for (let at = 0; at < whole.length; at += pieces) log.add(whole.subarray(at, at + pieces));
  return { log, whole };
}

describe("LogStore", () => {
  it("joins what is cut anywhere, also within a character", () => {
    const log = new LogStore();
    const text = bytes("erste\n行二\nlast");
    for (const byte of text) log.add(new Uint8Array([byte]));
    expect(all(log)).toEqual(["erste", "行二", "last"]);
    expect(log.count).toBe(3);
    expect(log.bytes).toBe(text.length);
    log.add(bytes("\n"));
    expect(log.count).toBe(3);
    log.add(bytes("\n"));
    expect(all(log)).toEqual(["erste", "行二", "last", ""]);
  });

  it("shows a progress bar's last state and no escapes", () => {
    const log = new LogStore();
    log.add(bytes("10%\r50%\r100%\n\u001b[31mred\u001b[0m\r\n\n"));
    expect(all(log)).toEqual(["100%", "red", ""]);
  });

  it("finds every line of a log of many parts", () => {
    const { log } = numbered(30_000);
    expect(log.count).toBe(30_000);
    for (let line = 0; line < log.count; line += 1) expect(log.line(line)).toBe(`line number ${line}`);
    expect(log.line(30_000)).toBeUndefined();
  });

  it("keeps a bounded part of a long log, and takes back what is fetched again", () => {
    const { log, whole } = numbered(1_000_000);
    expect(log.count).toBe(1_000_000);
    expect(log.keptBytes).toBeLessThan(KEPT_BYTES + 4 * PART_BYTES);
    expect(log.line(999_999)).toBe("line number 999999");
    expect(log.line(5)).toBeUndefined();
    const missing = log.missing(5, 6000);
    expect(missing.length).toBe(2);
    for (const part of missing) log.put(part, whole.slice(...log.range(part)));
    expect(log.line(5)).toBe("line number 5");
    expect(log.line(6000)).toBe("line number 6000");
    expect(log.missing(5, 6000)).toEqual([]);
    expect(log.keptBytes).toBeLessThan(KEPT_BYTES + 4 * PART_BYTES);
  });

  it("breaks a line that never ends", () => {
    const log = new LogStore();
    const piece = bytes("x".repeat(65_536));
    for (let count = 0; count < 40; count += 1) log.add(piece);
    expect(log.count).toBe(3);
    expect(log.line(0)?.length).toBe(1 << 20);
  });
});

describe("findMatches", () => {
  it("finds every place in any case", () => {
    const log = new LogStore();
    log.add(bytes("Error error\nfine\nERR"));
    expect(findMatches(log, "err")).toEqual([
      { line: 0, from: 0, to: 3 },
      { line: 0, from: 6, to: 9 },
      { line: 2, from: 0, to: 3 },
    ]);
    expect(findMatches(log, "")).toEqual([]);
  });
});

describe("matchesInLines", () => {
  it("finds places as they will be shown in lines that the server names", () => {
    const told = [{ line: 2, text: "\u001b[1merr\u001b[0m err" }, { line: 8, text: "gone err\rnothing" }];
    expect(matchesInLines(told, "ERR")).toEqual([
      { line: 1, from: 0, to: 3 },
      { line: 1, from: 4, to: 7 },
    ]);
    expect(matchesInLines(told, "")).toEqual([]);
  });
});
