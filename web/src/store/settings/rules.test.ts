import { describe, expect, it } from "vitest";
import { type EventRule, eventProblem, newEventRule, readEventRules, writeEventRules } from "./eventRules";
import { type LifecycleRule, lifecycleProblem, newLifecycleRule, readLifecycle, writeLifecycle } from "./lifecycle";
import type { XmlNode } from "./xmlTree";

/** Enough of XML for what the forms write. */
function tree(text: string): XmlNode {
  const root: XmlNode = { name: "", text: "", children: [] };
  const open = [root];
  for (const [, close, name, content] of text.matchAll(/<(\/?)(\w+)>([^<]*)/g)) {
    if (close) {
      open.pop();
      continue;
    }
    const node: XmlNode = { name: name as string, text: (content as string).replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))), children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  }
  return root.children[0] as XmlNode;
}

describe("lifecycle", () => {
  const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({ ...newLifecycleRule(), ...more });
  it.each([
    [rule({ id: "a & b", prefix: "tmp/<x>", expireAfter: "7" })],
    [rule({ enabled: false, prefix: "p/", tags: { kind: "log", of: "me" }, expireAfter: "30", dropOldAfter: "3", keepNewest: "2" })],
    [rule({ tags: { one: "1" }, dropOldAfter: "9" })],
    [rule({ abortAfter: "2", dropLoneMarkers: true })],
  ])("reads what it has written %#", (one) => {
    expect(lifecycleProblem(one)).toBeUndefined();
    expect(readLifecycle(tree(writeLifecycle([one, one])))).toEqual([one, one]);
  });
  it.each([
    ["<LifecycleConfiguration><Rule><Status>Enabled</Status><Transition><Days>1</Days></Transition></Rule></LifecycleConfiguration>"],
    ["<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Date>2030-01-01</Date></Expiration></Rule></LifecycleConfiguration>"],
    ["<LifecycleConfiguration><Rule><Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter></Rule></LifecycleConfiguration>"],
    ["<LifecycleConfiguration><Other></Other></LifecycleConfiguration>"],
  ])("does not take what it would lose %#", (text) => expect(readLifecycle(tree(text))).toBeNull());
  it("takes the older form of a prefix", () => {
    expect(readLifecycle(tree("<L><Rule><Prefix>old/</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></L>"))?.[0]?.prefix).toBe("old/");
  });
  it.each<[Partial<LifecycleRule>, string]>([
    [{}, "nothing"],
    [{ expireAfter: "0" }, "days"],
    [{ expireAfter: "1.5" }, "days"],
    [{ expireAfter: "1", keepNewest: "2" }, "keep"],
    [{ tags: { a: "b" }, abortAfter: "1" }, "tags"],
    [{ expireAfter: "1", dropLoneMarkers: true }, "markers"],
  ])("says what is wrong %#", (more, problem) => expect(lifecycleProblem(rule(more))).toBe(problem));
});

describe("event rules", () => {
  const rule = (more: Partial<EventRule>): EventRule => ({ ...newEventRule(), ...more });
  it.each([
    [rule({ id: "x", webhook: "hook", events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], prefix: "in/", suffix: ".csv" })],
    [rule({ webhook: "arn:aws:sqs:region:account:queue" })],
  ])("reads what it has written %#", (one) => {
    expect(eventProblem(one)).toBeUndefined();
    expect(readEventRules(tree(writeEventRules([one])))).toEqual([one]);
  });
  it("knows other names of a webhook, and leaves alone what it does not know", () => {
    const of = (queue: string) => readEventRules(tree(`<N><QueueConfiguration><Queue>${queue}</Queue><Event>e</Event></QueueConfiguration></N>`))?.[0]?.webhook;
    expect(of("arn:minio:sqs::h:webhook")).toBe("h");
    expect(of("arn:penstock:sqs:us-east-1:h:webhook")).toBe("h");
    expect(readEventRules(tree("<N><TopicConfiguration></TopicConfiguration></N>"))).toBeNull();
  });
  it("says what is wrong", () => {
    expect(eventProblem(rule({}))).toBe("webhook");
    expect(eventProblem(rule({ webhook: "h", events: [] }))).toBe("events");
  });
});
