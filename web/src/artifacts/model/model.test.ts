import { describe, expect, it } from "vitest";
import { modelFacts } from ".";

const text = (value: string) => new TextEncoder().encode(value);
const u32 = (value: number) => [...new Uint8Array(new Uint32Array([value]).buffer)];
const u64 = (value: number) => [...u32(value), ...u32(0)];
const gguText = (value: string) => [...u64(value.length), ...text(value)];
const field = (number: number, body: ArrayLike<number>) => [number * 8 + 2, body.length, ...Array.from(body)];
const number = (at: number, value: number) => [at * 8, value];
const of = (bytes: ArrayLike<number>, name = "model", complete = true) => modelFacts(Uint8Array.from(bytes as number[]), complete, name);

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
  it("reads the header of safetensors", () => {
    const header = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F16","shape":[],"data_offsets":[24,26]}}';
    const found = of([...u64(header.length), ...text(header)]);
    expect(found).toMatchObject({ format: "safetensors", facts: [["format", "pt"]], cut: false, runsCode: false });
    expect(found?.tensors).toEqual([{ name: "w", type: "F32", shape: [2, 3] }, { name: "b", type: "F16", shape: [] }]);
    expect(of([...u64(header.length), ...text(header.slice(0, 20))], "m", false)).toMatchObject({ format: "safetensors", cut: true });
  });

  it("reads GGUF, and what there is of one that was cut", () => {
    const file = [...text("GGUF"), ...u32(3), ...u64(1), ...u64(2), ...gguText("general.name"), ...u32(8), ...gguText("tiny"), ...gguText("sizes"), ...u32(9), ...u32(4), ...u64(2), ...u32(7), ...u32(8), ...gguText("t.w"), ...u32(2), ...u64(32), ...u64(4), ...u32(1), ...u64(0)];
    expect(of(file)).toMatchObject({ format: "GGUF", facts: [["version", "3"], ["general.name", "tiny"], ["sizes", "[2] 7, 8"]], tensors: [{ name: "t.w", type: "F16", shape: [32, 4] }], more: 0, cut: false });
    expect(of(file.slice(0, file.length - 20), "m", false)).toMatchObject({ cut: true, more: 1, tensors: [] });
  });

  it("reads ONNX: what goes in and out, operators, weights", () => {
    const dimension = (body: number[]) => field(1, body);
    const tensorType = [...number(1, 1), ...field(2, [...dimension(field(2, text("n"))), ...dimension(number(1, 4))])];
    const input = [...field(1, text("x")), ...field(2, field(1, tensorType))];
    const weight = [...number(1, 4), ...number(1, 2), ...number(2, 1), ...field(8, text("w")), ...field(9, new Array<number>(32).fill(0))];
    const node = [...field(1, text("x")), ...field(4, text("Gemm"))];
    const graph = [...field(1, node), ...field(2, text("g")), ...field(5, weight), ...field(11, input)];
    const found = of([...number(1, 8), ...field(2, text("skl2onnx")), ...field(7, graph), ...field(8, number(2, 15))]);
    expect(found?.format).toBe("ONNX");
    expect(Object.fromEntries(found?.facts ?? [])).toMatchObject({ producer: "skl2onnx", graph: "g", input: "x: float32[n, 4]", operators: "Gemm × 1", opset: "ai.onnx 15" });
    expect(found?.tensors).toEqual([{ name: "w", type: "float32", shape: [4, 2] }]);
  });

  it("lists what a pickle would load, without loading it", () => {
    const found = of(PICKLE);
    expect(found).toMatchObject({ format: "pickle (sklearn)", runsCode: true, cut: false });
    expect(found?.facts).toContainEqual(["classes", "sklearn.linear_model._b.Ridge"]);
  });

  it("reads arrays of NumPy, alone and zipped", () => {
    expect(of(NPY, "x.npy")).toMatchObject({ format: "NumPy", tensors: [{ type: "<f4", shape: [3, 4] }] });
    const file = zip([["a.npy", NPY], ["b.npy", NPY]]);
    const tensors = [{ name: "a", type: "<f4", shape: [3, 4] }, { name: "b", type: "<f4", shape: [3, 4] }];
    expect(of(file)).toMatchObject({ format: "NumPy (npz)", tensors, cut: false });
    expect(of(file.slice(0, 260), "m", false)).toMatchObject({ format: "NumPy (npz)", cut: true });
  });

  it("knows PyTorch by the program in its zip", () => {
    const found = of(zip([["model/data.pkl", PICKLE], ["model/data/0", [1, 2]]]));
    expect(found).toMatchObject({ format: "PyTorch", runsCode: true });
    expect(found?.facts).toContainEqual(["tensor storages", "1"]);
  });

  it.each([
    ["nothing", []],
    ["text", text("a sentence that is no model at all")],
    ["other zips", zip([["notes.txt", text("x")]])],
    ["zeros", new Array<number>(400).fill(0)],
  ])("takes %s for no model", (_, bytes) => expect(of(bytes)).toBeUndefined());

  it("bears any bytes", () => {
    let seed = 1;
    const heads = [[], [...text("GGUF"), ...u32(3)], [0x80, 4], u32(0x04034b50), [0x93, ...text("NUMPY"), 1, 0], [...u64(9), 0x7b], [8, 7]];
    for (let count = 0; count < 3000; count += 1) {
      const tail = Array.from({ length: count % 90 }, () => (seed = (seed * 48_271) % 2_147_483_647) % 256);
      expect(() => of([...(heads[count % heads.length] ?? []), ...tail], "m.joblib", count % 2 === 0)).not.toThrow();
    }
  });
});
