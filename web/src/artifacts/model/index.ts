import type { Part, WholeFile } from "../fetchPart";
import { factsOf, type ModelFacts } from "./facts";
import { gguf } from "./gguf";
import { hdf5, isHdf5 } from "./hdf5";
import { npy } from "./numpy";
import { onnx } from "./onnx";
import { pickle } from "./pickle";
import { headerOfSafetensors, safetensors } from "./safetensors";
import { isZip, zipped } from "./zip";

export type { ModelFacts } from "./facts";

function inMemory(bytes: Uint8Array<ArrayBuffer>): WholeFile {
  return { size: bytes.length, read: async (begin, end) => bytes.subarray(begin, end) };
}

/** What a file says of the model in it, most of it in its beginning; undefined where it is none that is known. */
export async function modelFacts(part: Part, name: string): Promise<ModelFacts | undefined> {
  const { bytes, complete } = part;
  const file = part.file ?? (complete ? inMemory(bytes) : undefined);
  try {
    if (isZip(bytes)) return await zipped(bytes, file);
    if (isHdf5(bytes)) return await hdf5(file);
    const length = file && !complete ? headerOfSafetensors(bytes) : 0;
    if (file && length > bytes.length) return safetensors(await file.read(0, length));
    return (
      gguf(bytes) ??
      safetensors(bytes) ??
      npy(bytes, name) ??
      pickle(bytes, complete) ??
      (bytes[0] === 0x78 && /\.(joblib|pkl)(\.z)?$/.test(name) ? factsOf("joblib (zlib)", { runsCode: true }) : undefined) ??
      onnx(bytes, complete)
    );
  } catch {
    // It began like one.
    return undefined;
  }
}
