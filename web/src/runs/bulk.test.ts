import { expect, it } from "vitest";
import { changeEach } from "./bulk";

it("goes on after one that is refused, and tells the first reason", async () => {
  const seen: string[] = [];
  const result = await changeEach([{ run_id: "a" }, { run_id: "b" }, { run_id: "c" }], async (id) => {
    seen.push(id);
    if (id !== "c") throw new Error(`no ${id}`);
  });
  expect(seen).toEqual(["a", "b", "c"]);
  expect(result).toEqual({ failed: 2, message: "no a" });
});
