import { useComputedColorScheme } from "@mantine/core";
import { CartesianGrid, Legend, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useT } from "@/i18n";
import type { RocPoint } from "./metrics";

export interface Curve {
  name: string;
  points: RocPoint[];
}

// Told apart by dashes too, not by colour alone.
const COLOURS = ["#1971c2", "#e8590c", "#2f9e44", "#9c36b5", "#0c8599", "#c2255c", "#f08c00", "#5f3dc4", "#495057", "#087f5b"];
const DASHES = ["", "6 3", "2 3", "10 4", "8 3 2 3"];

/** Several curves over each other. */
export default function RocChart({ curves, height = 340 }: { curves: Curve[]; height?: number }) {
  const t = useT();
  const dark = useComputedColorScheme() === "dark";
  const text = dark ? "#c9ced4" : "#495057";
  const axis = { stroke: text, tick: { fill: text, fontSize: 12 }, type: "number" as const, domain: [0, 1] as [number, number] };
  return (
    <div role="img" aria-label={`${t("artifacts.roc")}: ${curves.map((curve) => curve.name).join(", ")}`}>
      <ResponsiveContainer width="100%" height={height}>
        <LineChart margin={{ top: 8, right: 16, bottom: 20, left: 8 }}>
          <CartesianGrid strokeDasharray="3 3" stroke={dark ? "#3b4046" : "#dee2e6"} />
          <XAxis {...axis} dataKey="falsePositive" allowDuplicatedCategory={false} label={{ value: t("artifacts.rocFalse"), position: "bottom", fill: text, fontSize: 12, offset: 2 }} />
          <YAxis {...axis} label={{ value: t("artifacts.rocTrue"), angle: -90, position: "insideLeft", fill: text, fontSize: 12, style: { textAnchor: "middle" } }} />
          <ReferenceLine segment={[{ x: 0, y: 0 }, { x: 1, y: 1 }]} stroke={text} strokeDasharray="4 4" />
          <Tooltip itemStyle={{ color: dark ? "#e9ecef" : "#212529" }} labelStyle={{ color: dark ? "#e9ecef" : "#212529" }} contentStyle={{ background: dark ? "#25282c" : "#fff", border: "1px solid #868e96", borderRadius: 8 }} />
          {curves.length > 1 && <Legend verticalAlign="top" wrapperStyle={{ fontSize: 13 }} />}
          {curves.map((curve, index) => (
            <Line
              key={curve.name}
              name={curve.name}
              data={curve.points}
              dataKey="truePositive"
              stroke={COLOURS[index % COLOURS.length]}
              strokeDasharray={DASHES[Math.trunc(index / 2) % DASHES.length]}
              strokeWidth={2}
              dot={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
