import { Badge, Button, Group, NativeSelect, Paper, Progress, SimpleGrid, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useGo, usePathParam } from "@/app/navigation";
import { paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Facts } from "@/ui/Facts";
import { PageHeader } from "@/ui/PageHeader";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { type QuotaUnit, quotaBytes } from "../bucketName";
import { admin, type BucketInfo } from "../client/admin";
import { deleteSetting, putSetting } from "../client/buckets";
import { useMay } from "../client/permissions";
import { parseXml } from "../client/xml";
import { SignedIn } from "../SignedIn";
import { DocumentEditor, type DocumentKind } from "./DocumentEditor";
import { CORS_EXAMPLE, ENCRYPT_BY_STORE, EVENTS_EXAMPLE, LIFECYCLE_EXAMPLE, policyExample, policyProblem, prettyXml, xmlProblem } from "./documents";
import { readEventRules } from "./eventRules";
import { EventsForm } from "./EventsForm";
import { LifecycleForm } from "./LifecycleForm";
import { readLifecycle } from "./lifecycle";
import type { FormProps } from "./RuleList";
import { treeOf } from "./xmlTree";

const asIs = (text: string) => JSON.stringify(JSON.parse(text), null, 2);
const XML = { language: "text", problem: xmlProblem, format: prettyXml } as const;

const documentOf = (stored: string) => treeOf(parseXml(stored));

function lifecycleForm(props: FormProps) {
  const rules = props.stored === null ? [] : readLifecycle(documentOf(props.stored));
  return rules && <LifecycleForm {...props} rules={rules} />;
}

function eventsForm(props: FormProps) {
  const rules = props.stored === null ? [] : readEventRules(documentOf(props.stored));
  return rules && <EventsForm {...props} rules={rules} />;
}

function kinds(bucket: string): DocumentKind[] {
  return [
    { setting: "policy", permission: "s3:PutBucketPolicy", title: "settings.policy", text: "settings.policyText", language: "json", example: policyExample(bucket), problem: policyProblem, format: asIs },
    { ...XML, setting: "lifecycle", permission: "s3:PutLifecycleConfiguration", title: "settings.lifecycle", text: "settings.lifecycleText", example: LIFECYCLE_EXAMPLE, form: lifecycleForm },
    { ...XML, setting: "notification", permission: "s3:PutBucketNotification", title: "settings.events", text: "settings.eventsText", example: EVENTS_EXAMPLE, emptyDocument: "<NotificationConfiguration/>", form: eventsForm },
    { ...XML, setting: "cors", permission: "s3:PutBucketCORS", title: "settings.cors", text: "settings.corsText", example: CORS_EXAMPLE },
  ];
}

export default function BucketSettingsPage() {
  return (
    <SignedIn>
      <Page />
    </SignedIn>
  );
}

