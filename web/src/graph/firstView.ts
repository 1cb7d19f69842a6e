import type { Box } from "./layout";

const MARGIN = 28;
const LARGEST = 1.1;

export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** Smaller than this nobody can read it; a narrow window shows a part instead. */
function smallest(width: number): number {
  return width < 600 ? 0.62 : 0.25;
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

/** All of the graph where it can be read so, else its beginning. */
export function firstView(boxes: Box[], frame: { width: number; height: number }): View {
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const top = Math.min(...boxes.map((box) => box.y));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const fits = Math.min((frame.width - 2 * MARGIN) / (right - left), (frame.height - 2 * MARGIN) / (bottom - top));
  const zoom = Math.min(LARGEST, Math.max(smallest(frame.width), fits));
  const [width, height] = [(right - left) * zoom, (bottom - top) * zoom];
  // The first of those at the top is where it begins.
  const first = boxes.filter((box) => box.y === top).reduce((a, b) => (b.x < a.x ? b : a));
  let x = frame.width / 2 - ((left + right) / 2) * zoom;
  if (width > frame.width - 2 * MARGIN) {
    x = frame.width / 2 - (first.x + first.width / 2) * zoom;
    x = Math.max(Math.min(x, MARGIN - left * zoom), frame.width - MARGIN - right * zoom);
  }
  const y = height > frame.height - 2 * MARGIN ? MARGIN - top * zoom : frame.height / 2 - ((top + bottom) / 2) * zoom;
  return { x, y, zoom };
}
