// What a page will ask for, asked for before the app is there: the answers wait here, each for one who asks.

const early = new Map<string, Promise<Response>>();
// An answer that nobody has come for would be old news later.
const FRESH_MS = 10_000;

export function askEarly(url: string): void {
  const answer = fetch(url);
  // Whoever takes it sees what went wrong.
  answer.catch(() => {});
  early.set(url, answer);
  setTimeout(() => early.delete(url), FRESH_MS);
}

export function takeEarly(url: string): Promise<Response> | undefined {
  const answer = early.get(url);
  early.delete(url);
  return answer;
}

// What ELK is asked first takes it several times as long as all that follows, so it is asked for something small.
const FIRST_GRAPH = {
  id: "root",
  layoutOptions: { "elk.algorithm": "layered", "elk.hierarchyHandling": "INCLUDE_CHILDREN" },
  children: ["a", "b", "c"].map((id) => ({ id, width: 20, height: 20, children: [{ id: `${id}1`, width: 9, height: 9 }, { id: `${id}2`, width: 9, height: 9 }] })),
  edges: [["a", "b"], ["a", "c"], ["b1", "b2"]].map(([from, to]) => ({ id: `${from}${to}`, sources: [from], targets: [to] })),
};

let worker: Worker | undefined;

/** The worker that lays out graphs takes as long to start as all else together. Nobody waits for these answers. */
export function startWorkerEarly(url: string): void {
  worker = new Worker(url);
  worker.postMessage({ id: -1, cmd: "register", algorithms: ["layered"] });
  worker.postMessage({ id: -2, cmd: "layout", graph: FIRST_GRAPH, layoutOptions: {}, options: {} });
}

export function takeWorker(url: string): Worker {
  const started = worker ?? new Worker(url);
  worker = undefined;
  return started;
}
