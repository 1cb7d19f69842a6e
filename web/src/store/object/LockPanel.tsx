import { Alert, Button, Group, NativeSelect, Paper, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/i18n";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { admin } from "../client/admin";
import { getLock, type Lock, putHold, putRetention } from "../client/objectSettings";
import { useMay } from "../client/permissions";

/** Retention and legal hold, with what they mean; nothing where the bucket locks nothing. */
export function LockPanel({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const facts = useQuery({ queryKey: ["store", "bucket", bucket], queryFn: () => admin.bucket(bucket) });
  return facts.data?.object_lock ? <Panel bucket={bucket} objectKey={objectKey} /> : null;
}

function Panel({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const t = useT();
  const may = useMay(bucket, objectKey);
  const queryKey = ["store", "object", bucket, objectKey, "lock"];
  const lock = useQuery({ queryKey, queryFn: () => getLock(bucket, objectKey) });
  const hold = useChange((on: boolean) => putHold(bucket, objectKey, on), { refresh: [queryKey], done: () => t("done.saved") });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("lock.title")}</Title>
      <Loaded query={lock}>
        {(found) => (
          <Stack>
            <Switch disabled={!may("s3:PutObjectLegalHold")} label={t("lock.hold")} description={t("lock.holdText")} checked={found.hold} onChange={(event) => hold.mutate(event.currentTarget.checked)} />
            <Retention bucket={bucket} objectKey={objectKey} lock={found} queryKey={queryKey} />
          </Stack>
        )}
      </Loaded>
    </Paper>
  );
}

interface RetentionProps {
  bucket: string;
  objectKey: string;
  lock: Lock;
  queryKey: string[];
}

function Retention({ bucket, objectKey, lock, queryKey }: RetentionProps) {
  const t = useT();
  const may = useMay(bucket, objectKey);
  const [mode, setMode] = useState<"GOVERNANCE" | "COMPLIANCE">(lock.mode || "GOVERNANCE");
  const [until, setUntil] = useState("");
  const change = useChange(() => putRetention(bucket, objectKey, mode, new Date(until)), { refresh: [queryKey], done: () => t("done.saved") });
  return (
    <Stack gap="xs">
      {lock.mode ? (
        <Text size="sm">{t("lock.until", { mode: t(lock.mode === "COMPLIANCE" ? "lock.compliance" : "lock.governance") })} <TimeText exact time={lock.until} /></Text>
      ) : (
        <Text size="sm" c="dimmed">{t("lock.none")}</Text>
      )}
      {may("s3:PutObjectRetention") && <Group align="flex-end">
        <NativeSelect
          label={t("lock.mode")}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value as typeof mode)}
          data={[
            { value: "GOVERNANCE", label: t("lock.governance") },
            { value: "COMPLIANCE", label: t("lock.compliance") },
          ]}
        />
        <TextInput type="datetime-local" label={t("lock.date")} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        <Button variant="default" disabled={!until} loading={change.isPending} onClick={() => change.mutate(undefined)}>{t("action.save")}</Button>
      </Group>}
      <Alert variant={mode === "COMPLIANCE" ? "outline" : "light"} color={mode === "COMPLIANCE" ? "red" : "gray"} py="xs">
        <Text size="sm">{t(mode === "COMPLIANCE" ? "lock.complianceText" : "lock.governanceText")}</Text>
      </Alert>
    </Stack>
  );
}
