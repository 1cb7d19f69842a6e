import "@xyflow/react/dist/base.css";
import { ActionIcon, Button, Tooltip, useComputedColorScheme, VisuallyHidden } from "@mantine/core";
import { IconMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { useReducedMotion } from "@mantine/hooks";
import { type Edge, MarkerType, type NodeHandle, Position, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useT } from "@/i18n";
import { ErrorState, Loading } from "@/ui/states";
import { ActionsContext, GroupNode, type TaskFlowNode, TaskNode } from "./GraphNodes";
import { firstRow, firstView, heightOf } from "./firstView";
import { type Box, knownLayout, type Layout, layOut, NODE_HEIGHT, shapeOf } from "./layout";
import { allNodes, type Graph, type GraphEdge, type GraphNode, openAtFirst } from "./model";
import classes from "./PipelineGraph.module.css";
import { neighbour } from "./neighbour";

interface Props {
  graph: Graph;
  selected?: string;
  onSelect: (node: GraphNode) => void;
  chooseIteration?: (loop: string, index: number) => void;
}

const NODE_TYPES = { task: TaskNode, cluster: GroupNode };

const READABLE = 0.7; // the zoom at which the smallest texts of a node can be

const HANDLE = { width: 1, height: 1 };

/** Where edges begin and end, told beforehand, so that nothing has to be measured to draw them. */
function handlesOf({ width, height }: Box): NodeHandle[] {
  return [
    { type: "target", position: Position.Top, x: width / 2, y: 0, ...HANDLE },
    { type: "source", position: Position.Bottom, x: width / 2, y: height, ...HANDLE },
  ];
}

function flowNodes(graph: Graph, layout: Layout, expanded: ReadonlySet<string>): TaskFlowNode[] {
  return allNodes(graph).flatMap((node): TaskFlowNode[] => {
    const box = layout.get(node.id);
    if (!box) return [];
    const open = node.children.length > 0 && expanded.has(node.id);
    return [
      {
        id: node.id,
        type: open ? "cluster" : "task",
        position: { x: box.x, y: box.y },
        width: box.width,
        height: box.height,
        measured: { width: box.width, height: box.height },
        handles: handlesOf(box),
        parentId: node.parent,
        data: { node, expanded: open },
        draggable: false,
        selectable: false,
        focusable: false, // the button within it is
        zIndex: open ? 0 : 1,
      },
    ];
  });
}

function edgeStyle({ onExit, change }: GraphEdge): CSSProperties | undefined {
  if (change === "added") return { stroke: "light-dark(#2f9e44, #40c057)", strokeWidth: 2.5 };
  if (change === "removed") return { stroke: "light-dark(#e03131, #ff6b6b)", strokeDasharray: "2 4", strokeWidth: 2 };
  return onExit ? { strokeDasharray: "5 4" } : undefined;
}

function flowEdges(graph: Graph, layout: Layout): Edge[] {
  return graph.edges
    .filter((edge) => layout.has(edge.from) && layout.has(edge.to))
    .map((edge) => ({
      id: edge.id,
      source: edge.from,
      target: edge.to,
      focusable: false,
      zIndex: 1,
      style: edgeStyle(edge),
      // Of the same size on every edge, however strong that is.
      markerEnd: { type: MarkerType.ArrowClosed, markerUnits: "userSpaceOnUse", width: 22, height: 22, color: "#868e96" },
    }));
}

/** The layout belongs to the graph's shape: states may change without anything moving. */
function useLayout(graph: Graph, expanded: ReadonlySet<string>) {
  const shape = useMemo(() => shapeOf(graph, expanded), [graph, expanded]);
  const [state, setState] = useState<{ layout?: Layout; error?: unknown }>(() => ({ layout: knownLayout(shape) }));
  useEffect(() => {
    let current = true;
    layOut(graph, expanded).then(
      (layout) => current && setState({ layout }),
      (error: unknown) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [shape]);
  return state;
}

function Flow({ graph, selected, onSelect, chooseIteration }: Props) {
  const t = useT();
  const dark = useComputedColorScheme() === "dark";
  const flow = useReactFlow();
  const groups = useMemo(() => allNodes(graph).filter((node) => node.children.length > 0), [graph]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => {
    const open = openAtFirst(graph);
    return new Set(groups.map((node) => node.id).filter((id) => !open.has(id)));
  });
  const expanded = useMemo(
    () => new Set(groups.map((node) => node.id).filter((id) => !closed.has(id))),
    [groups, closed],
  );
  const { layout, error } = useLayout(graph, expanded);
  const nodes = useMemo(() => (layout ? flowNodes(graph, layout, expanded) : []), [graph, layout, expanded]);
  const edges = useMemo(() => (layout ? flowEdges(graph, layout) : []), [graph, layout]);
  const actions = useMemo(
    () => ({
      selected,
      onSelect,
      chooseIteration,
      toggle: (id: string) =>
        setClosed((before) => {
          const next = new Set(before);
          if (!next.delete(id)) next.add(id);
          return next;
        }),
    }),
    [selected, onSelect, chooseIteration],
  );
  const help = useId();

  const frame = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const [drawn, setDrawn] = useState<number>();
  useLayoutEffect(() => {
    const boxes = graph.nodes.flatMap((node) => layout?.get(node.id) ?? []);
    if (frame.current && boxes.length > 0) setDrawn(heightOf(boxes, frame.current.clientWidth));
  }, [layout]);
  const still = useReducedMotion();

  const zoom = (change: () => unknown) => {
    moved.current = true;
    change();
  };
  const fit = () => void flow.fitView({ padding: 0.12, maxZoom: 1.1, duration: still ? 0 : 150 });
  useEffect(() => {
    const element = frame.current;
    if (!layout || !element || drawn === undefined) return;
    let [width, height] = [0, 0];
    const show = () => {
      const boxes = graph.nodes.flatMap((node) => layout.get(node.id) ?? []);
      [width, height] = [element.clientWidth, element.clientHeight];
      if (width > 0 && boxes.length > 0) void flow.setViewport(firstView(boxes, { width, height }, firstRow(graph.nodes, layout, expanded)));
    };
    const request = requestAnimationFrame(show);
    // What comes in above it later takes room from it; a view that somebody has chosen stays.
    const observer = new ResizeObserver(() => {
      if (width === element.clientWidth && height !== element.clientHeight && !moved.current) show();
    });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(request);
      observer.disconnect();
    };
  }, [layout, drawn]);

  // What is looked at is in sight, also beside the panel that tells of it.
  useEffect(() => {
    if (!layout || !selected) return;
    const look = () => {
      const node = flow.getInternalNode(selected);
      const outer = frame.current?.getBoundingClientRect();
      if (!node || !outer) return;
      const { x, y } = node.internals.positionAbsolute;
      const [width, height] = [node.width ?? 0, Math.min(node.height ?? 0, NODE_HEIGHT)];
      const from = flow.flowToScreenPosition({ x, y });
      const to = flow.flowToScreenPosition({ x: x + width, y: y + height });
      const inside = from.x >= outer.left && to.x <= outer.right && from.y >= outer.top && to.y <= outer.bottom;
      // Too small to be read it is only where somebody wants it so.
      const zoom = moved.current ? flow.getZoom() : Math.max(flow.getZoom(), READABLE);
      if (!inside || zoom > flow.getZoom()) void flow.setCenter(x + width / 2, y + height / 2, { zoom, duration: still ? 0 : 150 });
    };
    const timer = setTimeout(look, 60);
    // The panel takes its room from the graph, and may come later than what it tells of was chosen.
    const observer = new ResizeObserver(look);
    if (frame.current) observer.observe(frame.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [layout, selected]);

  // The keyboard comes back from the panel to where it went from.
  const looked = useRef<string>(undefined);
  useEffect(() => {
    if (!selected && looked.current && document.activeElement === document.body) {
      frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(looked.current)}"]`)?.focus();
    }
    looked.current = selected;
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    if (target.tagName === "SELECT") return;
    if (event.key === "+" || event.key === "=") void flow.zoomIn();
    else if (event.key === "-") void flow.zoomOut();
    else if (event.key === "0") fit();
    else if (event.key.startsWith("Arrow")) {
      const next = neighbour(nodes, target.dataset.node, event.key);
      if (!next) return;
      event.currentTarget.querySelector<HTMLElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
    } else return;
    event.preventDefault();
  };

  if (error) return <ErrorState error={error} />;
  if (!layout) return <Loading label={t("graph.loading")} />;
  return (
    <ActionsContext.Provider value={actions}>
      <section ref={frame} className={classes.frame} style={{ "--drawn": drawn ? `${drawn}px` : undefined } as CSSProperties} onKeyDown={onKeyDown} aria-label={t("graph.label", { count: graph.count })} aria-describedby={help}>
        <VisuallyHidden id={help}>{t("graph.keys")}</VisuallyHidden>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          colorMode={dark ? "dark" : "light"}
          onlyRenderVisibleElements={graph.count > 150}
          nodesConnectable={false}
          nodesDraggable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          onMoveStart={(event) => event && (moved.current = true)}
          minZoom={0.05}
          maxZoom={2}
          proOptions={{ hideAttribution: false }}
        />
        <div className={classes.controls}>
          {groups.length > 0 && (
            <Button size="xs" variant="default" onClick={() => setClosed(closed.size ? new Set() : new Set(groups.map((node) => node.id)))}>
              {t(closed.size ? "graph.expandAll" : "graph.collapseAll")}
            </Button>
          )}
          <ZoomButton label={t("graph.zoomOut")} icon={<IconMinus size={16} />} onClick={() => zoom(flow.zoomOut)} />
          <ZoomButton label={t("graph.zoomIn")} icon={<IconPlus size={16} />} onClick={() => zoom(flow.zoomIn)} />
          <ZoomButton label={t("graph.fit")} icon={<IconMaximize size={16} />} onClick={fit} />
        </div>
      </section>
    </ActionsContext.Provider>
  );
}

function ZoomButton({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} onClick={onClick}>{icon}</ActionIcon>
    </Tooltip>
  );
}

export default function PipelineGraph(props: Props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}
