import { describe, expect, it } from "vitest";
import { apiUrl, messageOf } from "./http";

describe("messageOf", () => {
  it.each([
    ['{"code":5,"message":"Failed to get a run: x","details":[{"message":"Run x not found"}]}', "Run x not found"],
    ['{"code":5,"message":"Not Found"}', "Not Found"],
    ['{"error_message":"upload failed","error_details":"no name"}', "no name"],
    ["plain words", "plain words"],
    ["<html>proxy</html>", "HTTP 502"],
    ["", "HTTP 502"],
  ])("reads %s", (body, message) => expect(messageOf(body, 502)).toBe(message));
});

describe("apiUrl", () => {
  it("leaves out what is empty and escapes the rest", () => {
    expect(apiUrl("/apis/x", { a: "", b: undefined, c: "1&2", d: 0 })).toBe("./apis/x?c=1%262&d=0");
    expect(apiUrl("/apis/x")).toBe("./apis/x");
  });
});