function Page() {
  const t = useT();
  const go = useGo();
  const name = usePathParam("bucket");
  const may = useMay(name);
  const query = useQuery({ queryKey: ["store", "bucket", name], queryFn: () => admin.bucket(name) });
  const remove = useChange(() => admin.removeBucket(name), {
    refresh: [["store", "buckets"]],
    done: () => t("done.deleted", { name }),
    onDone: () => go(paths.buckets),
  });
  return (
    <>
      <PageHeader
        title={`${name}: ${t("buckets.settings")}`}
        here={t("buckets.settings")}
        crumbs={[
          { label: t("nav.buckets"), to: paths.buckets },
          { label: name, to: paths.bucket(name) },
        ]}
        actions={may("s3:DeleteBucket") && <ConfirmButton label={t("buckets.delete")} title={t("confirm.delete", { name })} text={t("buckets.deleteText")} onConfirm={() => remove.mutate(undefined)} />}
      />
      <Loaded query={query}>
        {(bucket) => (
          <Stack>
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <UsagePanel bucket={bucket} />
              <ProtectionPanel bucket={bucket} />
            </SimpleGrid>
            {kinds(name).map((kind) => <DocumentEditor key={kind.setting} bucket={name} kind={kind} />)}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function UsagePanel({ bucket }: { bucket: BucketInfo }) {
  const { t, language } = useLanguage();
  const may = useMay(bucket.name);
  const [quota, setQuota] = useState("");
  const [unit, setUnit] = useState<QuotaUnit>("GiB");
  const refresh = [["store", "bucket", bucket.name]];
  const bytes = quotaBytes(quota, unit);
  const set = useChange(() => admin.setQuota(bucket.name, { bytes }), { refresh, done: () => t("done.saved") });
  const clear = useChange(() => admin.clearQuota(bucket.name), { refresh, done: () => t("done.saved") });
  const limit = bucket.quota.bytes;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("settings.usage")}</Title>
      <Facts
        rows={[
          [t("buckets.objects"), formatCount(bucket.usage.objects, language)],
          [t("objects.versions"), formatCount(bucket.usage.versions, language)],
          [t("field.size"), formatBytes(bucket.usage.bytes, language)],
          [t("buckets.quota"), limit ? formatBytes(limit, language) : t("buckets.noQuota")],
          [t("field.created"), <TimeText key="c" time={bucket.created_at} />],
        ]}
      />
      {limit && <Progress mt="xs" value={Math.min(100, (100 * bucket.usage.bytes) / limit)} aria-label={t("buckets.quota")} />}
      {may("admin:SetBucketQuota") && <Group mt="sm" align="flex-end">
        <TextInput label={t("buckets.quota")} inputMode="decimal" w={110} value={quota} onChange={(event) => setQuota(event.currentTarget.value)} />
        <NativeSelect aria-label={t("recurring.unit")} data={["MiB", "GiB", "TiB"]} value={unit} onChange={(event) => setUnit(event.currentTarget.value as QuotaUnit)} />
        <Button variant="default" disabled={!bytes} onClick={() => set.mutate(undefined)}>{t("action.save")}</Button>
        {limit && <Button variant="subtle" onClick={() => clear.mutate(undefined)}>{t("action.remove")}</Button>}
      </Group>}
    </Paper>
  );
}

function ProtectionPanel({ bucket }: { bucket: BucketInfo }) {
  const t = useT();
  const may = useMay(bucket.name);
  const refresh = [["store", "bucket", bucket.name]];
  const done = () => t("done.saved");
  const versioning = useChange((on: boolean) => admin.setVersioning(bucket.name, on ? "enabled" : "suspended"), { refresh, done });
  const encryption = useChange(
    (on: boolean) => (on ? putSetting(bucket.name, "encryption", ENCRYPT_BY_STORE) : deleteSetting(bucket.name, "encryption")),
    { refresh, done },
  );
  const encrypted = bucket.settings.includes("encryption");
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="sm">{t("settings.protection")}</Title>
      <Stack>
        <Switch
          label={t("buckets.versioning")}
          description={t(bucket.object_lock ? "settings.versioningLocked" : "buckets.versioningHint")}
          disabled={bucket.object_lock || !may("s3:PutBucketVersioning")}
          checked={bucket.versioning === "enabled"}
          onChange={(event) => versioning.mutate(event.currentTarget.checked)}
        />
        <Switch disabled={!may("s3:PutEncryptionConfiguration")} label={t("buckets.encrypt")} description={t("buckets.encryptHint")} checked={encrypted} onChange={(event) => encryption.mutate(event.currentTarget.checked)} />
        {bucket.object_lock ? <DefaultRetention bucket={bucket} /> : <Text size="sm" c="dimmed">{t("settings.noLock")}</Text>}
      </Stack>
    </Paper>
  );
}

function DefaultRetention({ bucket }: { bucket: BucketInfo }) {
  const t = useT();
  const may = useMay(bucket.name);
  const [mode, setMode] = useState(bucket.default_retention?.mode ?? "");
  const [days, setDays] = useState(String(bucket.default_retention?.days ?? ""));
  const valid = mode === "" || /^[1-9]\d{0,4}$/.test(days);
  const save = useChange(() => admin.setLock(bucket.name, mode ? { mode, days: Number(days) } : {}), {
    refresh: [["store", "bucket", bucket.name]],
    done: () => t("done.saved"),
  });
  return (
    <div>
      <Group gap="xs"><Text fw={600} size="sm">{t("settings.defaultRetention")}</Text><Badge variant="default" tt="none">{t("buckets.lock")}</Badge></Group>
      <Text size="sm" c="dimmed">{t("settings.defaultRetentionText")}</Text>
      <Group align="flex-end" mt={6}>
        <NativeSelect
          label={t("lock.mode")}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value)}
          data={[
            { value: "", label: t("settings.noDefault") },
            { value: "governance", label: t("lock.governance") },
            { value: "compliance", label: t("lock.compliance") },
          ]}
        />
        {mode && <TextInput label={t("recurring.days")} inputMode="numeric" w={90} value={days} onChange={(event) => setDays(event.currentTarget.value)} />}
        <Button variant="default" disabled={!valid || !may("s3:PutBucketObjectLockConfiguration")} onClick={() => save.mutate(undefined)}>{t("action.save")}</Button>
      </Group>
    </div>
  );
}
