import { ColorSwatch, Group, Text, useComputedColorScheme } from "@mantine/core";
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { byteMarks, formatBytes, formatCount } from "@/format/size";
import { formatExact } from "@/format/time";
import { useLanguage } from "@/i18n";
import { ChartFrame } from "@/ui/ChartFrame";
import type { UsagePoint } from "./usagePoints";

const COLOURS = { light: { bytes: "#0b7285", objects: "#862e9c", others: "#868e96" }, dark: { bytes: "#3bc9db", objects: "#e599f7", others: "#868e96" } };
// Of buckets, in the order in which they were chosen.
const OF = {
  light: ["#1864ab", "#d9480f", "#2b8a3e", "#862e9c", "#c2255c", "#0b7285", "#5c940d", "#5f3dc4"],
  dark: ["#4dabf7", "#ff922b", "#69db7c", "#da77f2", "#f783ac", "#3bc9db", "#a9e34b", "#9775fa"],
};

interface Series {
  name: string;
  colour: string;
  value: (point: UsagePoint) => number;
}

interface Props {
  chosen: string[];
  /** Of those that were not chosen; absent: they are not drawn. */
  others?: string;
  points: UsagePoint[];
  what: "bytes" | "objects";
  label: string;
}

/** One quantity over time: of the whole store, or of buckets one upon the other. */
export default function UsageLines({ points, chosen, others, what, label }: Props) {
  const { language } = useLanguage();
  const scheme = useComputedColorScheme();
  const dark = scheme === "dark";
  const text = dark ? "#c9ced4" : "#495057";
  const series: Series[] = chosen.map((name, index) => ({ name, colour: OF[scheme][index] ?? text, value: (point) => point[what].of[index] ?? 0 }));
  if (others) series.unshift({ name: others, colour: COLOURS[scheme].others, value: (point) => point[what].others });
  if (chosen.length === 0) series.splice(0, 1, { name: label, colour: COLOURS[scheme][what], value: (point) => point[what].sum });
  const drawn = (point: UsagePoint) => series.reduce((sum, one) => sum + one.value(point), 0);
  const format = (value: number) => (what === "bytes" ? formatBytes(value, language) : formatCount(value, language));
  const day = (time: number) => new Date(time).toLocaleDateString(language, { month: "short", day: "numeric" });
  const hour = (time: number) => new Date(time).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: brief ? "2-digit" : undefined });
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 0;
  const brief = last - first < 15 * 60 * 1000;
  const short = last - first < 2 * 24 * 3600 * 1000;
  const newest = points.at(-1);
  const marks = byteMarks(Math.max(...points.map(drawn)));
  return (
    <>
      <ChartFrame label={`${label}: ${newest ? format(drawn(newest)) : ""}`}>
        <ResponsiveContainer width="100%" height={180}>
          <AreaChart data={points} margin={{ top: 8, right: 16, bottom: 0, left: 8 }}>
            <CartesianGrid strokeDasharray="3 3" stroke={dark ? "#3b4046" : "#dee2e6"} />
            <XAxis dataKey="time" type="number" domain={["dataMin", "dataMax"]} stroke={text} tick={{ fill: text, fontSize: 12 }} tickFormatter={short ? hour : day} minTickGap={40} />
            <YAxis stroke={text} tick={{ fill: text, fontSize: 12 }} tickFormatter={format} width={72} {...(what === "bytes" ? { ticks: marks, domain: [0, marks.at(-1) ?? 1] } : { domain: [0, "auto"] as const, allowDecimals: false })} />
            <Tooltip
              formatter={(value, name) => [format(Number(value)), String(name)]}
              labelFormatter={(time) => formatExact(new Date(Number(time)), language)}
              itemStyle={chosen.length > 0 ? undefined : { color: dark ? "#e9ecef" : "#212529" }}
              itemSorter={(item) => -series.findIndex((one) => one.name === item.name)}
              labelStyle={{ color: dark ? "#e9ecef" : "#212529" }}
              contentStyle={{ background: dark ? "#25282c" : "#fff", border: "1px solid #868e96", borderRadius: 8 }}
            />
            {series.map(({ name, colour, value }) => (
              <Area key={name} name={name} stackId="all" type="stepAfter" dataKey={value} stroke={colour} fill={colour} fillOpacity={chosen.length > 0 ? 0.3 : 0.15} strokeWidth={2} dot={points.length < 30} isAnimationActive={false} />
            ))}
          </AreaChart>
        </ResponsiveContainer>
      </ChartFrame>
      {chosen.length > 0 && (
        <Group gap="4px 14px" component="ul" p={0} m={0} mt={4} style={{ listStyle: "none" }}>
          {series.map(({ name, colour, value }) => (
            <Group key={name} component="li" gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
              <ColorSwatch size={12} color={colour} withShadow={false} aria-hidden />
              <Text size="xs" truncate>{name}{newest && `: ${format(value(newest))}`}</Text>
            </Group>
          ))}
        </Group>
      )}
    </>
  );
}
