import { expect, it } from "vitest";
import { lockedOf } from "./locked";

it.each([
  [undefined, true, { locked: true }],
  [undefined, false, {}],
  ["another", true, {}], // those of the other, which this run had
  ["another", false, { locked: false }],
])("of a run with the packages of %s, switched to %s", (locked_from, locked, asked) => {
  expect(lockedOf({ locked_from }, locked)).toEqual(asked);
});
