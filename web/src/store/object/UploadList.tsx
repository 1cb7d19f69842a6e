import { ActionIcon, Button, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { formatBytes } from "@/format/size";
import { useLanguage } from "@/i18n";
import type { UploadQueue, UploadsShown } from "./uploadQueue";

export function UploadList({ queue, shown }: { queue: UploadQueue; shown: UploadsShown }) {
  const { t, language } = useLanguage();
  if (shown.count === 0) return null;
  return (
    <Paper withBorder p="sm" mt="md" component="section" aria-label={t("objects.uploads")}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h6" role="status">{t("objects.uploaded", { done: shown.done, count: shown.count })}</Title>
        <Button size="compact-sm" variant="subtle" onClick={() => queue.clear()}>{t("action.clear")}</Button>
      </Group>
      <Stack gap={6}>
        {shown.list.map((one) => (
          <div key={one.id}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" truncate>{one.key}</Text>
              <Group gap="xs" wrap="nowrap">
                <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>{formatBytes(one.sent, language)} / {formatBytes(one.file.size, language)}</Text>
                {(one.state === "running" || one.state === "waiting") && (
                  <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`${t("objects.stop")} ${one.key}`} onClick={() => queue.stop(one.id)}><IconX size={14} /></ActionIcon>
                )}
              </Group>
            </Group>
            <Progress value={one.file.size ? (100 * one.sent) / one.file.size : 0} aria-label={one.key} color={one.state === "failed" ? "red" : undefined} size="sm" />
            {one.state === "failed" && (
              <Group gap="xs">
                <Text size="xs" c="var(--mantine-color-error)" role="alert">{one.problem}</Text>
                <Button size="compact-xs" variant="default" onClick={() => queue.retry(one.id)}>{t("action.retry")}</Button>
                <Text size="xs" c="dimmed">{t("objects.goesOn")}</Text>
              </Group>
            )}
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
