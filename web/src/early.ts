// What a page will ask for, asked for before the app is there: the answers wait here, each for one who asks.

export const API = "./apis/v2beta1";

interface Early {
  answer: Promise<Response>;
  /** Where queries keep it, once it is here. */
  key: readonly string[];
  data?: unknown;
}

const early = new Map<string, Early>();
// An answer that nobody has come for would be old news later.
const FRESH_MS = 10_000;

/**
 * Asks for `url`, of which queries keep what `pick` makes of its body by the name `key`.
 * Gives that; undefined where the server has refused or could not be reached, which is told to who asks again.
 */
export async function askEarly<Body, Data>(url: string, key: readonly string[], pick: (body: Body) => Data): Promise<Data | undefined> {
  const one: Early = { answer: fetch(url), key };
  early.set(url, one);
  setTimeout(() => early.delete(url), FRESH_MS);
  try {
    const response = await one.answer;
    if (!response.ok) return undefined;
    const data = pick((await response.clone().json()) as Body);
    one.data = data;
    return data;
  } catch {
    return undefined;
  }
}

/** The answer, or its promise, for one who asks for the same; afterwards it is gone. */
export function takeEarly(url: string): Promise<Response> | undefined {
  const answer = early.get(url)?.answer;
  early.delete(url);
  return answer;
}

/** What is here already: with it a page is drawn at once, and not first without. */
export function takeArrived(): { key: readonly string[]; data: unknown }[] {
  return [...early].flatMap(([url, { key, data }]) => {
    if (data === undefined) return [];
    early.delete(url);
    return [{ key, data }];
  });
}

let worker: Worker | undefined;

/** The worker that lays out graphs takes as long to start as all else together. */
export function startWorkerEarly(url: string): void {
  worker = new Worker(url);
}

export function takeWorker(url: string): Worker {
  const started = worker ?? new Worker(url);
  worker = undefined;
  return started;
}
