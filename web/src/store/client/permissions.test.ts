import { expect, it } from "vitest";
import { mayOf } from "./permissions";

it("offers all until it is known what may be done", () => {
  expect(mayOf(undefined)("admin:Heal")).toBe(true);
  expect(mayOf([])("admin:Heal")).toBe(false);
  expect(mayOf(["admin:Heal"])("admin:Heal")).toBe(true);
});
