import { expect, it } from "vitest";
import { bucketNameProblem, quotaBytes } from "./bucketName";

it.each([
  ["ab", "buckets.nameLength"],
  ["a".repeat(64), "buckets.nameLength"],
  ["Data", "buckets.nameLetters"],
  ["-data", "buckets.nameLetters"],
  ["a..b", "buckets.nameDots"],
  ["10.0.0.1", "buckets.nameDots"],
  ["census-data.2020", undefined],
])("%s", (name, problem) => expect(bucketNameProblem(name)).toBe(problem));

it("counts quotas in bytes", () => {
  expect(quotaBytes("1.5", "GiB")).toBe(1_610_612_736);
  expect(quotaBytes("", "GiB")).toBeUndefined();
  expect(quotaBytes("-1", "MiB")).toBeUndefined();
});
