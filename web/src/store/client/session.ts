// Who is signed in to the store: temporary keys, kept for this tab alone.
import { useSyncExternalStore } from "react";
import { signedFetch } from "./signing";
import { parseXml, textAt } from "./xml";

export interface Keys {
  accessKey: string;
  secretKey: string;
  sessionToken?: string;
}

export interface Session extends Keys {
  /** The lasting key that was signed in with. */
  user: string;
  expires: string;
  /** Signed in by the identity provider, whose session the server keeps. */
  byProvider?: boolean;
}

const STORED = "penstock.store-session";
const LASTS_SECONDS = 12 * 3600;
const listeners = new Set<() => void>();
let current = read();

function read(): Session | null {
  try {
    const session = JSON.parse(sessionStorage.getItem(STORED) ?? "null") as Session | null;
    return session && new Date(session.expires).getTime() > Date.now() ? session : null;
  } catch {
    return null;
  }
}

function set(session: Session | null): void {
  current = session;
  if (session) sessionStorage.setItem(STORED, JSON.stringify(session));
  else sessionStorage.removeItem(STORED);
  for (const listener of listeners) listener();
}

export function useSession(): Session | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export class NotSignedIn extends Error {}

export function sessionKeys(): Session {
  if (current && new Date(current.expires).getTime() <= Date.now()) set(null);
  if (!current) throw new NotSignedIn("not signed in");
  return current;
}

export function signOut(): void {
  if (current?.byProvider) void fetch("./penstock/sign-out", { method: "POST" });
  set(null);
}

interface ProviderSession {
  signed_in: boolean;
  sign_in?: string | null; // where to go, if there is a provider
  name?: string;
  access_key?: string;
  secret_key?: string;
  session_token?: string;
  expires_at?: string;
}

/** Takes over a session of the identity provider; else says where to get one, "" where there is no provider. */
export async function joinProviderSession(): Promise<string> {
  const response = await fetch("./penstock/session", { cache: "no-store" });
  if (!response.headers.get("content-type")?.includes("json")) return "";
  const told = (await response.json()) as ProviderSession;
  if (!told.signed_in || !told.access_key) return told.sign_in ?? "";
  set({
    user: told.name ?? "",
    accessKey: told.access_key,
    secretKey: told.secret_key ?? "",
    sessionToken: told.session_token,
    expires: told.expires_at ?? "",
    byProvider: true,
  });
  return "";
}

/** Trades lasting keys for temporary ones; the secret is forgotten at once. */
export async function signIn(accessKey: string, secretKey: string): Promise<void> {
  const form = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    DurationSeconds: String(LASTS_SECONDS),
    RoleArn: "arn:aws:iam::000000000000:role/self",
    RoleSessionName: "web",
  });
  const response = await signedFetch("POST", "/", {
    keys: { accessKey, secretKey },
    service: "sts",
    body: form.toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  const answer = parseXml(await response.text());
  set({
    user: accessKey,
    accessKey: textAt(answer, "AccessKeyId"),
    secretKey: textAt(answer, "SecretAccessKey"),
    sessionToken: textAt(answer, "SessionToken"),
    expires: textAt(answer, "Expiration"),
  });
}
