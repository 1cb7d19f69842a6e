import { Stack, Text, Title, useComputedColorScheme } from "@mantine/core";
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatBytes } from "@/format/size";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { ChartFrame } from "@/ui/ChartFrame";
import type { Profile, ProfilePoint } from "./profile";

interface Series {
  key: keyof ProfilePoint;
  name: string;
  dash?: string;
}

interface ChartProps {
  title: string;
  points: ProfilePoint[];
  series: Series[];
  format: (value: number) => string;
  limit?: number;
  limitLabel: string;
}

const COLOURS = { light: ["#1971c2", "#c92a2a"], dark: ["#74c0fc", "#ffa8a8"] };

/** What the task used over its time: processors, memory, disks. */
export default function ResourceCharts({ profile }: { profile: Profile }) {
  const { t, language } = useLanguage();
  const bytes = (value: number) => formatBytes(value, language);
  const speed = (value: number) => t("resources.perSecond", { size: bytes(value) });
  const cores = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 2 });
  const { points } = profile;
  const has = (key: keyof ProfilePoint) => points.some((point) => point[key] !== undefined);
  return (
    <Stack gap="sm">
      {has("cores") && <Chart title={t("resources.cores")} points={points} series={[{ key: "cores", name: t("resources.cores") }]} format={cores} limit={profile.cpuLimit} limitLabel={t("resources.limit")} />}
      {has("memory") && <Chart title={t("resources.memory")} points={points} series={[{ key: "memory", name: t("resources.memory") }]} format={bytes} limit={profile.memoryLimit} limitLabel={t("resources.limit")} />}
      {(has("read") || has("written")) && (
        <Chart
          title={t("resources.disk")}
          points={points}
          series={[
            { key: "read", name: t("resources.read") },
            { key: "written", name: t("resources.written"), dash: "5 3" },
          ]}
          format={speed}
          limitLabel=""
        />
      )}
    </Stack>
  );
}

function Chart({ title, points, series, format, limit, limitLabel }: ChartProps) {
  const { language } = useLanguage();
  const dark = useComputedColorScheme() === "dark";
  const text = dark ? "#c9ced4" : "#495057";
  const colours = dark ? COLOURS.dark : COLOURS.light;
  const axis = { stroke: text, tick: { fill: text, fontSize: 11 } };
  const ink = { color: dark ? "#e9ecef" : "#212529" };
  const peak = Math.max(...points.flatMap((point) => series.map((one) => point[one.key] ?? 0)));
  // A limit far above would press the line to the ground: then it is told in the title alone.
  const drawn = limit !== undefined && limit <= peak * 4 ? limit : undefined;
  return (
    <section>
      <Title order={3} size="h6">{title}</Title>
      <Text size="xs" c="dimmed">{series.map((one, index) => (series.length > 1 ? `${index === 0 ? "━" : "┅"} ${one.name}` : "")).join("  ")}{limit !== undefined && `${limitLabel}: ${format(limit)}`}</Text>
      <ChartFrame label={`${title}: ${format(peak)}`}>
        <ResponsiveContainer width="100%" height={150}>
          <LineChart data={points} margin={{ top: 8, right: 12, bottom: 0, left: 4 }}>
            <CartesianGrid strokeDasharray="3 3" stroke={dark ? "#3b4046" : "#dee2e6"} />
            <XAxis {...axis} dataKey="seconds" type="number" domain={[0, "dataMax"]} tickFormatter={(value: number) => formatDuration(value * 1000, language)} minTickGap={28} />
            <YAxis {...axis} width={72} domain={[0, drawn ?? "auto"]} tickFormatter={format} />
            <Tooltip
              labelFormatter={(value) => formatDuration(Number(value) * 1000, language)}
              formatter={(value) => format(Number(value))}
              itemStyle={ink}
              labelStyle={ink}
              contentStyle={{ background: dark ? "#25282c" : "#fff", border: "1px solid #868e96", borderRadius: 8 }}
            />
            {drawn !== undefined && <ReferenceLine y={drawn} stroke={text} strokeDasharray="6 4" />}
            {series.map((one, index) => (
              <Line key={one.key} name={one.name} dataKey={one.key} stroke={colours[index]} strokeDasharray={one.dash} strokeWidth={2} dot={points.length === 1} isAnimationActive={false} connectNulls />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </ChartFrame>
    </section>
  );
}
