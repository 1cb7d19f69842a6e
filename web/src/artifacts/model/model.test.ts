import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { modelFacts } from ".";
import type { Part } from "../fetchPart";

const text = (value: string) => new TextEncoder().encode(value);
const u32 = (value: number) => [...new Uint8Array(new Uint32Array([value]).buffer)];
const u64 = (value: number) => [...u32(value), ...u32(0)];
const gguText = (value: string) => [...u64(value.length), ...text(value)];
const field = (number: number, body: ArrayLike<number>) => [number * 8 + 2, body.length, ...Array.from(body)];
const number = (at: number, value: number) => [at * 8, value];
const of = (bytes: ArrayLike<number>, name = "model", complete = true) => modelFacts({ bytes: Uint8Array.from(bytes as number[]), complete }, name);

/** A file of which only the first bytes are here, the rest by parts; and how much was asked for. */
function large(bytes: ArrayLike<number>, here: number): { part: Part; fetched: () => number } {
  const all = Uint8Array.from(bytes as number[]);
  let fetched = 0;
  const read = async (begin: number, end: number) => {
    const piece = all.slice(begin, end);
    fetched += piece.length;
    return piece;
  };
  return { part: { bytes: all.slice(0, here), complete: false, file: { size: all.length, read } }, fetched: () => fetched };
}

const npyHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n";
const NPY = [0x93, ...text("NUMPY"), 1, 0, npyHeader.length, 0, ...text(npyHeader), ...new Array<number>(48).fill(0)];

/** A zip whose entries are stored as they are, with the list at its end. */
function zip(entries: [string, ArrayLike<number>][]): number[] {
  const file: number[] = [];
  const central: number[] = [];
  for (const [name, body] of entries) {
    const at = file.length;
    const facts = [...u32(0), ...u32(body.length), ...u32(body.length), name.length, 0, 0, 0];
    file.push(...u32(0x04034b50), 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...facts, ...text(name), ...Array.from(body));
    central.push(...u32(0x02014b50), 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...facts, 0, 0, 0, 0, 0, 0, ...u32(0), ...u32(at), ...text(name));
  }
  return [...file, ...central, ...u32(0x06054b50), 0, 0, 0, 0, entries.length, 0, entries.length, 0, ...u32(central.length), ...u32(file.length), 0, 0];
}

const PICKLE = [0x80, 4, 0x8c, 23, ...text("sklearn.linear_model._b"), 0x94, 0x8c, 5, ...text("Ridge"), 0x94, 0x93, 0x94, 0x29, 0x81, 0x2e];

