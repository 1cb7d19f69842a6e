import type { ObjectFacts } from "./objects";

export interface DiffRow {
  name: string;
  before: string;
  after: string;
  differs: boolean;
}

type Described = ObjectFacts & { tags?: Record<string, string> };

function namesOf(a: Record<string, string>, b: Record<string, string>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** What two versions of an object say of themselves, side by side; "" where one does not say it. */
export function compareFacts(before: Described, after: Described): DiffRow[] {
  const row = (name: string, a: string, b: string): DiffRow => ({ name, before: a, after: b, differs: a !== b });
  const tags = [before.tags ?? {}, after.tags ?? {}] as const;
  return [
    row("Size", String(before.size), String(after.size)),
    row("Content-Type", before.type, after.type),
    row("ETag", before.etag.replace(/"/g, ""), after.etag.replace(/"/g, "")),
    row("Last-Modified", before.modified, after.modified),
    row("Encryption", before.encryption ?? "", after.encryption ?? ""),
    ...namesOf(before.metadata, after.metadata).map((name) => row(`x-amz-meta-${name}`, before.metadata[name] ?? "", after.metadata[name] ?? "")),
    ...namesOf(...tags).map((name) => row(`tag ${name}`, tags[0][name] ?? "", tags[1][name] ?? "")),
  ];
}
