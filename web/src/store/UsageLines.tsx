import { useComputedColorScheme } from "@mantine/core";
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { byteMarks, formatBytes, formatCount } from "@/format/size";
import { formatExact } from "@/format/time";
import { useLanguage } from "@/i18n";
import { ChartFrame } from "@/ui/ChartFrame";
import type { UsagePoint } from "./usagePoints";

const COLOURS = { light: { bytes: "#0b7285", objects: "#862e9c" }, dark: { bytes: "#3bc9db", objects: "#e599f7" } };

interface Props {
  points: UsagePoint[];
  what: "bytes" | "objects";
  label: string;
}

/** One quantity over time. */
export default function UsageLines({ points, what, label }: Props) {
  const { language } = useLanguage();
  const scheme = useComputedColorScheme();
  const dark = scheme === "dark";
  const text = dark ? "#c9ced4" : "#495057";
  const colour = COLOURS[scheme][what];
  const format = (value: number) => (what === "bytes" ? formatBytes(value, language) : formatCount(value, language));
  const day = (time: number) => new Date(time).toLocaleDateString(language, { month: "short", day: "numeric" });
  const hour = (time: number) => new Date(time).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: brief ? "2-digit" : undefined });
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 0;
  const brief = last - first < 15 * 60 * 1000;
  const short = last - first < 2 * 24 * 3600 * 1000;
  const newest = points.at(-1);
  const marks = byteMarks(Math.max(...points.map((point) => point.bytes)));
  return (
    <ChartFrame label={`${label}: ${newest ? format(newest[what]) : ""}`}>
      <ResponsiveContainer width="100%" height={180}>
        <AreaChart data={points} margin={{ top: 8, right: 16, bottom: 0, left: 8 }}>
          <CartesianGrid strokeDasharray="3 3" stroke={dark ? "#3b4046" : "#dee2e6"} />
          <XAxis dataKey="time" type="number" domain={["dataMin", "dataMax"]} stroke={text} tick={{ fill: text, fontSize: 12 }} tickFormatter={short ? hour : day} minTickGap={40} />
          <YAxis stroke={text} tick={{ fill: text, fontSize: 12 }} tickFormatter={format} width={72} {...(what === "bytes" ? { ticks: marks, domain: [0, marks.at(-1) ?? 1] } : { domain: [0, "auto"] as const, allowDecimals: false })} />
          <Tooltip
            formatter={(value) => [format(Number(value)), label]}
            labelFormatter={(time) => formatExact(new Date(Number(time)), language)}
            itemStyle={{ color: dark ? "#e9ecef" : "#212529" }}
            labelStyle={{ color: dark ? "#e9ecef" : "#212529" }}
            contentStyle={{ background: dark ? "#25282c" : "#fff", border: "1px solid #868e96", borderRadius: 8 }}
          />
          <Area type="stepAfter" dataKey={what} stroke={colour} fill={colour} fillOpacity={0.15} strokeWidth={2} dot={points.length < 30} isAnimationActive={false} />
        </AreaChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