describe("modelFacts", () => {
  it("reads the header of safetensors", async () => {
    const header = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F16","shape":[],"data_offsets":[24,26]}}';
    const found = await of([...u64(header.length), ...text(header)]);
    expect(found).toMatchObject({ format: "safetensors", facts: [["format", "pt"]], cut: false, runsCode: false });
    expect(found?.tensors).toEqual([{ name: "w", type: "F32", shape: [2, 3] }, { name: "b", type: "F16", shape: [] }]);
    expect(await of([...u64(header.length), ...text(header.slice(0, 20))], "m", false)).toMatchObject({ format: "safetensors", cut: true });
  });

  it("reads GGUF, and what there is of one that was cut", async () => {
    const file = [...text("GGUF"), ...u32(3), ...u64(1), ...u64(2), ...gguText("general.name"), ...u32(8), ...gguText("tiny"), ...gguText("sizes"), ...u32(9), ...u32(4), ...u64(2), ...u32(7), ...u32(8), ...gguText("t.w"), ...u32(2), ...u64(32), ...u64(4), ...u32(1), ...u64(0)];
    expect(await of(file)).toMatchObject({ format: "GGUF", facts: [["version", "3"], ["general.name", "tiny"], ["sizes", "[2] 7, 8"]], tensors: [{ name: "t.w", type: "F16", shape: [32, 4] }], more: 0, cut: false });
    expect(await of(file.slice(0, file.length - 20), "m", false)).toMatchObject({ cut: true, more: 1, tensors: [] });
  });

  it("reads ONNX: what goes in and out, operators, weights", async () => {
    const dimension = (body: number[]) => field(1, body);
    const tensorType = [...number(1, 1), ...field(2, [...dimension(field(2, text("n"))), ...dimension(number(1, 4))])];
    const input = [...field(1, text("x")), ...field(2, field(1, tensorType))];
    const weight = [...number(1, 4), ...number(1, 2), ...number(2, 1), ...field(8, text("w")), ...field(9, new Array<number>(32).fill(0))];
    const node = [...field(1, text("x")), ...field(4, text("Gemm"))];
    const graph = [...field(1, node), ...field(2, text("g")), ...field(5, weight), ...field(11, input)];
    const found = await of([...number(1, 8), ...field(2, text("skl2onnx")), ...field(7, graph), ...field(8, number(2, 15))]);
    expect(found?.format).toBe("ONNX");
    expect(Object.fromEntries(found?.facts ?? [])).toMatchObject({ producer: "skl2onnx", graph: "g", input: "x: float32[n, 4]", operators: "Gemm × 1", opset: "ai.onnx 15" });
    expect(found?.tensors).toEqual([{ name: "w", type: "float32", shape: [4, 2] }]);
  });

  it("lists what a pickle would load, without loading it", async () => {
    const found = await of(PICKLE);
    expect(found).toMatchObject({ format: "pickle (sklearn)", runsCode: true, cut: false });
    expect(found?.facts).toContainEqual(["classes", "sklearn.linear_model._b.Ridge"]);
  });

  it("reads arrays of NumPy, alone and zipped", async () => {
    expect(await of(NPY, "x.npy")).toMatchObject({ format: "NumPy", tensors: [{ type: "<f4", shape: [3, 4] }] });
    const file = zip([["a.npy", NPY], ["b.npy", NPY]]);
    const tensors = [{ name: "a", type: "<f4", shape: [3, 4] }, { name: "b", type: "<f4", shape: [3, 4] }];
    expect(await of(file)).toMatchObject({ format: "NumPy (npz)", tensors, cut: false });
    expect(await of(file.slice(0, 260), "m", false)).toMatchObject({ format: "NumPy (npz)", cut: true });
  });

  it("knows PyTorch by the program in its zip", async () => {
    const found = await of(zip([["model/data.pkl", PICKLE], ["model/data/0", [1, 2]]]));
    expect(found).toMatchObject({ format: "PyTorch", runsCode: true });
    expect(found?.facts).toContainEqual(["tensor storages", "1"]);
  });

  it.each([
    ["nothing", []],
    ["text", text("a sentence that is no model at all")],
    ["other zips", zip([["notes.txt", text("x")]])],
    ["zeros", new Array<number>(400).fill(0)],
  ])("takes %s for no model", async (_, bytes) => expect(await of(bytes)).toBeUndefined());

  it("bears any bytes", async () => {
    let seed = 1;
    const heads = [[], [...text("GGUF"), ...u32(3)], [0x80, 4], u32(0x04034b50), [0x93, ...text("NUMPY"), 1, 0], [...u64(9), 0x7b], [8, 7], [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]];
    for (let count = 0; count < 3000; count += 1) {
      const tail = Array.from({ length: count % 90 }, () => (seed = (seed * 48_271) % 2_147_483_647) % 256);
      await of([...(heads[count % heads.length] ?? []), ...tail], "m.joblib", count % 2 === 0);
    }
  });

  it("reads the header of large safetensors, and no more", async () => {
    const header = JSON.stringify({ w: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] }, pad: "x".repeat(500) });
    const { part, fetched } = large([...u64(header.length), ...text(header), ...new Array<number>(5000).fill(0)], 100);
    expect(await modelFacts(part, "m")).toMatchObject({ format: "safetensors", cut: false, tensors: [{ name: "w", shape: [2, 3] }] });
    expect(fetched()).toBe(8 + header.length);
  });

  it("reads what lies behind the beginning of a large zip by the list at its end", async () => {
    const weights = new Array<number>(90_000).fill(1);
    const torch = large(zip([["m/data/0", weights], ["m/data/1", weights], ["m/data.pkl", PICKLE]]), 1000);
    expect(await modelFacts(torch.part, "m")).toMatchObject({ format: "PyTorch", cut: false, facts: [["entries", "3"], ["tensor storages", "2"], ["classes", "sklearn.linear_model._b.Ridge"]] });
    expect(torch.fetched()).toBeLessThan(100_000);
    const arrays = large(zip([["big.npy", [...NPY, ...weights]], ["last.npy", NPY]]), 1000);
    expect(await modelFacts(arrays.part, "m")).toMatchObject({ format: "NumPy (npz)", cut: false, tensors: [{ name: "big", shape: [3, 4] }, { name: "last", shape: [3, 4] }] });
  });

  const CONFIG = '{"class_name":"Sequential","config":{"name":"seq","layers":[{"class_name":"Dense","config":{"name":"dense"}},{"class_name":"Dense","config":{"name":"out"}}]}}';
  const KERAS = [["model", "Sequential seq"], ["layers", "2\nDense dense\nDense out"]];

  it("reads what Keras says of a model, also where it is compressed", async () => {
    const metadata = text('{"keras_version": "3.5.0", "date_saved": "2026-11-26@10:00:00"}');
    const told = [...KERAS, ["keras_version", "3.5.0"], ["date_saved", "2026-11-26@10:00:00"], ["entries", "3"]];
    const entries: [string, ArrayLike<number>][] = [["model.weights.h5", new Array<number>(90_000).fill(3)], ["config.json", text(CONFIG)], ["metadata.json", metadata]];
    expect(await modelFacts(large(zip(entries), 500).part, "m.keras")).toMatchObject({ format: "Keras", cut: false, facts: told });
    const packed = deflateRawSync(text(CONFIG));
    const file = zip([["metadata.json", metadata], ["config.json", packed]]);
    // The method of the second entry, in both places where it stands.
    const second = 30 + "metadata.json".length + metadata.length;
    file[second + 8] = 8;
    file[second + 30 + "config.json".length + packed.length + 46 + "metadata.json".length + 10] = 8;
    const sizeAt = second + 30 + "config.json".length + packed.length + 46 + "metadata.json".length + 24;
    file.splice(sizeAt, 4, ...u32(CONFIG.length));
    expect((await of(file))?.facts).toContainEqual(KERAS[1]);
  });

  it.each(["earliest", "latest"])("reads HDF5 as h5py writes it for the %s library", async (version) => {
    const file = readFileSync(new URL(`testdata/keras-${version}.h5`, import.meta.url));
    const { part } = large(file, 512);
    const found = await modelFacts(part, "m.h5");
    expect(found).toMatchObject({ format: "Keras (HDF5)", cut: false, runsCode: false, facts: [...KERAS, ["keras_version", "2.15.0"]] });
    expect(found?.tensors).toEqual([{ name: "model_weights/dense/kernel:0", type: "float32", shape: [4, 8] }, { name: "step", type: "int64", shape: [] }]);
  });

  it("says of HDF5 that is damaged only what can be read", async () => {
    const file = readFileSync(new URL("testdata/keras-earliest.h5", import.meta.url));
    expect(await of(file, "m", false)).toMatchObject({ format: "HDF5", cut: true });
    for (let at = 8; at < file.length; at += 97) {
      const damaged = Uint8Array.from(file);
      damaged.fill(0xff, at, at + 9);
      expect((await of(damaged))?.format).toMatch(/HDF5/);
    }
  });
});
