import { afterEach, describe, expect, it, vi } from "vitest";
import { askEarly, takeArrived, takeEarly } from "./early";

function answerWith(body: string, status = 200) {
  vi.stubGlobal("fetch", vi.fn(async () => new Response(body, { status })));
}

afterEach(() => {
  takeArrived();
  vi.unstubAllGlobals();
});

describe("askEarly", () => {
  it("keeps what has come for the queries, once", async () => {
    answerWith('{"tasks": [1, 2]}');
    expect(await askEarly("./tasks", ["tasks"], (body: { tasks: number[] }) => body.tasks)).toEqual([1, 2]);
    expect(takeArrived()).toEqual([{ key: ["tasks"], data: [1, 2] }]);
    expect(takeArrived()).toEqual([]);
    expect(takeEarly("./tasks")).toBeUndefined();
  });

  it("gives an answer that is still on its way to who asks for the same, with its body", async () => {
    answerWith('{"run_id": "r"}');
    const asked = askEarly("./runs/r", ["runs", "r"], (body) => body);
    const answer = takeEarly("./runs/r");
    await asked;
    expect(await (await answer)?.json()).toEqual({ run_id: "r" });
    expect(takeArrived()).toEqual([]);
  });

  it("leaves a refusal to who asks again", async () => {
    answerWith('{"message": "no such run"}', 404);
    expect(await askEarly("./runs/r", ["runs", "r"], (body) => body)).toBeUndefined();
    expect(takeArrived()).toEqual([]);
    expect(await (await takeEarly("./runs/r"))?.text()).toContain("no such run");
  });

  it.each([
    ["a server that cannot be reached", () => Promise.reject(new TypeError("unreachable"))],
    ["an answer that is no JSON", async () => new Response("<html>")],
  ])("does not fail on %s", async (_, fetched) => {
    vi.stubGlobal("fetch", vi.fn(fetched));
    expect(await askEarly("./runs/r", ["runs", "r"], (body) => body)).toBeUndefined();
    expect(takeArrived()).toEqual([]);
    await takeEarly("./runs/r")?.catch(() => {});
  });
});
