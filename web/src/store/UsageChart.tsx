import { Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { useLanguage } from "@/i18n";
import { Link } from "@/ui/Link";
import { Loaded } from "@/ui/states";
import { admin } from "./client/admin";
import classes from "./UsageChart.module.css";

const SHOWN = 12;

/** The largest buckets, as bars. */
export function UsageChart() {
  const { t, language } = useLanguage();
  const query = useQuery({ queryKey: ["store", "buckets"], queryFn: admin.buckets });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("drives.usage")}</Title>
      <Loaded query={query}>
        {(buckets) => {
          const largest = [...buckets].sort((a, b) => b.usage.bytes - a.usage.bytes).slice(0, SHOWN);
          const most = largest[0]?.usage.bytes || 1;
          if (largest.length === 0) return <Text c="dimmed" size="sm">{t("buckets.empty")}</Text>;
          return (
            <div className={classes.chart}>
              {largest.map((bucket) => (
                <div key={bucket.name} className={classes.row}>
                  <Link to={paths.bucket(bucket.name)} truncate fz="sm">{bucket.name}</Link>
                  <div className={classes.track} aria-hidden><div className={classes.bar} style={{ width: `${(100 * bucket.usage.bytes) / most}%`, minWidth: bucket.usage.bytes > 0 ? 2 : 0 }} /></div>
                  <Text size="sm" className={classes.value}>{formatBytes(bucket.usage.bytes, language)} · {t("buckets.objectCount", { count: bucket.usage.objects, shown: formatCount(bucket.usage.objects, language) })}</Text>
                </div>
              ))}
            </div>
          );
        }}
      </Loaded>
    </Paper>
  );
}
