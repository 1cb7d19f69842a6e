// Uploads with progress: small files at once, large ones in parts that are tried again each for itself.
import { sessionKeys } from "./session";
import { type SignedRequest, sign, signedFetch, storeErrorOf, storePath } from "./signing";
import { escapeXml, parseXml, textAt } from "./xml";

export const PART_BYTES = 16 << 20;
const ATTEMPTS = 4;

export interface UploadTarget {
  bucket: string;
  key: string;
  file: File;
}

/** How large each part is: at most ten thousand of them, as S3 has it. */
export function partSize(bytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(bytes / 10_000 / 1024) * 1024);
}

/** fetch tells nothing of a body on its way, so this is the older interface. */
function send(request: SignedRequest, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const wire = new XMLHttpRequest();
    wire.open(request.method, request.url);
    request.headers.forEach((value, name) => wire.setRequestHeader(name, value));
    wire.upload.onprogress = (event) => onProgress(event.loaded);
    wire.onload = () => (wire.status < 300 ? resolve(wire.getResponseHeader("ETag") ?? "") : reject(storeErrorOf(wire.status, wire.responseText)));
    wire.onerror = () => reject(new TypeError("the connection broke"));
    wire.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => wire.abort(), { once: true });
    wire.send(request.body ?? null);
  });
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A connection that broke is tried again; a refusal is not. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TypeError) || count >= ATTEMPTS) throw error;
      await pause(500 * 2 ** count);
    }
  }
}

export async function upload(target: UploadTarget, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const { file, bucket, key } = target;
  const path = storePath(bucket, key);
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  if (file.size <= PART_BYTES) {
    await persist(async () => send(await sign("PUT", path, { keys: sessionKeys(), headers, body: file }), onProgress, signal));
    return;
  }
  const started = await signedFetch("POST", path, { keys: sessionKeys(), query: { uploads: "" }, headers });
  const uploadId = textAt(parseXml(await started.text()), "UploadId");
  try {
    await uploadParts(target, uploadId, onProgress, signal);
  } catch (error) {
    // What has come stays nobody's: the parts are given up.
    await signedFetch("DELETE", path, { keys: sessionKeys(), query: { uploadId } }).catch(() => {});
    throw error;
  }
}

async function uploadParts({ bucket, key, file }: UploadTarget, uploadId: string, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const path = storePath(bucket, key);
  const size = partSize(file.size);
  const parts: string[] = [];
  for (let number = 1, at = 0; at < file.size; number += 1, at += size) {
    const body = file.slice(at, at + size);
    const etag = await persist(async () => {
      const request = await sign("PUT", path, { keys: sessionKeys(), query: { partNumber: String(number), uploadId }, body });
      return send(request, (bytes) => onProgress(at + bytes), signal);
    });
    parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`);
  }
  const done = await signedFetch("POST", path, {
    keys: sessionKeys(),
    query: { uploadId },
    body: `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
  });
  // Completing may fail after a 200, as S3 has it.
  const answer = await done.text();
  if (answer.includes("<Error>")) throw storeErrorOf(500, answer);
}
