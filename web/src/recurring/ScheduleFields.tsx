import { Fieldset, Group, NativeSelect, SegmentedControl, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { Suspense } from "react";
import { useT } from "@/i18n";
import { CronWords } from "./describe";
import type { ScheduleForm, ScheduleProblems } from "./schedule";

interface Props {
  form: ScheduleForm;
  problems: ScheduleProblems;
  onChange: (form: ScheduleForm) => void;
}

export function ScheduleFields({ form, problems, onChange }: Props) {
  const t = useT();
  const set = (change: Partial<ScheduleForm>) => onChange({ ...form, ...change });
  const error = (field: keyof ScheduleForm) => {
    const key = problems[field];
    return key && t(key);
  };
  return (
    <Fieldset legend={t("recurring.trigger")}>
      <Stack>
        <SegmentedControl
          aria-label={t("recurring.trigger")}
          value={form.kind}
          onChange={(kind) => set({ kind: kind as ScheduleForm["kind"] })}
          data={[
            { value: "periodic", label: t("recurring.periodic") },
            { value: "cron", label: t("recurring.byCron") },
          ]}
        />
        {form.kind === "periodic" ? (
          <Group align="flex-start" grow>
            <TextInput label={t("recurring.interval")} inputMode="numeric" value={form.count} onChange={(event) => set({ count: event.currentTarget.value })} error={error("count")} />
            <NativeSelect
              label={t("recurring.unit")}
              value={form.unit}
              onChange={(event) => set({ unit: event.currentTarget.value as ScheduleForm["unit"] })}
              data={(["minutes", "hours", "days"] as const).map((unit) => ({ value: unit, label: t(`recurring.${unit}`) }))}
            />
          </Group>
        ) : (
          <div>
            <TextInput label={t("recurring.cronExpression")} description={t("recurring.cronHint")} value={form.cron} onChange={(event) => set({ cron: event.currentTarget.value })} error={error("cron")} />
            <Text size="sm" mt={4} role="status"><Suspense><CronWords cron={form.cron} /></Suspense></Text>
          </div>
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput type="datetime-local" label={t("recurring.start")} value={form.start} onChange={(event) => set({ start: event.currentTarget.value })} />
          <TextInput type="datetime-local" label={t("recurring.end")} value={form.end} onChange={(event) => set({ end: event.currentTarget.value })} />
        </SimpleGrid>
        <TextInput label={t("recurring.concurrency")} inputMode="numeric" value={form.concurrency} onChange={(event) => set({ concurrency: event.currentTarget.value })} error={error("concurrency")} />
        <Switch label={t("recurring.catchup")} description={t("recurring.catchupHint")} checked={form.catchup} onChange={(event) => set({ catchup: event.currentTarget.checked })} />
      </Stack>
    </Fieldset>
  );
}
