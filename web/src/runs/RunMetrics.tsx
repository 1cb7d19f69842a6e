import { Paper, Stack, Title } from "@mantine/core";
import type { Run } from "@/api/types";
import { paths } from "@/app/paths";
import { hasMetrics, MetricsOf, NoMetrics } from "@/artifacts/MetricsOf";
import { Link } from "@/ui/Link";
import { Loaded } from "@/ui/states";
import { useLineage } from "./useLineage";

export default function RunMetrics({ run }: { run: Run }) {
  const lineage = useLineage(run);
  return (
    <Loaded query={lineage}>
      {({ artifacts }) => {
        const shown = artifacts.filter(hasMetrics);
        if (shown.length === 0) return <NoMetrics />;
        return (
          <Stack>
            {shown.map((artifact) => (
              <Paper key={artifact.artifact_id} withBorder p="md">
                <Title order={2} size="h5" mb="xs"><Link to={paths.artifact(artifact.artifact_id)}>{artifact.name}</Link></Title>
                <MetricsOf artifact={artifact} />
              </Paper>
            ))}
          </Stack>
        );
      }}
    </Loaded>
  );
}
