import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useServerConfig } from "@/api/config";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { CopyText } from "@/ui/CopyText";
import { useChange } from "@/ui/useChange";
import { sessionKeys } from "@/session/session";
import { presign, storePath } from "../client/signing";

// A link ends with the session that signed it, whatever it says.
const CHOICES = [15 * 60, 3600, 6 * 3600, 12 * 3600];

/** A link to the object for whoever gets it, on the store's own address. */
export function SharePanel({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const { t, language } = useLanguage();
  const config = useServerConfig();
  const [seconds, setSeconds] = useState(3600);
  const [link, setLink] = useState("");
  const make = useChange(
    async () => (await presign(storePath(bucket, objectKey), seconds, sessionKeys(), config.data?.s3_url ?? window.location.origin)).href,
    { onDone: setLink },
  );
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">{t("objects.share")}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t("objects.shareText")}</Text>
      <Stack gap="xs">
        <Group align="flex-end">
          <NativeSelect
            label={t("objects.shareFor")}
            value={String(seconds)}
            onChange={(event) => setSeconds(Number(event.currentTarget.value))}
            data={CHOICES.map((one) => ({ value: String(one), label: formatDuration(one * 1000, language) }))}
          />
          <Button variant="default" onClick={() => make.mutate(undefined)}>{t("objects.makeLink")}</Button>
        </Group>
        {link && <CopyText value={link} lines={3} />}
      </Stack>
    </Paper>
  );
}
