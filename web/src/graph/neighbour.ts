interface Placed {
  id: string;
  position: { x: number; y: number };
  parentId?: string;
  width?: number;
  height?: number;
}

interface Point {
  id: string;
  x: number;
  y: number;
}

function centres(nodes: Placed[]): Point[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return nodes.map((node) => {
    let { x, y } = node.position;
    for (let parent = byId.get(node.parentId ?? ""); parent; parent = byId.get(parent.parentId ?? "")) {
      x += parent.position.x;
      y += parent.position.y;
    }
    // A group is where its header is.
    return { id: node.id, x: x + (node.width ?? 0) / 2, y: y + Math.min(node.height ?? 0, 58) / 2 };
  });
}

/** The node next to one in the direction of an arrow key; without one, the topmost. */
export function neighbour(nodes: Placed[], from: string | undefined, key: string): string | undefined {
  const points = centres(nodes);
  const start = points.find((point) => point.id === from);
  if (!start) return points.reduce<Point | undefined>((best, point) => (best && best.y <= point.y ? best : point), undefined)?.id;
  let best: string | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const point of points) {
    if (point.id === from) continue;
    const [dx, dy] = [point.x - start.x, point.y - start.y];
    const vertical = key === "ArrowUp" || key === "ArrowDown";
    const along = (vertical ? dy : dx) * (key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1);
    const across = Math.abs(vertical ? dx : dy);
    if (along <= 4) continue;
    const cost = along + 2 * across;
    if (cost < bestCost) [best, bestCost] = [point.id, cost];
  }
  return best;
}
