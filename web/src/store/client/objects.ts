import { checksumHeaders } from "./buckets";
import { sessionKeys } from "@/session/session";
import { signedFetch, storePath } from "./signing";
import { allAt, escapeXml, parseXml, textAt } from "./xml";

export interface ListedObject {
  key: string;
  size: number;
  modified: string;
  etag: string;
}

export interface Listing {
  prefixes: string[];
  objects: ListedObject[];
  next?: string;
}

/** One page of what lies below a prefix, folder by folder. */
export async function listObjects(bucket: string, prefix: string, token: string | undefined): Promise<Listing> {
  const response = await signedFetch("GET", storePath(bucket), {
    keys: sessionKeys(),
    query: { "list-type": "2", delimiter: "/", prefix, "max-keys": "1000", "encoding-type": "url", "continuation-token": token },
  });
  return readListing(parseXml(await response.text()));
}

const decode = (text: string) => decodeURIComponent(text.replace(/\+/g, " "));

function readListing(answer: Element): Listing {
  return {
    prefixes: allAt(answer, "CommonPrefixes").map((one) => decode(textAt(one, "Prefix"))),
    objects: allAt(answer, "Contents").map((one) => ({
      key: decode(textAt(one, "Key")),
      size: Number(textAt(one, "Size")),
      modified: textAt(one, "LastModified"),
      etag: textAt(one, "ETag"),
    })),
    next: textAt(answer, "NextContinuationToken") || undefined,
  };
}

/** Every key below a prefix, for what is done to a whole folder. */
export async function keysBelow(bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const response = await signedFetch("GET", storePath(bucket), {
      keys: sessionKeys(),
      query: { "list-type": "2", prefix, "encoding-type": "url", "continuation-token": token },
    });
    const page = readListing(parseXml(await response.text()));
    keys.push(...page.objects.map((object) => object.key));
    token = page.next;
  } while (token);
  return keys;
}

export interface ObjectVersion extends ListedObject {
  versionId: string;
  latest: boolean;
  deleteMarker: boolean;
}

/** The versions of one key, newest first; at most a thousand. */
export async function listVersions(bucket: string, key: string): Promise<ObjectVersion[]> {
  const response = await signedFetch("GET", storePath(bucket), {
    keys: sessionKeys(),
    query: { versions: "", prefix: key, "encoding-type": "url" },
  });
  const answer = parseXml(await response.text());
  const of = (element: Element, deleteMarker: boolean): ObjectVersion => ({
    key: decode(textAt(element, "Key")),
    versionId: textAt(element, "VersionId"),
    latest: textAt(element, "IsLatest") === "true",
    modified: textAt(element, "LastModified"),
    etag: textAt(element, "ETag"),
    size: Number(textAt(element, "Size")),
    deleteMarker,
  });
  return [...allAt(answer, "Version").map((one) => of(one, false)), ...allAt(answer, "DeleteMarker").map((one) => of(one, true))]
    .filter((version) => version.key === key)
    .sort((a, b) => Number(b.latest) - Number(a.latest) || b.modified.localeCompare(a.modified));
}

export interface ObjectFacts {
  size: number;
  type: string;
  etag: string;
  modified: string;
  versionId?: string;
  encryption?: string;
  metadata: Record<string, string>;
}

export async function headObject(bucket: string, key: string, versionId?: string): Promise<ObjectFacts> {
  const { headers } = await signedFetch("HEAD", storePath(bucket, key), { keys: sessionKeys(), query: { versionId } });
  const metadata: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (name.startsWith("x-amz-meta-")) metadata[name.slice("x-amz-meta-".length)] = value;
  });
  return {
    size: Number(headers.get("content-length") ?? 0),
    type: headers.get("content-type") ?? "",
    etag: headers.get("etag") ?? "",
    modified: headers.get("last-modified") ?? "",
    versionId: headers.get("x-amz-version-id") ?? undefined,
    encryption: headers.get("x-amz-server-side-encryption") ?? undefined,
    metadata,
  };
}

/** The bytes from `begin` to before `end`. */
export async function getPart(bucket: string, key: string, begin: number, end: number, versionId?: string): Promise<Response> {
  return signedFetch("GET", storePath(bucket, key), { keys: sessionKeys(), query: { versionId }, headers: { Range: `bytes=${begin}-${end - 1}` } });
}

export async function deleteObject(bucket: string, key: string, versionId?: string): Promise<void> {
  await signedFetch("DELETE", storePath(bucket, key), { keys: sessionKeys(), query: { versionId } });
}

const DELETE_AT_ONCE = 1000;

/** Deletes many; what could not be deleted is told by key and reason. */
export async function deleteObjects(bucket: string, keys: string[]): Promise<{ key: string; message: string }[]> {
  const failed: { key: string; message: string }[] = [];
  for (let at = 0; at < keys.length; at += DELETE_AT_ONCE) {
    const list = keys.slice(at, at + DELETE_AT_ONCE).map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`);
    const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${list.join("")}</Delete>`;
    const response = await signedFetch("POST", storePath(bucket), {
      keys: sessionKeys(),
      query: { delete: "" },
      body,
      headers: { ...(await checksumHeaders(body)), "Content-Type": "application/xml" },
    });
    const answer = parseXml(await response.text());
    failed.push(...allAt(answer, "Error").map((one) => ({ key: textAt(one, "Key"), message: textAt(one, "Message") })));
  }
  return failed;
}

/** Makes an old version the newest again, by copying it over the key. */
export async function restoreVersion(bucket: string, key: string, versionId: string): Promise<void> {
  await signedFetch("PUT", storePath(bucket, key), {
    keys: sessionKeys(),
    headers: { "x-amz-copy-source": `${storePath(bucket, key)}?versionId=${encodeURIComponent(versionId)}` },
  });
}

export async function createFolder(bucket: string, prefix: string): Promise<void> {
  await signedFetch("PUT", storePath(bucket, prefix), { keys: sessionKeys(), body: "" });
}
