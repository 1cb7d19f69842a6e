export interface Part {
  bytes: Uint8Array<ArrayBuffer>;
  complete: boolean;
  /** All of it, where this is not and the server gives parts. */
  file?: WholeFile;
}

/** The beginning of a body, at most `limit` bytes of it; what is left is not downloaded. */
export async function readPart(response: Response, limit: number): Promise<Part> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let complete = true;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
    if (size > limit) {
      complete = false;
      await reader.cancel();
      break;
    }
  }
  const bytes = new Uint8Array(Math.min(size, limit));
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, complete };
}

/** A file of which any part can be had. */
export interface WholeFile {
  size: number;
  /** From `begin` to before `end`; less where the file ends before that. */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** What a server answers to who asks for the bytes from `begin` to before `end`; it throws what it refuses, with its `status`. */
export type AskPart = (begin: number, end: number) => Promise<Response>;

/** How long all of it is, where the answer says. */
function sizeOf(response: Response): number | undefined {
  const told = /\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1];
  return told === undefined ? undefined : Number(told);
}

export function fileOf(ask: AskPart, size: number): WholeFile {
  return {
    size,
    async read(begin, end) {
      if (begin >= Math.min(end, size)) return new Uint8Array();
      const response = await ask(begin, Math.min(end, size));
      if (response.status !== 206) throw new Error("The server did not answer with the part that was asked for.");
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

/** The beginning of a file, and the way to the rest of it. */
export async function openFile(ask: AskPart, limit: number): Promise<Part> {
  try {
    const response = await ask(0, limit + 1);
    const part = await readPart(response, limit);
    const size = sizeOf(response);
    return part.complete || size === undefined ? part : { ...part, file: fileOf(ask, size) };
  } catch (error) {
    // An empty file has no first byte to ask for.
    if ((error as { status?: number }).status === 416) return { bytes: new Uint8Array(), complete: true };
    throw error;
  }
}
