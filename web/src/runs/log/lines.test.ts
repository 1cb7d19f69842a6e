import { describe, expect, it } from "vitest";
import { findMatches, LogLines, matchesInLines } from "./lines";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("LogLines", () => {
  it("joins what is cut anywhere, also within a character", () => {
    const log = new LogLines();
    const all = bytes("erste\n行二\nlast");
    for (const byte of all) log.add(new Uint8Array([byte]));
    expect(log.all()).toEqual(["erste", "行二", "last"]);
    expect(log.count).toBe(3);
    expect(log.bytes).toBe(all.length);
  });

  it("shows a progress bar's last state and no escapes", () => {
    const log = new LogLines();
    log.add(bytes("10%\r50%\r100%\n\u001b[31mred\u001b[0m\r\n\n"));
    expect(log.all()).toEqual(["100%", "red", ""]);
  });
});

describe("findMatches", () => {
  it("finds every place in any case", () => {
    const log = new LogLines();
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
  it("finds places in the lines that are named, and none in lines that have not come", () => {
    const log = new LogLines();
    log.add(bytes("err\nerr err\nerr\n"));
    expect(matchesInLines(log, [1, 7], "ERR")).toEqual([
      { line: 1, from: 0, to: 3 },
      { line: 1, from: 4, to: 7 },
    ]);
    expect(matchesInLines(log, [0], "")).toEqual([]);
  });
});
