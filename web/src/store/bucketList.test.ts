import { describe, expect, it } from "vitest";
import { nameContains } from "@/api/lists";
import { bucketPage } from "./bucketList";
import type { BucketEntry } from "./client/admin";

const bucket = (name: string, bytes: number, objects: number, day: number) => ({ name, created_at: `2026-11-0${day}T00:00:00Z`, usage: { bytes, objects } }) as BucketEntry;
const BUCKETS = [bucket("logs", 5, 100, 3), bucket("models", 900, 2, 1), bucket("data", 70, 100, 2)];
const names = (request: Parameters<typeof bucketPage>[1]) => bucketPage(BUCKETS, request).rows.map((one) => one.name);

describe("bucketPage", () => {
  it.each([
    [undefined, ["data", "logs", "models"]],
    ["name desc", ["models", "logs", "data"]],
    ["bytes desc", ["models", "data", "logs"]],
    ["objects asc", ["models", "data", "logs"]],
    ["created_at asc", ["models", "data", "logs"]],
    ["nothing desc", ["models", "logs", "data"]],
  ])("orders by %s, and by name where that is the same", (sortBy, expected) => expect(names({ sortBy })).toEqual(expected));

  it("finds by a part of the name", () => {
    expect(names({ predicates: nameContains("O", "name") })).toEqual(["logs", "models"]);
    expect(names({ predicates: nameContains("none", "name") })).toEqual([]);
  });

  it("goes on from page to page", () => {
    const first = bucketPage(BUCKETS, { pageSize: 2 });
    expect(first).toMatchObject({ total: 3, next: "2" });
    expect(bucketPage(BUCKETS, { pageSize: 2, pageToken: first.next })).toMatchObject({ rows: [{ name: "models" }], next: undefined });
    expect(bucketPage(BUCKETS, { pageToken: "far" }).rows).toHaveLength(3);
  });
});
