import { expect, it } from "vitest";
import { changeEach } from "./bulk";

it("goes on after one that is refused, and tells the first reason", async () => {
  const seen: string[] = [];
  const result = await changeEach(["a", "b", "c"].map((run_id) => ({ run_id, display_name: run_id })), async (id) => {
    seen.push(id);
    if (id !== "c") throw new Error(`no ${id}`);
  });
  expect(seen).toEqual(["a", "b", "c"]);
  expect(result).toEqual({ failed: 2, message: "no a" });
});
