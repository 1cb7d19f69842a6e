import { sessionKeys } from "@/session/session";
import { signedFetch, StoreError, storePath } from "./signing";

/** One document of a bucket's settings, in S3's own form; null where there is none. */
export async function getSetting(bucket: string, name: string): Promise<string | null> {
  try {
    const response = await signedFetch("GET", storePath(bucket), { keys: sessionKeys(), query: { [name]: "" } });
    return await response.text();
  } catch (error) {
    if (error instanceof StoreError && error.status === 404 && error.code !== "NoSuchBucket") return null;
    throw error;
  }
}

async function md5OrChecksum(body: string): Promise<Record<string, string>> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  return { "x-amz-checksum-sha256": btoa(String.fromCharCode(...new Uint8Array(digest))) };
}

export async function putSetting(bucket: string, name: string, document: string): Promise<void> {
  await signedFetch("PUT", storePath(bucket), {
    keys: sessionKeys(),
    query: { [name]: "" },
    body: document,
    headers: await md5OrChecksum(document),
  });
}

export async function deleteSetting(bucket: string, name: string): Promise<void> {
  await signedFetch("DELETE", storePath(bucket), { keys: sessionKeys(), query: { [name]: "" } });
}

export { md5OrChecksum as checksumHeaders };
