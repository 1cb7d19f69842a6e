import { Badge, Code, Drawer, Group, Paper, Stack, Table, Text } from "@mantine/core";
import { IconPackages } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Environment, environmentsApi, type EnvironmentList } from "@/api/environments";
import { useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { Lock } from "@/runs/task/EnvironmentLock";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { Link } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";

/** The Python environments that tasks share: what is in them, how large they are, who uses them. */
export default function EnvironmentsPage() {
  const { t, language } = useLanguage();
  const [search, change] = useSearchParams();
  const query = useQuery({ queryKey: ["environments"], queryFn: environmentsApi.list });
  const list = query.data?.environments ?? [];
  const chosen = list.find((one) => one.environment_id === search.environment);
  const bytes = (text: string | undefined) => formatBytes(Number(text ?? 0), language);
  return (
    <>
      <PageHeader title={t("nav.environments")}>
        <Text c="dimmed" size="sm" maw={720}>{t("environments.lead")}</Text>
        {query.data && <Text size="sm">{t("environments.sum", { used: bytes(String(usedBytes(query.data))), limit: bytes(query.data.limit_bytes) })}</Text>}
      </PageHeader>
      <Loaded query={query}>
        {() =>
          list.length === 0 ? (
            <EmptyState icon={<IconPackages size={40} stroke={1.3} />} title={t("environments.empty")}>{t("environments.emptyText")}</EmptyState>
          ) : (
            <EnvironmentTable list={list} />
          )
        }
      </Loaded>
      {chosen && <Details environment={chosen} close={() => change({ environment: undefined })} />}
    </>
  );
}

/** What is on disk is looked at now and then; the environments that are known by then are the least. */
function usedBytes(all: EnvironmentList): number {
  const known = (all.environments ?? []).reduce((sum, one) => sum + Number(one.size_bytes ?? 0), 0);
  return Math.max(Number(all.total_bytes ?? 0), known);
}

/** The first few of what was asked for, as a name that people know it by. */
function nameOf(environment: Environment): string {
  // What every component of the SDK's asks for tells least of it.
  const isOfSdk = (requirement: string) => /^(kfp|typing-extensions)\b/.test(requirement);
  const all = environment.requirements ?? [];
  const asked = [...all.filter((one) => !isOfSdk(one)), ...all.filter(isOfSdk)];
  const shown = asked.slice(0, 3).join(", ");
  return asked.length > 3 ? `${shown}, …` : shown;
}

function EnvironmentTable({ list }: { list: Environment[] }) {
  const { t, language } = useLanguage();
  return (
    <Paper withBorder style={{ overflow: "hidden" }}>
      <Table.ScrollContainer minWidth={0} tabIndex={0} role="region" aria-label={t("nav.environments")}>
        <Table highlightOnHover verticalSpacing={8} aria-label={t("nav.environments")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("environments.requirements")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("environment.python")}</Table.Th>
              <Table.Th visibleFrom="md">{t("environments.packages")}</Table.Th>
              <Table.Th>{t("field.size")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("environments.lastUsed")}</Table.Th>
              <Table.Th visibleFrom="md">{t("field.created")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.map((one) => (
              <Table.Tr key={one.environment_id}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>
                  <Link to={paths.environment(one.environment_id ?? "")} fw={600}>{nameOf(one) || t("environments.plain")}</Link>
                  {one.in_use && <Badge ml="xs" variant="default" tt="none">{t("environments.inUse")}</Badge>}
                  <Text size="xs" c="dimmed">{[`Python ${one.python}`, one.environment_id?.slice(0, 12)].join(" · ")}</Text>
                </Table.Td>
                <Table.Td visibleFrom="sm">{one.python}</Table.Td>
                <Table.Td visibleFrom="md">{formatCount((one.packages ?? []).length, language)}</Table.Td>
                <Table.Td style={{ whiteSpace: "nowrap" }}>{formatBytes(Number(one.size_bytes ?? 0), language)}</Table.Td>
                <Table.Td visibleFrom="sm"><TimeText time={one.last_used_at} /></Table.Td>
                <Table.Td visibleFrom="md"><TimeText time={one.created_at} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function Details({ environment, close }: { environment: Environment; close: () => void }) {
  const t = useT();
  const id = environment.environment_id ?? "";
  const remove = useChange(() => environmentsApi.remove(id), { refresh: [["environments"]], done: () => t("done.deleted", { name: id }), onDone: close });
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={nameOf(environment) || t("environments.plain")} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack gap="sm">
        <Facts
          rows={[
            [t("environment.id"), <CopyText key="i" value={id} />],
            [t("environment.python"), environment.python],
            [t("environment.interpreter"), environment.interpreter && <Code>{environment.interpreter}</Code>],
            [t("environments.requirements"), (environment.requirements ?? []).length > 0 && <Code block>{environment.requirements?.join("\n")}</Code>],
            [t("environments.packages"), (environment.packages ?? []).length > 0 && <Code block>{environment.packages?.join("\n")}</Code>],
          ]}
        />
        {environment.lock_id && <Lock id={environment.lock_id} />}
        <Group>
          <ConfirmButton needs="WriteEnvironments" size="xs" disabled={environment.in_use} label={t("action.delete")} title={t("environments.deleteTitle")} text={t("environments.deleteText")} onConfirm={() => remove.mutate(undefined)} />
          {environment.in_use && <Text size="sm" c="dimmed">{t("environments.inUseText")}</Text>}
        </Group>
      </Stack>
    </Drawer>
  );
}
