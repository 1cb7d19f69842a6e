import { Button, Group, NativeSelect, Stack, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useGo } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Dialog } from "@/ui/Dialog";
import { useChange } from "@/ui/useChange";
import { bucketNameProblem, type QuotaUnit, quotaBytes } from "./bucketName";
import { admin } from "./client/admin";
import { putSetting } from "./client/buckets";
import { ENCRYPT_BY_STORE } from "./settings/documents";

interface Form {
  name: string;
  versioning: boolean;
  lock: boolean;
  encrypt: boolean;
  quota: string;
  unit: QuotaUnit;
}

async function create(form: Form): Promise<void> {
  await admin.createBucket(form.name, { versioning: form.versioning || form.lock, object_lock: form.lock });
  const bytes = quotaBytes(form.quota, form.unit);
  if (bytes) await admin.setQuota(form.name, { bytes });
  if (form.encrypt) await putSetting(form.name, "encryption", ENCRYPT_BY_STORE);
}

export function CreateBucket({ close }: { close: () => void }) {
  const t = useT();
  const go = useGo();
  const [form, setForm] = useState<Form>({ name: "", versioning: false, lock: false, encrypt: false, quota: "", unit: "GiB" });
  const set = (change: Partial<Form>) => setForm((before) => ({ ...before, ...change }));
  const problem = bucketNameProblem(form.name);
  const change = useChange(create, {
    refresh: [["store", "buckets"]],
    done: (_, made) => t("buckets.created", { name: made.name }),
    onDone: (_, made) => go(paths.bucket(made.name)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem) change.mutate(form);
  };
  return (
    <Dialog onClose={close} title={t("buckets.create")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t("field.name")} description={t("buckets.nameHint")} required value={form.name} onChange={(event) => set({ name: event.currentTarget.value })} error={form.name && problem && t(problem)} data-autofocus />
          <Switch label={t("buckets.versioning")} description={t("buckets.versioningHint")} checked={form.versioning || form.lock} disabled={form.lock} onChange={(event) => set({ versioning: event.currentTarget.checked })} />
          <Switch label={t("buckets.lock")} description={t("buckets.lockHint")} checked={form.lock} onChange={(event) => set({ lock: event.currentTarget.checked })} />
          <Switch label={t("buckets.encrypt")} description={t("buckets.encryptHint")} checked={form.encrypt} onChange={(event) => set({ encrypt: event.currentTarget.checked })} />
          <Group align="flex-end" grow>
            <TextInput label={t("buckets.quota")} placeholder={t("buckets.noQuota")} inputMode="decimal" value={form.quota} onChange={(event) => set({ quota: event.currentTarget.value })} />
            <NativeSelect aria-label={t("recurring.unit")} data={["MiB", "GiB", "TiB"]} value={form.unit} onChange={(event) => set({ unit: event.currentTarget.value as QuotaUnit })} />
          </Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{t("action.cancel")}</Button>
            <Button type="submit" disabled={Boolean(problem)} loading={change.isPending}>{t("action.create")}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
