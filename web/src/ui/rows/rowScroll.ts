// Where a list of any length stands in its frame. A million rows are taller than a browser lets an element be, and
// rows that wrap are of heights that nobody knows before they are drawn; so the bar only says roughly where one is,
// and rows are placed from the one at the top.

const TALLEST = 8_000_000;

export type Place =
  /** That line at the top, moved up by so many pixels. */
  | { at: "top"; line: number; pixels: number }
  | { at: "middle"; line: number }
  | { at: "end" };

export interface Bar {
  /** Of all that is scrolled, as the bar has it. */
  height: number;
  view: number;
  count: number;
  /** The height of a row that does not wrap. */
  row: number;
}

export function heightOf({ count, view, row }: Omit<Bar, "height">): number {
  return Math.max(view, Math.min(count * row, TALLEST));
}

function lastTop({ view, count, row }: Bar): number {
  return Math.max(0, count - view / row);
}

/** The line at the top, with a fraction, where the bar stands there. */
export function topAt(scroll: number, bar: Bar): number {
  const way = bar.height - bar.view;
  return way <= 0 ? 0 : (Math.min(Math.max(scroll / way, 0), 1)) * lastTop(bar);
}

export function scrollOf(top: number, bar: Bar): number {
  const last = lastTop(bar);
  return last <= 0 ? 0 : Math.min(1, top / last) * (bar.height - bar.view);
}

/** The rows that are drawn: tops[i] is where row first+i begins, with one more for where the last one ends. */
export interface Drawn {
  first: number;
  tops: number[];
  row: number;
}

export function yOf(line: number, { first, tops, row }: Drawn): number {
  const index = line - first;
  if (index < 0) return index * row;
  const end = tops.length - 1;
  return index <= end ? (tops[index] ?? 0) : (tops[end] ?? 0) + (index - end) * row;
}

/** What is at a height within the drawn lines, or as far from them as lines of one row would be. */
export function placeAt(y: number, drawn: Drawn, count: number): Place {
  const { first, tops, row } = drawn;
  const end = tops.length - 1;
  const height = tops[end] ?? 0;
  let line: number;
  if (y < 0) line = first + Math.floor(y / row);
  else if (y >= height) line = first + end + Math.floor((y - height) / row);
  else {
    let low = 0;
    let high = end;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((tops[middle] ?? 0) <= y) low = middle;
      else high = middle;
    }
    line = first + low;
  }
  if (line < 0) return { at: "top", line: 0, pixels: 0 };
  if (line >= count) return { at: "end" };
  return { at: "top", line, pixels: y - yOf(line, drawn) };
}

/** How far the drawn lines are moved up so that the place is kept; nothing is left empty above the first or below the last. */
export function shiftFor(place: Place, drawn: Drawn, { view, count }: Bar): number {
  const { first, tops } = drawn;
  const height = tops.at(-1) ?? 0;
  const most = first + tops.length - 1 >= count ? height - view : Number.POSITIVE_INFINITY;
  let y = most;
  if (place.at === "top") y = yOf(place.line, drawn) + place.pixels;
  else if (place.at === "middle") y = (yOf(place.line, drawn) + yOf(place.line + 1, drawn) - view) / 2;
  y = Math.min(y, most);
  return first === 0 ? Math.max(y, 0) : y;
}
