// The lineage of an artifact over all runs, gathered level by level as the server tells it.
import { isOneOf, type ListRequest } from "@/api/lists";
import type { Artifact, ArtifactTask, Page, Task } from "@/api/types";

export interface LineageSource {
  uses: (of: { artifact_ids?: string; task_ids?: string; type: "INPUT" | "OUTPUT" }, page: ListRequest) => Promise<Page & { artifact_tasks?: ArtifactTask[] }>;
  tasks: (page: ListRequest) => Promise<Page & { tasks?: Task[] }>;
  artifacts: (page: ListRequest) => Promise<Page & { artifacts?: Artifact[] }>;
}

export interface LineageFacts {
  artifacts: Artifact[];
  uses: ArtifactTask[];
  tasks: Task[];
  /** There is more than was gathered. */
  cut: boolean;
}

const MOST_TASKS = 200;
const MOST_LEVELS = 12;
const A_PAGE = 200; // what the server lists at once
const IDS_AT_ONCE = 20; // in an address of a request

/** Groups pass on what the tasks within them take in and put out; they made nothing. */
export function isWorking(task: Task): boolean {
  return task.type === "RUNTIME" || task.type === "IMPORTER";
}

async function inParts<T>(ids: string[], ask: (some: string[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) found.push(...(await ask(ids.slice(at, at + IDS_AT_ONCE))));
  return found;
}

/** The artifacts met so far. Several records of one address are one thing: importers make another each time. */
class Things {
  private readonly byId = new Map<string, Artifact>();
  private readonly first = new Map<string, string>(); // by address

  constructor(private readonly source: LineageSource) {}

  add(artifact: Artifact): void {
    if (this.byId.has(artifact.artifact_id)) return;
    this.byId.set(artifact.artifact_id, artifact);
    if (artifact.uri && !this.first.has(artifact.uri)) this.first.set(artifact.uri, artifact.artifact_id);
  }

  /** The record that stands for all of its address. */
  standFor(id: string): string {
    return this.first.get(this.byId.get(id)?.uri ?? "") ?? id;
  }

  /** All records of the addresses that these have. */
  async withAliases(ids: string[]): Promise<string[]> {
    const unknown = ids.filter((id) => !this.byId.has(id));
    for (const artifact of await this.find("artifact_id", unknown)) this.add(artifact);
    const addresses = ids.map((id) => this.byId.get(id)?.uri ?? "").filter(Boolean);
    const aliases = await this.find("uri", [...new Set(addresses)]);
    for (const artifact of aliases) this.add(artifact);
    return [...new Set([...ids, ...aliases.map((one) => one.artifact_id)])];
  }

  shown(): Artifact[] {
    return [...this.byId.values()].filter((artifact) => this.standFor(artifact.artifact_id) === artifact.artifact_id);
  }

  private find(field: "artifact_id" | "uri", values: string[]): Promise<Artifact[]> {
    return inParts(values, async (some) => (await this.source.artifacts({ pageSize: A_PAGE, predicates: [isOneOf(field, some)] })).artifacts ?? []);
  }
}

/** One walk up or down. */
class Walk {
  private readonly tasks = new Map<string, Task>();
  private readonly seen = new Set<string>();
  readonly uses: ArtifactTask[] = [];
  cut = false;

  constructor(
    private readonly source: LineageSource,
    private readonly things: Things,
    private readonly towards: "INPUT" | "OUTPUT",
    private readonly onwards: "INPUT" | "OUTPUT",
  ) {}

  async go(artifactId: string): Promise<Task[]> {
    let frontier = [artifactId];
    for (let level = 0; frontier.length > 0; level += 1) {
      if (level === MOST_LEVELS) {
        this.cut = true;
        break;
      }
      frontier = await this.step(await this.things.withAliases(frontier));
    }
    return [...this.tasks.values()];
  }

  private async step(frontier: string[]): Promise<string[]> {
    for (const id of frontier) this.seen.add(id);
    const near = await this.ask(frontier, "artifact_ids", this.towards);
    const fresh = [...new Set(near.map((use) => use.task_id))].filter((id) => !this.tasks.has(id));
    const tasks = (await inParts(fresh, async (ids) => (await this.source.tasks({ pageSize: A_PAGE, predicates: [isOneOf("task_id", ids)] })).tasks ?? [])).filter(isWorking);
    const room = MOST_TASKS - this.tasks.size;
    if (tasks.length > room) this.cut = true;
    const taken = tasks.slice(0, room);
    for (const task of taken) this.tasks.set(task.task_id, task);
    this.uses.push(...near.filter((use) => this.tasks.has(use.task_id)));
    const far = await this.ask(taken.map((task) => task.task_id), "task_ids", this.onwards);
    this.uses.push(...far);
    return [...new Set(far.map((use) => use.artifact_id))].filter((id) => !this.seen.has(id));
  }

  private ask(ids: string[], of: "artifact_ids" | "task_ids", type: "INPUT" | "OUTPUT"): Promise<ArtifactTask[]> {
    return inParts(ids, async (some) => {
      const page = await this.source.uses({ [of]: some.join(","), type }, { pageSize: A_PAGE });
      if (page.next_page_token) this.cut = true;
      return page.artifact_tasks ?? [];
    });
  }
}

/** Everything that an artifact came from and that has come of it, in whatever runs; bounded, and says when it is cut. */
export async function fetchLineage(artifact: Artifact, source: LineageSource): Promise<LineageFacts> {
  const things = new Things(source);
  things.add(artifact);
  const up = new Walk(source, things, "OUTPUT", "INPUT");
  const down = new Walk(source, things, "INPUT", "OUTPUT");
  const [makers, users] = await Promise.all([up.go(artifact.artifact_id), down.go(artifact.artifact_id)]);
  const uses = [...up.uses, ...down.uses];
  // What the last level has put out or taken in has not been looked up yet.
  await things.withAliases([...new Set(uses.map((use) => use.artifact_id))]);
  const tasks = new Map([...makers, ...users].map((task) => [task.task_id, task]));
  return {
    artifacts: things.shown(),
    uses: uses.map((use) => ({ ...use, artifact_id: things.standFor(use.artifact_id) })),
    tasks: [...tasks.values()],
    cut: up.cut || down.cut,
  };
}
