// Who is signed in: temporary keys of the store, kept for this tab alone. The pipelines side knows by a cookie, which scripts cannot read.
import { useSyncExternalStore } from "react";
import { messageOf } from "@/api/http";

export interface Keys {
  accessKey: string;
  secretKey: string;
  sessionToken?: string;
}

export interface Session extends Keys {
  /** The lasting key that was signed in with, or the name that the identity provider gave. */
  user: string;
  expires: string;
}

const STORED = "penstock.store-session";
const ADDRESS = "./penstock/session";
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

function setSession(session: Session | null): void {
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
  if (current && new Date(current.expires).getTime() <= Date.now()) setSession(null);
  if (!current) throw new NotSignedIn("not signed in");
  return current;
}

/** What the server tells of a session (src/sts). */
interface Told {
  signed_in: boolean;
  sign_in?: string | null; // where to go, if there is a provider
  name?: string;
  access_key?: string;
  secret_key?: string;
  session_token?: string;
  expires_at?: string;
}

function takeOver(told: Told, user: string): void {
  setSession({ user, accessKey: told.access_key ?? "", secretKey: told.secret_key ?? "", sessionToken: told.session_token, expires: told.expires_at ?? "" });
}

/** Takes over a session that the server keeps; else says where the identity provider signs in, "" where there is none. */
export async function joinSession(): Promise<string> {
  const response = await fetch(ADDRESS, { cache: "no-store" });
  if (!response.headers.get("content-type")?.includes("json")) return "";
  const told = (await response.json()) as Told;
  if (!told.signed_in || !told.access_key) return told.sign_in ?? "";
  takeOver(told, told.name ?? told.access_key);
  return "";
}

/** Trades lasting keys for temporary ones and a cookie, for both sides; the secret is forgotten at once. */
export async function signIn(accessKey: string, secretKey: string): Promise<void> {
  const response = await fetch(ADDRESS, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ access_key: accessKey, secret_key: secretKey }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(messageOf(text, response.status));
  takeOver(JSON.parse(text) as Told, accessKey);
}

/** Ends the session at the server first: the form that is shown next asks it who is signed in. */
export async function signOut(): Promise<void> {
  try {
    await fetch("./penstock/sign-out", { method: "POST" });
  } finally {
    setSession(null);
  }
}
