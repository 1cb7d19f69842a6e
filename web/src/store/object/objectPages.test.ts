import { describe, expect, it } from "vitest";
import type { Listing } from "../client/objects";
import { ObjectPages } from "./objectPages";

const object = (key: string) => ({ key, size: 1, modified: "", etag: "" });
const page = (number: number, last = false): Listing => ({
  prefixes: [],
  objects: Array.from({ length: 1000 }, (_, index) => object(`k${String(number * 1000 + index).padStart(7, "0")}`)),
  next: last ? undefined : `after-${number}`,
});

function million(): ObjectPages {
  const pages = new ObjectPages("", page(0));
  for (let number = 1; number < 1000; number += 1) pages.add(pages.nextToken, page(number, number === 999));
  return pages;
}

describe("ObjectPages", () => {
  it("keeps a bounded part of a million keys, and takes pages back", () => {
    const pages = million();
    expect(pages.count).toBe(1_000_000);
    expect(pages.more).toBe(false);
    expect(pages.keptEntries).toBeLessThanOrEqual(24_000);
    expect(pages.at(999_999)?.key).toBe("k0999999");
    expect(pages.at(5)).toBeUndefined();
    expect(pages.missing(990, 1010)).toEqual([{ page: 0, token: undefined }, { page: 1, token: "after-0" }]);
    pages.put(1, page(1));
    expect(pages.at(1005)?.key).toBe("k0001005");
    expect(pages.missing(1000, 1010)).toEqual([]);
    expect(pages.keptEntries).toBeLessThanOrEqual(24_000);
  }, 60_000); // a busy machine is not what is tested

  it("leaves out a folder's own marker", () => {
    const pages = new ObjectPages("a/", { prefixes: ["a/b/"], objects: [object("a/"), object("a/x")] });
    expect(pages.count).toBe(2);
    expect([pages.at(0)?.key, pages.at(1)?.key]).toEqual(["a/b/", "a/x"]);
    expect(pages.at(2)).toBeUndefined();
  });
});
