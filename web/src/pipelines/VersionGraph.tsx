import { useMemo, useState } from "react";
import type { JsonObject } from "@/api/types";
import { allNodes, buildGraph } from "@/graph/model";
import PipelineGraph from "@/graph/PipelineGraph";
import { pipelineSpecOf } from "@/graph/spec";
import { SidePanel } from "@/ui/SidePanel";
import { useRoomBelow } from "@/ui/useRoomBelow";
import classes from "@/ui/SidePanel.module.css";
import { DefinitionFacts } from "./DefinitionFacts";

/** The graph of a spec that is not running. */
export default function VersionGraph({ stored }: { stored: JsonObject }) {
  const room = useRoomBelow();
  const spec = useMemo(() => pipelineSpecOf(stored) ?? {}, [stored]);
  const graph = useMemo(() => buildGraph(spec), [spec]);
  const [selected, setSelected] = useState<string>();
  const node = allNodes(graph).find((one) => one.id === selected);
  return (
    <div ref={room.place} style={room.style} className={classes.split} data-panel={node ? true : undefined}>
      <PipelineGraph graph={graph} selected={selected} onSelect={(one) => setSelected(one.id)} />
      {node && (
        <SidePanel title={node.label} onClose={() => setSelected(undefined)}>
          <DefinitionFacts spec={spec} node={node} />
        </SidePanel>
      )}
    </div>
  );
}
