import { Badge, Collapse, Group, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconBox, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { Artifact, ArtifactTask, Run } from "@/api/types";
import { paths } from "@/app/paths";
import { Preview } from "@/artifacts/Preview";
import { useT } from "@/i18n";
import { Link } from "@/ui/Link";
import { EmptyState, Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useLineage } from "./useLineage";

/** What the run's tasks have put out, each with its preview. */
export default function RunArtifacts({ run }: { run: Run }) {
  const t = useT();
  const lineage = useLineage(run);
  return (
    <Loaded query={lineage}>
      {({ artifacts, uses }) =>
        artifacts.length === 0 ? (
          <EmptyState icon={<IconBox size={40} stroke={1.3} />} title={t("artifacts.empty")}>{t("artifacts.emptyText")}</EmptyState>
        ) : (
          <Stack gap="xs">
            {artifacts.map((artifact) => <Row key={artifact.artifact_id} artifact={artifact} uses={uses} />)}
          </Stack>
        )
      }
    </Loaded>
  );
}

function Row({ artifact, uses }: { artifact: Artifact; uses: ArtifactTask[] }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const made = uses.find((use) => use.artifact_id === artifact.artifact_id && use.producer_task_name);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <Paper withBorder p="xs">
      <Group gap="sm" wrap="nowrap">
        <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} style={{ display: "grid", alignSelf: "flex-start", paddingTop: 3 }} aria-label={`${t("artifacts.preview")}: ${artifact.name}`}>
          <Chevron size={18} />
        </UnstyledButton>
        <Group gap="sm" style={{ flex: 1, minWidth: 0 }}>
          <Link to={paths.artifact(artifact.artifact_id)} fw={600}>{artifact.name || artifact.artifact_id}</Link>
          <Badge variant="default" tt="none" fw={500}>{artifact.schema_title}</Badge>
          {made && <Text size="sm" c="dimmed">{t("artifacts.producer")} {made.producer_task_name}</Text>}
        </Group>
        <Text size="sm" c="dimmed" visibleFrom="sm"><TimeText time={artifact.created_at} /></Text>
      </Group>
      <Collapse in={open}>{open && <Stack pt="sm"><Preview artifact={artifact} /></Stack>}</Collapse>
    </Paper>
  );
}
