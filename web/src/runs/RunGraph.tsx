import { useCallback, useMemo, useState } from "react";
import { isFinished } from "@/api/runs";
import type { JsonObject, Run, Task } from "@/api/types";
import { useGo, usePathParam } from "@/app/navigation";
import { paths } from "@/app/paths";
import { allNodes, buildGraph, type GraphNode, iterationsOfTask, nodeOfTask } from "@/graph/model";
import PipelineGraph from "@/graph/PipelineGraph";
import { pipelineSpecOf } from "@/graph/spec";
import { SidePanel } from "@/ui/SidePanel";
import { useRoomBelow } from "@/ui/useRoomBelow";
import classes from "@/ui/SidePanel.module.css";
import { StateBadge } from "@/ui/StateBadge";
import { TaskPanel } from "./task/TaskPanel";

interface Props {
  run: Run;
  stored: JsonObject;
  tasks: Task[];
}

/** The run as it goes, and the task that is looked at; which one is in the address. */
export default function RunGraph({ run, stored, tasks }: Props) {
  const go = useGo();
  const room = useRoomBelow();
  const taskId = usePathParam("taskId");
  const spec = useMemo(() => pipelineSpecOf(stored) ?? {}, [stored]);
  const [chosen, setChosen] = useState<Record<string, number>>({});
  // A node that has not been run has no task for the address to name.
  const [unrun, setUnrun] = useState<string>();
  const iterations = useMemo(() => ({ ...iterationsOfTask(tasks, taskId), ...chosen }), [tasks, taskId, chosen]);
  const ended = isFinished(run);
  const graph = useMemo(() => buildGraph(spec, { tasks, runEnded: ended, iterations }), [spec, tasks, ended, iterations]);
  const selected = unrun ?? (taskId ? nodeOfTask(graph, tasks, taskId) : undefined);
  const node = selected ? allNodes(graph).find((one) => one.id === selected) : undefined;

  const select = useCallback(
    (one: GraphNode) => {
      setUnrun(one.task ? undefined : one.id);
      go(one.task ? paths.task(run.run_id, one.task.task_id) : paths.run(run.run_id));
    },
    [go, run.run_id],
  );
  const chooseIteration = useCallback((loop: string, index: number) => setChosen((before) => ({ ...before, [loop]: index })), []);
  const close = () => {
    setUnrun(undefined);
    go(paths.run(run.run_id));
  };
  return (
    <div ref={room.place} style={room.style} className={classes.split} data-panel={node ? true : undefined}>
      <PipelineGraph graph={graph} selected={selected} onSelect={select} chooseIteration={chooseIteration} />
      {node && (
        <SidePanel title={node.label} beside={<StateBadge state={node.state} />} onClose={close}>
          <TaskPanel key={node.task?.task_id ?? node.id} node={node} spec={spec} run={run} />
        </SidePanel>
      )}
    </div>
  );
}
