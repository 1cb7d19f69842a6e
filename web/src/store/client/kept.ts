// Uploads in parts that broke off: remembered in this browser, so that the same file goes on where it was.
export interface KeptUpload {
  bucket: string;
  key: string;
  size: number;
  modified: number; // of the file, as the browser tells it
  uploadId: string;
  since: number;
}

/** What tells that a file is the one that was being uploaded. */
export type UploadIdentity = Pick<KeptUpload, "bucket" | "key" | "size" | "modified">;

export interface TextStore {
  getItem: (name: string) => string | null;
  setItem: (name: string, value: string) => void;
}

const STORED = "penstock.uploads";
const MOST = 100;
const LASTS_MS = 7 * 24 * 3600_000;

const same = (a: UploadIdentity, b: UploadIdentity) => a.bucket === b.bucket && a.key === b.key && a.size === b.size && a.modified === b.modified;

function isKept(value: unknown): value is KeptUpload {
  const one = value as KeptUpload | null;
  return typeof one === "object" && one !== null && typeof one.uploadId === "string" && typeof one.key === "string" && typeof one.since === "number";
}

function readAll(store: TextStore, now: number): KeptUpload[] {
  try {
    const all: unknown = JSON.parse(store.getItem(STORED) ?? "[]");
    return Array.isArray(all) ? all.filter(isKept).filter((one) => now - one.since < LASTS_MS) : [];
  } catch {
    return [];
  }
}

export function findKept(store: TextStore, wanted: UploadIdentity, now = Date.now()): string | undefined {
  return readAll(store, now).find((one) => same(one, wanted))?.uploadId;
}

export function keepUpload(store: TextStore, which: UploadIdentity, uploadId: string, now = Date.now()): void {
  const others = readAll(store, now).filter((one) => !same(one, which));
  const { bucket, key, size, modified } = which;
  store.setItem(STORED, JSON.stringify([...others, { bucket, key, size, modified, uploadId, since: now }].slice(-MOST)));
}

export function forgetUpload(store: TextStore, which: UploadIdentity, now = Date.now()): void {
  store.setItem(STORED, JSON.stringify(readAll(store, now).filter((one) => !same(one, which))));
}
