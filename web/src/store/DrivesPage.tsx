import { Alert, Badge, Button, Paper, Progress, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatCount } from "@/format/size";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import { Facts } from "@/ui/Facts";
import { PageHeader } from "@/ui/PageHeader";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { admin, type Drive, type Drives, type Statistics } from "./client/admin";
import { SignedIn } from "./SignedIn";
import { useMay } from "./client/permissions";
import { UsageChart } from "./UsageChart";
import { UsageOverTime } from "./UsageOverTime";

export default function DrivesPage() {
  return (
    <SignedIn>
      <Page />
    </SignedIn>
  );
}

function Page() {
  const { t } = useLanguage();
  const drives = useQuery({ queryKey: ["store", "drives"], queryFn: admin.drives, refetchInterval: 5000 });
  const statistics = useQuery({ queryKey: ["store", "statistics"], queryFn: admin.statistics, refetchInterval: 5000 });
  const may = useMay();
  const heal = useChange(admin.heal, { refresh: [["store", "drives"]], done: () => t("drives.healStarted") });
  return (
    <>
      <PageHeader title={t("nav.drives")} actions={may("admin:Heal") && <Button variant="default" loading={heal.isPending} onClick={() => heal.mutate(undefined)}>{t("drives.heal")}</Button>} />
      <Stack>
        <Loaded query={drives}>{(found) => <DriveList drives={found} />}</Loaded>
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Loaded query={drives}>{(found) => <HealPanel drives={found} />}</Loaded>
          <Loaded query={statistics}>{(found) => <ServerPanel statistics={found} />}</Loaded>
        </SimpleGrid>
        <UsageOverTime />
        <UsageChart />
      </Stack>
    </>
  );
}

const STATES: Record<string, MessageKey> = {
  "in-sync": "drives.inSync",
  resyncing: "drives.resyncing",
  offline: "drives.offline",
  "taken-off": "drives.takenOff",
  "wrong-drive": "drives.wrongDrive",
};

function DriveList({ drives }: { drives: Drives }) {
  const { t } = useLanguage();
  const away = drives.drives.filter((drive) => drive.state !== "in-sync").length;
  const left = Math.max(0, drives.parity - away);
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">{t("drives.title")}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {drives.drives.length > 1 ? t("drives.parity", { parity: drives.parity, quorum: drives.write_quorum }) : t("drives.single")} {!drives.writable && t("drives.notWritable")}
      </Text>
      {away > 0 && drives.drives.length > 1 && (
        <Alert color="red" variant="outline" icon={<IconAlertTriangle />} py="xs" my="xs" role="status">
          {t(left > 0 ? "drives.away" : "drives.awayAll", { count: away, left })}
        </Alert>
      )}
      <Table.ScrollContainer minWidth={0} tabIndex={0} role="region" aria-label={t("drives.title")}>
        <Table aria-label={t("drives.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("drives.path")}</Table.Th>
              <Table.Th>{t("field.state")}</Table.Th>
              <Table.Th>{t("drives.space")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("drives.errors")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{drives.drives.map((drive) => <Row key={drive.position} drive={drive} />)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function Row({ drive }: { drive: Drive }) {
  const { t, language } = useLanguage();
  const state = STATES[drive.state];
  const isWell = drive.state === "in-sync";
  const used = drive.total_bytes - drive.available_bytes;
  return (
    <Table.Tr>
      <Table.Td miw={110} style={{ overflowWrap: "anywhere" }}>{drive.path}</Table.Td>
      <Table.Td>
        <Badge variant={isWell ? "default" : "outline"} color={isWell ? undefined : "red"} tt="none" miw="max-content" leftSection={isWell ? <IconCheck size={12} aria-hidden /> : <IconAlertTriangle size={12} aria-hidden />}>{state ? t(state) : drive.state}</Badge>
        {drive.detail && <Text size="xs" c="dimmed">{drive.detail}</Text>}
      </Table.Td>
      <Table.Td miw={140}>
        {drive.total_bytes > 0 ? <Text size="sm">{t("drives.used", { used: formatBytes(used, language), total: formatBytes(drive.total_bytes, language) })}</Text> : "—"}
        {drive.total_bytes > 0 && <Progress value={(100 * used) / drive.total_bytes} aria-label={t("drives.space")} />}
      </Table.Td>
      <Table.Td visibleFrom="sm">{formatCount(drive.read_errors + drive.write_errors + drive.damaged_blocks, language)}</Table.Td>
    </Table.Tr>
  );
}

function HealPanel({ drives: { heal } }: { drives: Drives }) {
  const { t, language } = useLanguage();
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("drives.healing")}</Title>
      {heal.running && <Progress value={100 * heal.progress} aria-label={t("drives.healing")} mb="xs" />}
      <Facts
        rows={[
          [t("field.state"), t(heal.running ? "drives.healRunning" : "drives.healIdle")],
          [t("drives.checked"), formatCount(heal.files_checked, language)],
          [t("drives.healed"), formatCount(heal.shards_healed, language)],
          [t("drives.beyond"), formatCount(heal.files_beyond_repair, language)],
          [t("drives.lastScan"), heal.last_scan_finished && <TimeText time={heal.last_scan_finished} />],
        ]}
      />
    </Paper>
  );
}

function ServerPanel({ statistics }: { statistics: Statistics }) {
  const { t, language } = useLanguage();
  const { requests, process } = statistics;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("drives.server")}</Title>
      <Facts
        rows={[
          [t("drives.version"), statistics.version],
          [t("drives.uptime"), formatDuration(statistics.uptime_seconds * 1000, language)],
          [t("drives.requests"), formatCount(requests.answered, language)],
          [t("drives.requestErrors"), formatCount(requests.client_errors + requests.server_errors, language)],
          [t("drives.traffic"), `${formatBytes(requests.bytes_in, language)} / ${formatBytes(requests.bytes_out, language)}`],
          [t("drives.memory"), formatBytes(process.resident_bytes, language)],
          [t("drives.cpu"), formatDuration(process.cpu_seconds * 1000, language)],
        ]}
      />
    </Paper>
  );
}
