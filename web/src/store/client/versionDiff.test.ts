import { expect, it } from "vitest";
import type { ObjectFacts } from "./objects";
import { compareFacts } from "./versionDiff";

const facts = (more: Partial<ObjectFacts> & { tags?: Record<string, string> } = {}) => ({ size: 1, type: "text/plain", etag: '"e"', modified: "now", metadata: {}, ...more });
const differing = (a: Parameters<typeof compareFacts>[0], b: Parameters<typeof compareFacts>[1]) => compareFacts(a, b).filter((row) => row.differs).map((row) => `${row.name}: ${row.before} → ${row.after}`);

it("tells what differs, also what only one of them has", () => {
  expect(differing(facts(), facts())).toEqual([]);
  expect(differing(facts({ metadata: { owner: "a", old: "1" }, tags: { t: "x" } }), facts({ size: 2, etag: '"f"', metadata: { owner: "b" }, tags: {} }))).toEqual([
    "Size: 1 → 2",
    "ETag: e → f",
    "x-amz-meta-old: 1 → ",
    "x-amz-meta-owner: a → b",
    "tag t: x → ",
  ]);
});
