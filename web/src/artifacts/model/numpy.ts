import { Cursor, factsOf, type ModelFacts, type Tensor } from "./facts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The header of an .npy file: a version, a length, and a literal of Python with type and shape. */
export function npyTensor(bytes: Uint8Array, name: string): Tensor | undefined {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) return undefined;
  const cursor = new Cursor(bytes, 6);
  try {
    const major = cursor.u8();
    cursor.u8();
    const header = cursor.text(major >= 2 ? cursor.u32() : cursor.u16());
    const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "";
    return {
      name,
      type: /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "struct",
      shape: shape.split(",").map((one) => one.trim()).filter(Boolean).map(Number),
    };
  } catch {
    return undefined;
  }
}

export function npy(bytes: Uint8Array, name: string): ModelFacts | undefined {
  const tensor = npyTensor(bytes, name);
  return tensor && factsOf("NumPy", { tensors: [tensor], runsCode: tensor.type.includes("O") });
}
