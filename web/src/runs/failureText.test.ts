import { expect, test } from "vitest";
import { failureText } from "./failureText";

test("the last lines of the log are kept", () => {
  const log = ["{", "}", "Traceback", "  line 1", "ValueError: too big"].join("\n");
  expect(failureText(`ended with exit code 1; the end of its log:\n${log}\n`, 2)).toEqual({
    reason: "ended with exit code 1",
    log: "  line 1\nValueError: too big",
  });
});

test("a failure without a log is its message", () => {
  expect(failureText("timed out after 3 s")).toEqual({ reason: "timed out after 3 s", log: "" });
});
