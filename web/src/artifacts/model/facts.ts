// What a model's file says of itself: read from its header, never run. Pickles are programs, and are only listed.

export interface Tensor {
  name: string;
  type: string;
  shape: number[];
}

export interface ModelFacts {
  format: string;
  facts: [name: string, value: string][];
  tensors: Tensor[];
  /** Of tensors, where there are more than are listed. */
  more: number;
  /** The file goes on behind the part that was read, and with it what it says. */
  cut: boolean;
  /** Loading it runs code of whoever made it. */
  runsCode: boolean;
}

export const MOST_TENSORS = 2000;

export function factsOf(format: string, more: Partial<ModelFacts> = {}): ModelFacts {
  return { format, facts: [], tensors: [], more: 0, cut: false, runsCode: false, ...more };
}

/** How many numbers the tensors hold. */
export function parametersOf(tensors: Tensor[]): number {
  return tensors.reduce((sum, one) => sum + one.shape.reduce((product, length) => product * length, 1), 0);
}

/** Numbers of a file one after the other; beyond its end it throws a RangeError, as a cut file does. */
export class Cursor {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  skip(count: number): number {
    const from = this.at;
    if (!(count >= 0) || count > this.left) throw new RangeError("the file ends here");
    this.at += count;
    return from;
  }

  u8 = () => this.view.getUint8(this.skip(1));
  u16 = () => this.view.getUint16(this.skip(2), true);
  u32 = () => this.view.getUint32(this.skip(4), true);
  u64 = () => Number(this.view.getBigUint64(this.skip(8), true));
  i64 = () => Number(this.view.getBigInt64(this.skip(8), true));
  f32 = () => this.view.getFloat32(this.skip(4), true);
  f64 = () => this.view.getFloat64(this.skip(8), true);

  take(count: number): Uint8Array {
    const from = this.skip(count);
    return this.bytes.subarray(from, from + count);
  }

  text(count: number): string {
    return new TextDecoder().decode(this.take(count));
  }
}
