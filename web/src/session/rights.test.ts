import { expect, it } from "vitest";
import { mayOf } from "./rights";

it("offers everything where nobody is asked who they are, and until it is known", () => {
  expect(mayOf(undefined)("Run")).toBe(true);
  expect(mayOf({ permissions: [] })("Run")).toBe(true);
});

it("offers what the server names, and no more", () => {
  const may = mayOf({ sign_in_required: true, permissions: ["pipelines:ReadRuns", "pipelines:Run"] });
  expect(may("Run")).toBe(true);
  expect(may("ReadRuns")).toBe(true);
  expect(may("WriteRuns")).toBe(false);
  expect(mayOf({ sign_in_required: true })("ReadRuns")).toBe(false);
});
