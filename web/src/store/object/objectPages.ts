// What lies below a prefix, in pages as the store lists them, in bounded memory: pages that were looked at last are
// kept, and of the others how many entries they have and where they begin.
import type { ListedObject, Listing } from "../client/objects";

export type Entry = ({ folder: false } & ListedObject) | { folder: true; key: string };

const KEPT_PAGES = 24;

interface PageFacts {
  token: string | undefined;
  first: number;
  count: number;
}

/** Within a page folders and objects come apart; a folder's own marker is no entry of it. */
export function entriesOf({ prefixes, objects }: Listing, prefix: string): Entry[] {
  return [
    ...prefixes.map((key): Entry => ({ key, folder: true })),
    ...objects.filter((object) => object.key !== prefix).map((object): Entry => ({ ...object, folder: false })),
  ];
}

export class ObjectPages {
  private readonly pages: PageFacts[] = [];
  // In the order in which they were used last.
  private readonly kept = new Map<number, Entry[]>();
  private next: string | undefined;
  count = 0;

  constructor(
    private readonly prefix: string,
    first: Listing,
  ) {
    this.add(undefined, first);
  }

  /** Whether there is more than `count`. */
  get more(): boolean {
    return this.next !== undefined;
  }

  get nextToken(): string | undefined {
    return this.next;
  }

  /** The page behind all that are known. */
  add(token: string | undefined, listing: Listing): void {
    const entries = entriesOf(listing, this.prefix);
    this.pages.push({ token, first: this.count, count: entries.length });
    this.count += entries.length;
    this.next = listing.next;
    this.keep(this.pages.length - 1, entries);
  }

  /** A page that is known, come again; what has gone or come in it since shows when the list is asked for anew. */
  put(page: number, listing: Listing): void {
    this.keep(page, entriesOf(listing, this.prefix));
  }

  private keep(page: number, entries: Entry[]): void {
    this.kept.delete(page);
    this.kept.set(page, entries);
    for (const [oldest] of this.kept) {
      if (this.kept.size <= KEPT_PAGES) break;
      this.kept.delete(oldest);
    }
  }

  private pageOf(index: number): number {
    let low = 0;
    let high = this.pages.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.pages[middle]?.first ?? 0) <= index) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Undefined where it is not here. */
  at(index: number): Entry | undefined {
    const page = this.pageOf(index);
    return this.kept.get(page)?.[index - (this.pages[page]?.first ?? 0)];
  }

  /** Pages between two entries that are not here, with what to ask for them by. */
  missing(first: number, last: number): { page: number; token: string | undefined }[] {
    const found: { page: number; token: string | undefined }[] = [];
    const end = this.pageOf(Math.min(last, this.count - 1));
    for (let page = this.pageOf(Math.max(0, first)); page <= end; page += 1) {
      if (!this.kept.has(page)) found.push({ page, token: this.pages[page]?.token });
    }
    return found;
  }

  /** How many entries are in memory. */
  get keptEntries(): number {
    return [...this.kept.values()].reduce((sum, entries) => sum + entries.length, 0);
  }
}
