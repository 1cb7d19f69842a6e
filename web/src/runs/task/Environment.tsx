import { Code, Stack, Text, Title } from "@mantine/core";
import type { Json, Task } from "@/api/types";
import { useT } from "@/i18n";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { Lock } from "./EnvironmentLock";

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
