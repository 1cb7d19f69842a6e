import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { environmentsApi } from "@/api/environments";
import { useT } from "@/i18n";
import { CodeView } from "@/ui/CodeView";
import { Loaded } from "@/ui/states";

/** What was installed, exactly, to be read and taken along. */
export function Lock({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({ queryKey: ["locks", id], queryFn: () => environmentsApi.lock(id), staleTime: Number.POSITIVE_INFINITY });
  return (
    <section>
      <Title order={3} size="h6">{t("environment.lock")}</Title>
      <Text size="sm" c="dimmed" mb={6}>{t("environment.lockHint")}</Text>
      <Loaded query={query}>
        {(lock) => (
          <Stack gap="xs">
            <CodeView value={lock.text.trimEnd()} language="text" label={t("environment.lock")} height="300px" />
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
