import { Button, Code, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { environmentsApi } from "@/api/environments";
import type { Json, Task } from "@/api/types";
import { useT } from "@/i18n";
import { CodeView } from "@/ui/CodeView";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { Loaded } from "@/ui/states";

const text = (value: Json | undefined) => (typeof value === "string" ? value : undefined);
const texts = (value: Json | undefined) => (Array.isArray(value) ? value.map(String) : []);

/** What the task ran in: the interpreter, its packages, and the lock that makes the same again. */
export function Environment({ task }: { task: Task }) {
  const t = useT();
  const details = task.details ?? {};
  const packages = texts(details.packages);
  const overrides = texts(details.overrides);
  const lock = text(details.lock);
  const known = text(details.environment) ?? text(details.python) ?? text(details.sandbox) ?? text(details.interpreter);
  if (!known && packages.length === 0) {
    return <Text size="sm" c="dimmed">{t(task.cached ? "environment.cached" : "environment.none")}</Text>;
  }
  return (
    <Stack gap="sm">
      <Facts
        rows={[
          [t("environment.python"), text(details.python)],
          [t("environment.interpreter"), text(details.interpreter) && <Code>{text(details.interpreter)}</Code>],
          [t("environment.sandbox"), text(details.sandbox)],
          [t("environment.id"), text(details.environment) && <CopyText value={text(details.environment) ?? ""} />],
          [t("environment.overrides"), overrides.length > 0 && <Code block>{overrides.join("\n")}</Code>],
        ]}
      />
      {lock ? <Lock id={lock} /> : <Packages list={packages} />}
    </Stack>
  );
}

function Packages({ list }: { list: string[] }) {
  const t = useT();
  return (
    <section>
      <Title order={3} size="h6" mb={4}>{t("environment.packages", { count: list.length })}</Title>
      {list.length === 0 ? <Text size="sm" c="dimmed">{t("environment.noPackages")}</Text> : <Code block>{list.join("\n")}</Code>}
    </section>
  );
}

function Lock({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({ queryKey: ["locks", id], queryFn: () => environmentsApi.lock(id), staleTime: Number.POSITIVE_INFINITY });
  return (
    <section>
      <Title order={3} size="h6">{t("environment.lock")}</Title>
      <Text size="sm" c="dimmed" mb={6}>{t("environment.lockHint")}</Text>
      <Loaded query={query}>
        {(lock) => (
          <Stack gap="xs">
            <CodeView value={lock.text} language="text" label={t("environment.lock")} height="300px" />
            <Group><Button size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={() => save(`${id.slice(0, 12)}.lock`, lock.text)}>{t("action.download")}</Button></Group>
          </Stack>
        )}
      </Loaded>
    </section>
  );
}

function save(name: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
