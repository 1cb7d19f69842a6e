import { NativeSelect, UnstyledButton } from "@mantine/core";
import {
  IconArrowFork,
  IconBox,
  IconChevronDown,
  IconChevronRight,
  IconDoorExit,
  IconFileImport,
  IconGitBranch,
  IconMinus,
  IconPencil,
  IconPlus,
  IconRepeat,
  IconSitemap,
} from "@tabler/icons-react";
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { createContext, useContext } from "react";
import { DurationText } from "@/ui/times";
import { StateIcon } from "@/ui/StateBadge";
import { useT } from "@/i18n";
import type { GraphNode, NodeKind } from "./model";
import classes from "./PipelineGraph.module.css";

export interface GraphActions {
  selected?: string;
  onSelect: (node: GraphNode) => void;
  toggle: (id: string) => void;
  chooseIteration?: (loop: string, index: number) => void;
}

export const ActionsContext = createContext<GraphActions>({ onSelect: () => {}, toggle: () => {} });

export type TaskFlowNode = Node<{ node: GraphNode; expanded: boolean }, "task" | "cluster">;

const KINDS = {
  task: { icon: IconBox, label: undefined },
  importer: { icon: IconFileImport, label: "graph.importer" },
  nested: { icon: IconSitemap, label: "graph.nested" },
  loop: { icon: IconRepeat, label: "graph.loop" },
  condition: { icon: IconArrowFork, label: "graph.condition" },
  branches: { icon: IconGitBranch, label: "graph.branches" },
  exit: { icon: IconDoorExit, label: "graph.exit" },
} as const satisfies Record<NodeKind, { icon: typeof IconBox; label: string | undefined }>;

export const CHANGE_ICONS = { added: IconPlus, removed: IconMinus, changed: IconPencil };

const RUNNING = ["RUNNING", "CANCELING"];

function Handles() {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className={classes.handle} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={classes.handle} />
    </>
  );
}

function Facts({ node }: { node: GraphNode }) {
  const t = useT();
  const kind = KINDS[node.kind];
  const task = node.task;
  return (
    <span className={classes.facts}>
      {kind.label && <span>{t(kind.label)}</span>}
      {node.onExit && <span>{t("graph.onExit")}</span>}
      {task?.outside && <span title={t("tasks.outside")}>{t("graph.outside")}</span>}
      {node.change && <b>{t(`changes.${node.change}`)}</b>}
      {node.changesWithin && <span>{t("changes.within", { count: node.changesWithin })}</span>}
      {node.state && <span>{t(`state.${node.state}`)}</span>}
      {/* How long it waits already: something is going on. */}
      {task && node.state === "PENDING" && <DurationText start={task.create_time} running />}
      {task?.start_time && node.state !== "PENDING" && node.state !== "CACHED" && node.state !== "SKIPPED" && (
        <DurationText start={task.start_time} end={task.end_time} running={RUNNING.includes(task.state ?? "")} />
      )}
      {!node.state && !node.changesWithin && node.children.length > 0 && <span>{t("graph.tasks", { count: node.children.length })}</span>}
    </span>
  );
}

function Toggle({ node, expanded }: { node: GraphNode; expanded: boolean }) {
  const t = useT();
  const { toggle } = useContext(ActionsContext);
  const Icon = expanded ? IconChevronDown : IconChevronRight;
  return (
    <UnstyledButton
      className={`${classes.toggle} nodrag`}
      aria-expanded={expanded}
      aria-label={t(expanded ? "graph.collapse" : "graph.expand", { name: node.label })}
      onClick={(event) => {
        event.stopPropagation();
        toggle(node.id);
      }}
    >
      <Icon size={17} />
    </UnstyledButton>
  );
}

function Label({ node }: { node: GraphNode }) {
  const { onSelect, selected } = useContext(ActionsContext);
  const Icon = node.change ? CHANGE_ICONS[node.change] : KINDS[node.kind].icon;
  return (
    <button
      type="button"
      className={`${classes.open} nodrag`}
      data-node={node.id}
      aria-pressed={selected === node.id}
      onClick={() => onSelect(node)}
    >
      {node.state ? <StateIcon state={node.state} size={19} /> : <Icon size={19} stroke={1.6} aria-hidden />}
      <span className={classes.texts}>
        <span className={classes.name} title={node.label}>{node.label}</span>
        <Facts node={node} />
      </span>
    </button>
  );
}

export function TaskNode({ data: { node, expanded } }: NodeProps<TaskFlowNode>) {
  const { selected } = useContext(ActionsContext);
  return (
    <div className={classes.task} data-state={node.state} data-change={node.change} data-selected={selected === node.id || undefined} data-group={node.children.length > 0 || undefined}>
      <Handles />
      <Label node={node} />
      {node.children.length > 0 && <Toggle node={node} expanded={expanded} />}
    </div>
  );
}

function IterationPicker({ node }: { node: GraphNode }) {
  const t = useT();
  const { chooseIteration } = useContext(ActionsContext);
  const iterations = node.iterations ?? [];
  if (iterations.length === 0 || !chooseIteration) return null;
  return (
    <NativeSelect
      size="xs"
      className={`nodrag ${classes.iterations}`}
      aria-label={t("graph.iteration")}
      value={String(node.chosenIteration ?? 0)}
      onChange={(event) => chooseIteration(node.id, Number(event.currentTarget.value))}
      data={iterations.map((task, index) => ({
        value: String(task.type_attributes?.iteration_index ?? index),
        label: `${index + 1}/${iterations.length} ${t(`state.${task.state ?? "PENDING"}`)}`,
      }))}
    />
  );
}

export function GroupNode({ data: { node, expanded } }: NodeProps<TaskFlowNode>) {
  const { selected } = useContext(ActionsContext);
  return (
    <div className={classes.group} data-state={node.state} data-change={node.change} data-kind={node.kind} data-selected={selected === node.id || undefined}>
      <Handles />
      <div className={classes.groupHeader}>
        <Label node={node} />
        <IterationPicker node={node} />
        <Toggle node={node} expanded={expanded} />
      </div>
    </div>
  );
}
