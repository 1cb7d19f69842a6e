// Who is signed in to the store: temporary keys, kept for this tab alone.
import { useSyncExternalStore } from "react";

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

export function setSession(session: Session | null): void {
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

export function signOut(): void {
  if (current?.byProvider) void fetch("./penstock/sign-out", { method: "POST" });
  setSession(null);
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
  setSession({
    user: told.name ?? "",
    accessKey: told.access_key,
    secretKey: told.secret_key ?? "",
    sessionToken: told.session_token,
    expires: told.expires_at ?? "",
    byProvider: true,
  });
  return "";
}
