import { describe, expect, it } from "vitest";
import type { UploadTarget } from "../client/upload";
import { type Send, UploadQueue } from "./uploadQueue";

const target = (key: string): UploadTarget => ({ bucket: "b", key, file: { size: 10 } as File });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function queueOf(send: Send) {
  const told = { changes: 0, settled: 0 };
  const queue = new UploadQueue({ send, onChange: () => (told.changes += 1), onSettled: () => (told.settled += 1) });
  return { queue, told };
}

describe("UploadQueue", () => {
  it("sends thousands, three at once, and says once that all are there", async () => {
    let [now, most] = [0, 0];
    const { queue, told } = queueOf(async (_, onProgress) => {
      now += 1;
      most = Math.max(most, now);
      onProgress(10);
      await Promise.resolve();
      now -= 1;
    });
    queue.add(Array.from({ length: 5000 }, (_, index) => target(`k${index}`)));
    expect(queue.shown().list.length).toBe(50);
    while (queue.shown().done < 5000) await settled();
    expect(most).toBe(3);
    expect(told.settled).toBe(1);
    expect(queue.shown()).toEqual({ done: 5000, count: 5000, list: [] });
    queue.clear();
    expect(queue.shown().count).toBe(0);
  });

  it("keeps what failed until it is tried again", async () => {
    let broken = true;
    const { queue, told } = queueOf(async () => {
      if (broken) throw new Error("no space");
    });
    queue.add([target("a"), target("b")]);
    await settled();
    expect(queue.shown().list.map((one) => [one.key, one.state, one.problem])).toEqual([["a", "failed", "no space"], ["b", "failed", "no space"]]);
    expect(told.settled).toBe(0);
    broken = false;
    queue.retry(1);
    await settled();
    expect(queue.shown()).toMatchObject({ done: 1, count: 2 });
    expect(told.settled).toBe(1);
  });

  it("stops one that waits, and one that runs", async () => {
    const { queue } = queueOf((_, __, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))));
    queue.add(["a", "b", "c", "d"].map(target));
    queue.stop(4);
    queue.stop(1);
    await settled();
    expect(queue.shown().list.map((one) => [one.key, one.state])).toEqual([["b", "running"], ["c", "running"], ["d", "stopped"], ["a", "stopped"]]);
  });
});
