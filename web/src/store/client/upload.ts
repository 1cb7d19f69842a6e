// Uploads with progress: small files at once, large ones in parts that are tried again each for itself.
import { findKept, forgetUpload, keepUpload, type UploadIdentity } from "./kept";
import { sessionKeys } from "@/session/session";
import { type SignedRequest, sign, signedFetch, StoreError, storeErrorOf, storePath } from "./signing";
import { allAt, escapeXml, parseXml, textAt } from "./xml";

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

interface Sent {
  etag: string;
  size: number;
}

/** The parts that have come by number; none where the upload is not known any more. */
async function sentParts(path: string, uploadId: string): Promise<Map<number, Sent> | null> {
  const parts = new Map<number, Sent>();
  let marker: string | undefined;
  try {
    do {
      const response = await signedFetch("GET", path, { keys: sessionKeys(), query: { uploadId, "part-number-marker": marker } });
      const page = parseXml(await response.text());
      for (const part of allAt(page, "Part")) parts.set(Number(textAt(part, "PartNumber")), { etag: textAt(part, "ETag"), size: Number(textAt(part, "Size")) });
      marker = textAt(page, "IsTruncated") === "true" ? textAt(page, "NextPartNumberMarker") : undefined;
    } while (marker);
    return parts;
  } catch (error) {
    if (error instanceof StoreError && error.status === 404) return null;
    throw error;
  }
}

/** An upload of the same file that broke off, or a new one. */
async function begin(target: UploadTarget, path: string, headers: Record<string, string>): Promise<{ uploadId: string; sent: Map<number, Sent> }> {
  const known = findKept(localStorage, identityOf(target));
  const sent = known ? await sentParts(path, known) : null;
  if (known && sent) return { uploadId: known, sent };
  const started = await signedFetch("POST", path, { keys: sessionKeys(), query: { uploads: "" }, headers });
  const uploadId = textAt(parseXml(await started.text()), "UploadId");
  keepUpload(localStorage, identityOf(target), uploadId);
  return { uploadId, sent: new Map() };
}

function identityOf({ bucket, key, file }: UploadTarget): UploadIdentity {
  return { bucket, key, size: file.size, modified: file.lastModified };
}

/**
 * Sends a file. A large one that breaks off is kept in parts, and goes on with the next call for the
 * same file, also after the page was closed; one that is stopped is given up.
 */
export async function upload(target: UploadTarget, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const { file, bucket, key } = target;
  const path = storePath(bucket, key);
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  if (file.size <= PART_BYTES) {
    await persist(async () => send(await sign("PUT", path, { keys: sessionKeys(), headers, body: file }), onProgress, signal));
    return;
  }
  const { uploadId, sent } = await begin(target, path, headers);
  try {
    await uploadParts(target, { uploadId, sent }, onProgress, signal);
    forgetUpload(localStorage, identityOf(target));
  } catch (error) {
    if (signal.aborted) {
      forgetUpload(localStorage, identityOf(target));
      await signedFetch("DELETE", path, { keys: sessionKeys(), query: { uploadId } }).catch(() => {});
    }
    throw error;
  }
}

interface Begun {
  uploadId: string;
  sent: Map<number, Sent>;
}

async function uploadParts({ bucket, key, file }: UploadTarget, { uploadId, sent }: Begun, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const path = storePath(bucket, key);
  const size = partSize(file.size);
  const parts: string[] = [];
  for (let number = 1, at = 0; at < file.size; number += 1, at += size) {
    const body = file.slice(at, at + size);
    const there = sent.get(number);
    const etag =
      there?.size === body.size
        ? there.etag
        : await persist(async () => {
            const request = await sign("PUT", path, { keys: sessionKeys(), query: { partNumber: String(number), uploadId }, body });
            return send(request, (bytes) => onProgress(at + bytes), signal);
          });
    onProgress(at + body.size);
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
