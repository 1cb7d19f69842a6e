import { checksumHeaders } from "./buckets";
import { sessionKeys } from "@/session/session";
import { signedFetch, StoreError, storePath } from "./signing";
import { allAt, escapeXml, parseXml, textAt } from "./xml";

export async function getTags(bucket: string, key: string, versionId?: string): Promise<Record<string, string>> {
  const response = await signedFetch("GET", storePath(bucket, key), { keys: sessionKeys(), query: { tagging: "", versionId } });
  return Object.fromEntries(allAt(parseXml(await response.text()), "Tag").map((tag) => [textAt(tag, "Key"), textAt(tag, "Value")]));
}

async function put(bucket: string, key: string, setting: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  await signedFetch("PUT", storePath(bucket, key), {
    keys: sessionKeys(),
    query: { [setting]: "" },
    body,
    headers: { ...(await checksumHeaders(body)), ...headers },
  });
}

export async function putTags(bucket: string, key: string, tags: Record<string, string>): Promise<void> {
  const list = Object.entries(tags).map(([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`);
  await put(bucket, key, "tagging", `<Tagging><TagSet>${list.join("")}</TagSet></Tagging>`);
}

export interface Lock {
  mode: "" | "GOVERNANCE" | "COMPLIANCE";
  until: string; // RFC 3339, or ""
  hold: boolean;
}

async function document(bucket: string, key: string, setting: string): Promise<Element | undefined> {
  try {
    const response = await signedFetch("GET", storePath(bucket, key), { keys: sessionKeys(), query: { [setting]: "" } });
    return parseXml(await response.text());
  } catch (error) {
    // No such lock, or a bucket that locks nothing.
    if (error instanceof StoreError && [400, 404].includes(error.status)) return undefined;
    throw error;
  }
}

export async function getLock(bucket: string, key: string): Promise<Lock> {
  const [retention, hold] = await Promise.all([document(bucket, key, "retention"), document(bucket, key, "legal-hold")]);
  return {
    mode: retention ? (textAt(retention, "Mode") as Lock["mode"]) : "",
    until: retention ? textAt(retention, "RetainUntilDate") : "",
    hold: hold ? textAt(hold, "Status") === "ON" : false,
  };
}

export async function putHold(bucket: string, key: string, on: boolean): Promise<void> {
  await put(bucket, key, "legal-hold", `<LegalHold><Status>${on ? "ON" : "OFF"}</Status></LegalHold>`);
}

export async function putRetention(bucket: string, key: string, mode: "GOVERNANCE" | "COMPLIANCE", until: Date): Promise<void> {
  await put(bucket, key, "retention", `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate></Retention>`);
}
