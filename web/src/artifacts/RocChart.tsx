import { useComputedColorScheme } from "@mantine/core";
import { CartesianGrid, Legend, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useT } from "@/i18n";
import { ChartFrame } from "@/ui/ChartFrame";
import type { RocPoint } from "./metrics";

export interface Curve {
  name: string;
  points: RocPoint[];
}

// Told apart by dashes too, not by colour alone.
const COLOURS = ["#1971c2", "#e8590c", "#2f9e44", "#9c36b5", "#0c8599", "#c2255c", "#f08c00", "#5f3dc4", "#495057", "#087f5b"];
const ON_DARK = ["#74c0fc", "#ffa94d", "#69db7c", "#da77f2", "#66d9e8", "#faa2c1", "#ffe066", "#b197fc", "#ced4da", "#63e6be"];
const DASHES = ["", "6 3", "2 3", "10 4", "8 3 2 3"];

/** Several curves over each other. */
export default function RocChart({ curves, height = 340 }: { curves: Curve[]; height?: number }) {
  const t = useT();
  const dark = useComputedColorScheme() === "dark";
  const colours = dark ? ON_DARK : COLOURS;
  const text = dark ? "#c9ced4" : "#495057";
  const axis = { stroke: text, tick: { fill: text, fontSize: 12 }, type: "number" as const, domain: [0, 1] as [number, number] };
  return (
    <ChartFrame label={`${t("artifacts.roc")}: ${curves.map((curve) => curve.name).join(", ")}`}>
      <ResponsiveContainer width="100%" height={height}>
        <LineChart margin={{ top: 8, right: 16, bottom: 20, left: 8 }}>
          <CartesianGrid strokeDasharray="3 3" stroke={dark ? "#3b4046" : "#dee2e6"} />
          <XAxis {...axis} dataKey="falsePositive" allowDuplicatedCategory={false} label={{ value: t("artifacts.rocFalse"), position: "bottom", fill: text, fontSize: 12, offset: 2 }} />
          <YAxis {...axis} label={{ value: t("artifacts.rocTrue"), angle: -90, position: "insideLeft", fill: text, fontSize: 12, style: { textAnchor: "middle" } }} />
          <ReferenceLine segment={[{ x: 0, y: 0 }, { x: 1, y: 1 }]} stroke={text} strokeDasharray="4 4" />
          <Tooltip itemStyle={{ color: dark ? "#e9ecef" : "#212529" }} labelStyle={{ color: dark ? "#e9ecef" : "#212529" }} contentStyle={{ background: dark ? "#25282c" : "#fff", border: "1px solid #868e96", borderRadius: 8 }} />
          {curves.length > 1 && <Legend itemSorter={null} verticalAlign="top" wrapperStyle={{ fontSize: 13 }} formatter={(name: string) => <span style={{ color: text }}>{name}</span>} />}
          {curves.map((curve, index) => (
            <Line
              key={curve.name}
              name={curve.name}
              data={curve.points}
              dataKey="truePositive"
              stroke={colours[index % colours.length]}
              strokeDasharray={DASHES[index % DASHES.length]}
              strokeWidth={2}
              dot={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
