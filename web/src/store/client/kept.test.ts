import { expect, it } from "vitest";
import { findKept, forgetUpload, keepUpload, type TextStore, type UploadIdentity } from "./kept";

function memory(first?: string): TextStore {
  let text = first ?? null;
  return { getItem: () => text, setItem: (_, value) => { text = value; } };
}
const file = (more: Partial<UploadIdentity> = {}): UploadIdentity => ({ bucket: "b", key: "k", size: 10, modified: 5, ...more });

it("finds the upload of the same file, and of no other", () => {
  const store = memory();
  keepUpload(store, file(), "one");
  keepUpload(store, file({ key: "l" }), "two");
  expect(findKept(store, file())).toBe("one");
  for (const other of [{ size: 11 }, { modified: 6 }, { bucket: "c" }, { key: "m" }]) expect(findKept(store, file(other))).toBeUndefined();
  keepUpload(store, file(), "three");
  expect(findKept(store, file())).toBe("three");
  forgetUpload(store, file());
  expect(findKept(store, file())).toBeUndefined();
  expect(findKept(store, file({ key: "l" }))).toBe("two");
});

it("forgets what is old, keeps no more than a hundred, and bears what others wrote", () => {
  const store = memory();
  keepUpload(store, file(), "old", 0);
  expect(findKept(store, file(), 8 * 24 * 3600_000)).toBeUndefined();
  for (let n = 0; n < 120; n += 1) keepUpload(store, file({ key: `k${n}` }), `u${n}`);
  expect(findKept(store, file({ key: "k5" }))).toBeUndefined();
  expect(findKept(store, file({ key: "k119" }))).toBe("u119");
  for (const text of ["{", "3", '[null,{"uploadId":4}]']) expect(findKept(memory(text), file())).toBeUndefined();
});
