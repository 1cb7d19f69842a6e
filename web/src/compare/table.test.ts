import { expect, it } from "vitest";
import { compareRows } from "./table";

it("lines names up and says which differ", () => {
  expect(compareRows([[["a", 1], ["l", [1]]], [["l", [1]], ["b", null]]])).toEqual([
    { name: "a", values: [1, undefined], differs: true },
    { name: "l", values: [[1], [1]], differs: false },
    { name: "b", values: [undefined, null], differs: true },
  ]);
});
