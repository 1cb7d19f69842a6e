import { factsOf, type ModelFacts } from "./facts";
import { gguf } from "./gguf";
import { npy } from "./numpy";
import { onnx } from "./onnx";
import { pickle } from "./pickle";
import { safetensors } from "./safetensors";
import { zipped } from "./zip";

const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the beginning of a file says of the model in it; undefined where it is none that is known. */
export function modelFacts(bytes: Uint8Array, complete: boolean, name: string): ModelFacts | undefined {
  try {
    return (
      gguf(bytes) ??
      safetensors(bytes) ??
      npy(bytes, name) ??
      zipped(bytes, complete) ??
      pickle(bytes, complete) ??
      (HDF5.every((byte, index) => bytes[index] === byte) ? factsOf("HDF5") : undefined) ??
      (bytes[0] === 0x78 && /\.(joblib|pkl)(\.z)?$/.test(name) ? factsOf("joblib (zlib)", { runsCode: true }) : undefined) ??
      onnx(bytes, complete)
    );
  } catch {
    // It began like one.
    return undefined;
  }
}
