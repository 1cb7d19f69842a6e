import type { Box, Layout } from "./layout";
import type { GraphNode } from "./model";

const MARGIN = 28;
const LARGEST = 1.1;

export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** Smaller than this nobody can read it; a narrow window shows a part instead. */
function smallest(width: number): number {
  return width < 600 ? 0.75 : 0.25;
}

// Below what is drawn: the buttons that zoom.
const CONTROLS = 56;

/** How high a frame of that width has to be to show all of the graph as large as it gets. */
export function heightOf(boxes: Box[], width: number): number {
  const across = Math.max(...boxes.map((box) => box.x + box.width)) - Math.min(...boxes.map((box) => box.x));
  const down = Math.max(...boxes.map((box) => box.y + box.height)) - Math.min(...boxes.map((box) => box.y));
  const zoom = Math.min(LARGEST, Math.max(smallest(width), (width - 2 * MARGIN) / across));
  return Math.ceil(down * zoom + 2 * MARGIN + CONTROLS);
}

/** The row that it begins with, from the left: what stands at the top; where that begins with a group that is open, what is at the top within. */
export function firstRow(nodes: GraphNode[], layout: Layout, open: ReadonlySet<string>, within = { x: 0, y: 0 }): Box[] {
  const placed = nodes.flatMap((node) => {
    const box = layout.get(node.id);
    return box ? [{ node, box }] : [];
  });
  const top = Math.min(...placed.map(({ box }) => box.y));
  const row = placed.filter(({ box }) => box.y === top).sort((a, b) => a.box.x - b.box.x);
  const boxes = row.map(({ box }) => ({ ...box, x: within.x + box.x, y: within.y + box.y }));
  const first = row[0]?.node;
  const inner = first && boxes[0] && open.has(first.id) ? firstRow(first.children, layout, open, boxes[0]) : [];
  return inner.length > 0 ? inner : boxes;
}

/** All of the graph where it can be read so, else where it begins. */
export function firstView(boxes: Box[], frame: { width: number; height: number }, row: Box[]): View {
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const top = Math.min(...boxes.map((box) => box.y));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const fits = Math.min((frame.width - 2 * MARGIN) / (right - left), (frame.height - 2 * MARGIN) / (bottom - top));
  const zoom = Math.min(LARGEST, Math.max(smallest(frame.width), fits));
  const [width, height] = [(right - left) * zoom, (bottom - top) * zoom];
  let x = frame.width / 2 - ((left + right) / 2) * zoom;
  if (width > frame.width - 2 * MARGIN) {
    // The first row in the middle; of one that is too wide for that, its beginning.
    const [from, to] = [row[0]?.x ?? left, Math.max(...row.map((box) => box.x + box.width), left)];
    x = (to - from) * zoom <= frame.width - 2 * MARGIN ? frame.width / 2 - ((from + to) / 2) * zoom : MARGIN - from * zoom;
    x = Math.max(Math.min(x, MARGIN - left * zoom), frame.width - MARGIN - right * zoom);
  }
  const y = height > frame.height - 2 * MARGIN ? MARGIN - top * zoom : frame.height / 2 - ((top + bottom) / 2) * zoom;
  return { x, y, zoom };
}
