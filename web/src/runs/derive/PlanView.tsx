import { Badge, Group, ScrollArea, Stack, Table, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDatabase,
  IconDownload,
  IconHelpCircle,
  IconHistory,
  IconPlayerPlay,
  IconPlayerSkipForward,
} from "@tabler/icons-react";
import type { PlanDecision, PlannedStep, RunPlan } from "@/api/types";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Link } from "@/ui/Link";

const ICONS: Record<PlanDecision, typeof IconDatabase> = {
  RUN: IconPlayerPlay,
  CACHED: IconDatabase,
  TAKEN_OVER: IconHistory,
  SKIPPED: IconPlayerSkipForward,
  IMPORTED: IconDownload,
  DEPENDS: IconHelpCircle,
  FAILS: IconAlertTriangle,
};

/** What a run would do, step by step, before it is made. */
export function PlanView({ plan }: { plan: RunPlan }) {
  const t = useT();
  const steps = plan.steps ?? [];
  const counts: [PlanDecision, number | undefined][] = [
    ["RUN", plan.run_count],
    ["CACHED", plan.cached_count],
    ["TAKEN_OVER", plan.taken_over_count],
    ["SKIPPED", plan.skipped_count],
    ["DEPENDS", plan.depends_count],
    ["FAILS", plan.fails_count],
  ];
  return (
    <Stack gap="xs">
      <Group gap="xs" role="status">
        {counts.map(([decision, count]) => count ? <Badge key={decision} variant="default" tt="none" size="lg">{t(`plan.${decision}`)}: {count}</Badge> : null)}
      </Group>
      <ScrollArea.Autosize mah="46vh" viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("plan.steps") }}>
        <Table aria-label={t("plan.steps")} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("tasks.task")}</Table.Th>
              <Table.Th>{t("plan.decision")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{steps.map((step) => <Row key={step.path} step={step} />)}</Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function Row({ step }: { step: PlannedStep }) {
  const t = useT();
  const Icon = ICONS[step.decision];
  const depth = step.path.split("/").length - 1;
  return (
    <Table.Tr>
      <Table.Td style={{ paddingLeft: 8 + depth * 14, overflowWrap: "anywhere", verticalAlign: "top" }}>{step.display_name || step.name || step.path}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap" align="flex-start">
          <Icon size={16} aria-hidden style={{ flex: "none", marginTop: 2 }} />
          <div>
            <Text span size="sm" fw={600} mr={8}>{t(`plan.${step.decision}`)}</Text>
            {step.reason && <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>{step.reason}</Text>}
            {step.cached_from_run_id && step.cached_from_task_id && (
              <Link to={paths.task(step.cached_from_run_id, step.cached_from_task_id)} fz="xs" underline="always">{t("plan.from")}</Link>
            )}
          </div>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
