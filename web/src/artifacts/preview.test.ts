import { describe, expect, it } from "vitest";
import { kindByContent, kindByName, numericColumns, parseJsonLines } from "./preview";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("numericColumns", () => {
  it("knows columns of numbers, with gaps in them", () => {
    const rows = [["a", "1", "", "1,5"], ["b", "-2.5e3", "", "2"], ["c", "", "", "3"]];
    expect(numericColumns({ columns: ["w", "x", "y", "z"], rows })).toEqual([false, true, false, false]);
  });
});

describe("kindByName", () => {
  it.each([
    [{ schema_title: "system.HTML", uri: "minio://b/x" }, "html"],
    [{ schema_title: "system.Dataset", uri: "minio://b/d/table.CSV" }, "table"],
    [{ schema_title: "system.Artifact", uri: "s3://b/plot.png" }, "image"],
    [{ schema_title: "system.Dataset", uri: "s3://b/rows.jsonl" }, "jsonlines"],
    [{ schema_title: "system.Model", uri: "s3://b/model" }, undefined],
  ])("%j is %s", (artifact, kind) => expect(kindByName(artifact)).toBe(kind));
});

describe("kindByContent", () => {
  it.each([
    [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]), "image"],
    [bytes("PAR1...."), "parquet"],
    [new Uint8Array([0, 1, 2]), "binary"],
    [new Uint8Array([0xff, 0xfe, 0x41]), "binary"],
    [bytes("<!DOCTYPE html><p>"), "html"],
    [bytes('{"a":1}\n{"a":2}\n'), "jsonlines"],
    [bytes('{\n "a": 1\n}'), "json"],
    [bytes('a,b\n1,"x, y"\n3,4\n'), "table"],
    [bytes("a sentence, with a comma\nand one without"), "text"],
    [bytes(""), "text"],
  ])("%#", (content, kind) => expect(kindByContent(content)).toBe(kind));
});

describe("parseJsonLines", () => {
  it("has all keys as columns and drops a line that was cut", () => {
    expect(parseJsonLines('{"a":1,"b":{"c":2}}\n{"d":null,"a":"x"}\n{"a":')).toEqual({
      columns: ["a", "b", "d"],
      rows: [["1", '{"c":2}', ""], ["x", "", ""]],
      total: 2,
    });
  });
});
