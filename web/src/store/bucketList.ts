// A page of all buckets: the store tells them all at once, and there may be thousands.
import type { ListRequest } from "@/api/lists";
import type { ListPage } from "@/ui/ListTable";
import type { BucketEntry } from "./client/admin";

export const BY_NAME = "name asc";

const FIELDS: Record<string, (a: BucketEntry, b: BucketEntry) => number> = {
  name: (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)),
  objects: (a, b) => a.usage.objects - b.usage.objects,
  bytes: (a, b) => a.usage.bytes - b.usage.bytes,
  created_at: (a, b) => a.created_at.localeCompare(b.created_at),
};

/** The buckets whose names contain what is searched, in the order asked for; its page is named by how many come before it. */
export function bucketPage(buckets: BucketEntry[], { pageToken, pageSize = 20, sortBy = BY_NAME, predicates }: ListRequest): ListPage<BucketEntry> {
  const text = (predicates?.find((one) => one.key === "name")?.string_value ?? "").trim().toLowerCase();
  const [field = "", direction] = sortBy.split(" ");
  const order = FIELDS[field] ?? FIELDS.name;
  const sign = direction === "desc" ? -1 : 1;
  const found = buckets
    .filter((bucket) => bucket.name.includes(text))
    .sort((a, b) => sign * (order?.(a, b) ?? 0) || (a.name < b.name ? -1 : 1));
  const from = Math.max(0, Number(pageToken) || 0);
  const next = from + pageSize;
  return { rows: found.slice(from, next), total: found.length, next: next < found.length ? String(next) : undefined };
}
