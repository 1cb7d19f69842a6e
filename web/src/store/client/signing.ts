// Signed requests to the store, through the app's own address (docs/decisions/0060-web-app.md).
import { AwsV4Signer } from "aws4fetch";
import { messageOf } from "@/api/http";
import { parseXml, textAt } from "./xml";
import type { Keys } from "@/session/session";

const PREFIX = "penstock/s3";
const REGION = "us-east-1"; // the server takes any

export class StoreError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "StoreError";
  }
}

/** "/bucket/a%20key": each segment encoded as signatures want it, slashes kept. */
export function storePath(bucket = "", key = ""): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  if (!bucket) return "/";
  return `/${encode(bucket)}${key ? `/${key.split("/").map(encode).join("/")}` : ""}`;
}

/** Where a request that was signed for a path of the store is sent to. */
function gatewayUrl(signed: URL): string {
  const base = new URL(PREFIX, new URL("./", window.location.href));
  return `${base.href}${signed.pathname}${signed.search}`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface SignedOptions {
  keys: Keys;
  service?: "s3" | "sts" | "penstock-admin";
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** Texts are part of the signature; blobs are not, so that they need not be read twice. */
  body?: string | Blob;
  signal?: AbortSignal;
}

export interface SignedRequest {
  url: string;
  method: string;
  headers: Headers;
  body?: string | Blob;
}

export async function sign(method: string, path: string, options: SignedOptions): Promise<SignedRequest> {
  if (!crypto.subtle) {
    throw new Error("This page must be opened by https, or on localhost: browsers sign requests only there.");
  }
  const url = new URL(path, window.location.origin);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const signedBody = typeof options.body === "string" || options.body === undefined;
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: {
      ...options.headers,
      "X-Amz-Content-Sha256": signedBody ? await sha256((options.body as string | undefined) ?? "") : "UNSIGNED-PAYLOAD",
    },
    accessKeyId: options.keys.accessKey,
    secretAccessKey: options.keys.secretKey,
    sessionToken: options.keys.sessionToken,
    service: options.service ?? "s3",
    region: REGION,
    // For S3 the library takes the encoding off before it puts it on again.
    singleEncode: options.service !== undefined && options.service !== "s3",
  });
  const signed = await signer.sign();
  return { url: gatewayUrl(signed.url), method, headers: signed.headers as Headers, body: options.body };
}

/** What the store says is wrong: S3's XML, or the admin API's JSON. */
export function storeErrorOf(status: number, body: string): StoreError {
  if (body.trimStart().startsWith("<")) {
    const error = parseXml(body);
    return new StoreError(status, textAt(error, "Code"), textAt(error, "Message") || `HTTP ${status}`);
  }
  try {
    const { error } = JSON.parse(body) as { error?: { code?: string; message?: string } };
    if (error) return new StoreError(status, error.code ?? "", error.message ?? `HTTP ${status}`);
  } catch {
    // Neither: a proxy's answer.
  }
  return new StoreError(status, "", messageOf(body, status));
}

export async function signedFetch(method: string, path: string, options: SignedOptions): Promise<Response> {
  const request = await sign(method, path, options);
  const response = await fetch(request.url, {
    method,
    headers: request.headers,
    body: request.body,
    signal: options.signal,
    cache: "no-store",
  });
  if (!response.ok) throw storeErrorOf(response.status, await response.text());
  return response;
}

/** A link that anybody may use until it expires; `origin` is the address it is to be on. */
export async function presign(path: string, seconds: number, keys: Keys, origin: string, query: Record<string, string> = {}): Promise<URL> {
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries({ ...query, "X-Amz-Expires": String(seconds) })) url.searchParams.set(name, value);
  const signer = new AwsV4Signer({
    method: "GET",
    url: url.href,
    accessKeyId: keys.accessKey,
    secretAccessKey: keys.secretKey,
    sessionToken: keys.sessionToken,
    service: "s3",
    region: REGION,
    signQuery: true,
  });
  return (await signer.sign()).url;
}

/** A link for this browser: to save an object without holding it in memory. */
export async function downloadUrl(path: string, keys: Keys, query: Record<string, string> = {}): Promise<string> {
  return gatewayUrl(await presign(path, 300, keys, window.location.origin, query));
}
