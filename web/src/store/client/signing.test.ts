import { expect, it } from "vitest";
import { storePath } from "./signing";
import { PART_BYTES, partSize } from "./upload";
import { escapeXml } from "./xml";

it.each([
  ["", "", "/"],
  ["b", "", "/b"],
  ["b", "a key/ü+(1)!.txt", "/b/a%20key/%C3%BC%2B%281%29%21.txt"],
  ["b", "folder/", "/b/folder/"],
])("path of %s and %s", (bucket, key, path) => expect(storePath(bucket, key)).toBe(path));

it("cuts uploads into at most ten thousand parts", () => {
  expect(partSize(100)).toBe(PART_BYTES);
  const huge = 5 * 2 ** 40;
  expect(Math.ceil(huge / partSize(huge))).toBeLessThanOrEqual(10_000);
});

it("lets no key become markup", () => expect(escapeXml(`<a href="'&'">`)).not.toMatch(/[<>"']/));
