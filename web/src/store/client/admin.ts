// The admin API (docs/admin.md), on the store's address.
import { sessionKeys } from "@/session/session";
import { signedFetch } from "./signing";

const ROOT = "/penstock/admin/v1";
const id = encodeURIComponent;

export interface Usage {
  objects: number;
  versions: number;
  delete_markers: number;
  bytes: number;
}

export interface Quota {
  bytes?: number;
  versions?: number;
}

export interface BucketEntry {
  name: string;
  created_at: string;
  owner: string;
  usage: Usage;
}

export interface BucketInfo extends BucketEntry {
  versioning: string;
  object_lock: boolean;
  default_retention?: { mode: string; days?: number; years?: number };
  settings: string[];
  quota: Quota;
}

export interface User {
  access_key: string;
  status: "enabled" | "disabled";
  policies: string[];
  groups: string[];
  access_keys: string[];
  root?: boolean;
  created_at?: string;
}

export interface Group {
  name: string;
  status: "enabled" | "disabled";
  members: string[];
  policies: string[];
}

export interface Policy {
  name: string;
  built_in: boolean;
  policy?: object;
  held_by?: string[];
}

export interface AccessKey {
  access_key: string;
  user: string; // "" for the root
  status: "enabled" | "disabled";
  name?: string;
  description?: string;
  created_at?: string;
  expires_at?: string;
  secret_key?: string; // when it is made
}

export interface Drive {
  position: number;
  path: string;
  id: string;
  state: string;
  detail: string;
  total_bytes: number;
  available_bytes: number;
  read_errors: number;
  write_errors: number;
  damaged_blocks: number;
  shards_healed: number;
  filling: boolean;
  fill_progress?: number;
}

export interface Drives {
  parity: number;
  write_quorum: number;
  writable: boolean;
  drives: Drive[];
  heal: { running: boolean; progress: number; files_checked: number; shards_healed: number; files_beyond_repair: number; last_scan_finished?: string };
}

export interface UsageSample {
  at: string;
  buckets: number;
  objects: number;
  versions: number;
  bytes: number;
  largest: { name: string; objects: number; bytes: number }[];
}

export interface UsageHistory {
  samples: UsageSample[]; // the oldest first
  now: UsageSample;
}

export interface Statistics {
  version: string;
  started_at: string;
  uptime_seconds: number;
  requests: { answered: number; in_flight: number; client_errors: number; server_errors: number; bytes_in: number; bytes_out: number };
  process: { cpu_seconds: number; resident_bytes: number; open_descriptors: number; threads: number };
}

async function ask<T>(method: string, path: string, json?: object, query: Record<string, string | undefined> = {}): Promise<T> {
  const response = await signedFetch(method, ROOT + path, {
    keys: sessionKeys(),
    service: "penstock-admin",
    query,
    body: json === undefined ? undefined : JSON.stringify(json),
    headers: json === undefined ? {} : { "Content-Type": "application/json" },
  });
  return (await response.json()) as T;
}

/** All pages of the list of buckets. */
async function allBuckets(): Promise<BucketEntry[]> {
  const all: BucketEntry[] = [];
  for (;;) {
    const page = await ask<{ buckets: BucketEntry[]; truncated: boolean }>("GET", "/buckets", undefined, { after: all.at(-1)?.name });
    all.push(...page.buckets);
    if (!page.truncated || page.buckets.length === 0) return all;
  }
}

export const admin = {
  buckets: allBuckets,
  bucket: (name: string) => ask<BucketInfo>("GET", `/buckets/${id(name)}`),
  createBucket: (name: string, options: { versioning?: boolean; object_lock?: boolean }) => ask<object>("PUT", `/buckets/${id(name)}`, options),
  removeBucket: (name: string) => ask<object>("DELETE", `/buckets/${id(name)}`),
  setVersioning: (name: string, status: "enabled" | "suspended") => ask<object>("PUT", `/buckets/${id(name)}/versioning`, { status }),
  setLock: (name: string, rule: { mode?: string; days?: number }) => ask<object>("PUT", `/buckets/${id(name)}/lock`, rule),
  setQuota: (name: string, quota: Quota) => ask<object>("PUT", `/buckets/${id(name)}/quota`, quota),
  clearQuota: (name: string) => ask<object>("DELETE", `/buckets/${id(name)}/quota`),
  /** The samples name these buckets alone, where they knew them; what there is now names all that are known. */
  usageHistory: (buckets: string[]) => ask<UsageHistory>("GET", "/usage-history", undefined, { buckets: buckets.join(",") }),
  permissions: (bucket?: string, prefix?: string) => ask<{ permissions: string[] }>("GET", "/permissions", undefined, { bucket, prefix }),
  checkPolicy: (policy: object, bucket?: string) => ask<object>("POST", "/policy-check", { policy, ...(bucket ? { bucket } : {}) }),
  statistics: () => ask<Statistics>("GET", "/statistics"),
  drives: () => ask<Drives>("GET", "/drives"),
  heal: () => ask<Drives>("POST", "/heal"),

  users: () => ask<{ users: User[]; truncated: boolean }>("GET", "/users"),
  addUser: (name: string, secret: string, policies: string[]) => ask<object>("PUT", `/users/${id(name)}`, { secret_key: secret, policies }),
  enableUser: (name: string, enabled: boolean) => ask<object>("PATCH", `/users/${id(name)}`, { enabled }),
  removeUser: (name: string) => ask<object>("DELETE", `/users/${id(name)}`),
  attach: (kind: "users" | "groups", name: string, policies: string[]) => ask<object>("POST", `/${kind}/${id(name)}/policies`, { policies }),
  detach: (kind: "users" | "groups", name: string, policies: string[]) => ask<object>("DELETE", `/${kind}/${id(name)}/policies`, { policies }),

  groups: () => ask<{ groups: Group[] }>("GET", "/groups"),
  addMembers: (group: string, members: string[]) => ask<object>("POST", `/groups/${id(group)}/members`, { members }),
  removeMembers: (group: string, members: string[]) => ask<object>("DELETE", `/groups/${id(group)}/members`, { members }),
  removeGroup: (group: string) => ask<object>("DELETE", `/groups/${id(group)}`),

  policies: () => ask<{ policies: Policy[] }>("GET", "/policies"),
  policy: (name: string) => ask<Policy>("GET", `/policies/${id(name)}`),
  putPolicy: (name: string, policy: object) => ask<object>("PUT", `/policies/${id(name)}`, { policy }),
  removePolicy: (name: string) => ask<object>("DELETE", `/policies/${id(name)}`),

  accessKeys: (user?: string) => ask<{ access_keys: AccessKey[] }>("GET", "/access-keys", undefined, { user }),
  createAccessKey: (facts: { user?: string; name?: string; description?: string; expires_at?: string }) => ask<AccessKey>("POST", "/access-keys", facts),
  enableAccessKey: (key: string, enabled: boolean) => ask<object>("PATCH", `/access-keys/${id(key)}`, { enabled }),
  removeAccessKey: (key: string) => ask<object>("DELETE", `/access-keys/${id(key)}`),
};
