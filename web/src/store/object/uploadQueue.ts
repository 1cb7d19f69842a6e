// Uploads of a page: a few at once, the others wait. However many there are, one that goes on costs the same.
import type { UploadTarget } from "../client/upload";

export interface Upload extends UploadTarget {
  readonly id: number;
  sent: number;
  state: "waiting" | "running" | "done" | "failed" | "stopped";
  problem?: string;
}

export interface UploadsShown {
  done: number;
  count: number;
  /** Those that run or failed, then some of those that wait. */
  list: Upload[];
}

export type Send = (target: UploadTarget, onProgress: (bytes: number) => void, signal: AbortSignal) => Promise<void>;

interface Options {
  send: Send;
  /** Something to show has changed; often. */
  onChange: () => void;
  /** Nothing runs or waits any more, and something has been sent. */
  onSettled: () => void;
}

const AT_ONCE = 3;
const SHOWN = 50;

export class UploadQueue {
  private nextId = 1;
  private done = 0;
  private count = 0;
  private sentSinceSettled = 0;
  // Each upload is in one of these; what is done is only counted.
  private readonly waiting = new Map<number, Upload>();
  private readonly running = new Map<number, { upload: Upload; abort: AbortController }>();
  private readonly ended = new Map<number, Upload>();

  constructor(private readonly options: Options) {}

  add(targets: UploadTarget[]): void {
    for (const target of targets) {
      const id = this.nextId++;
      this.waiting.set(id, { ...target, id, sent: 0, state: "waiting" });
    }
    this.count += targets.length;
    this.advance();
  }

  stop(id: number): void {
    this.running.get(id)?.abort.abort();
    const upload = this.waiting.get(id);
    if (!upload) return;
    this.waiting.delete(id);
    this.end(upload, "stopped");
    this.options.onChange();
  }

  /** What has come of it stays where it is: large files go on there. */
  retry(id: number): void {
    const upload = this.ended.get(id);
    if (!upload) return;
    this.ended.delete(id);
    this.waiting.set(id, { ...upload, state: "waiting", problem: undefined });
    this.advance();
  }

  /** Forgets what is over. */
  clear(): void {
    this.ended.clear();
    this.done = 0;
    this.count = this.waiting.size + this.running.size;
    this.options.onChange();
  }

  shown(): UploadsShown {
    const list = [...this.running.values()].map(({ upload }) => ({ ...upload }));
    for (const group of [this.ended, this.waiting]) {
      for (const upload of group.values()) {
        if (list.length >= SHOWN) break;
        list.push(upload);
      }
    }
    return { done: this.done, count: this.count, list };
  }

  private end(upload: Upload, state: "failed" | "stopped", problem?: string): void {
    this.ended.set(upload.id, { ...upload, state, problem });
  }

  private advance(): void {
    for (const [id, upload] of this.waiting) {
      if (this.running.size >= AT_ONCE) break;
      this.waiting.delete(id);
      void this.run(upload);
    }
    this.options.onChange();
  }

  private async run(upload: Upload): Promise<void> {
    const abort = new AbortController();
    upload.state = "running";
    this.running.set(upload.id, { upload, abort });
    const onProgress = (sent: number) => {
      upload.sent = sent;
      this.options.onChange();
    };
    try {
      await this.options.send(upload, onProgress, abort.signal);
      this.done += 1;
      this.sentSinceSettled += 1;
    } catch (error) {
      this.end(upload, abort.signal.aborted ? "stopped" : "failed", error instanceof Error ? error.message : String(error));
    }
    this.running.delete(upload.id);
    this.advance();
    if (this.running.size > 0 || this.sentSinceSettled === 0) return;
    this.sentSinceSettled = 0;
    this.options.onSettled();
  }
}
