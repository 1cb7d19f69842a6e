import { Checkbox, Group, SimpleGrid, Switch, Text, TextInput } from "@mantine/core";
import { useT } from "@/i18n";
import { TagEditor } from "@/ui/TagEditor";
import { lifecycleProblem, type LifecycleRule, newLifecycleRule, writeLifecycle } from "./lifecycle";
import { type FormProps, RuleList } from "./RuleList";

/** What expires when, as sentences with numbers in them. */
export function LifecycleForm({ rules, ...props }: FormProps & { rules: LifecycleRule[] }) {
  const t = useT();
  return (
    <RuleList
      {...props}
      title={t("settings.lifecycle")}
      rules={rules}
      fresh={newLifecycleRule}
      write={writeLifecycle}
      problem={(rule) => {
        const problem = lifecycleProblem(rule);
        return problem && t(`lifecycle.problem.${problem}`);
      }}
      render={(rule, change) => <Fields rule={rule} change={change} />}
    />
  );
}

function Fields({ rule, change }: { rule: LifecycleRule; change: (changes: Partial<LifecycleRule>) => void }) {
  const t = useT();
  const days = (label: string, field: "expireAfter" | "dropOldAfter" | "keepNewest" | "abortAfter") => (
    <TextInput label={label} size="xs" inputMode="numeric" placeholder={t(field === "keepNewest" ? "settings.noDefault" : "lifecycle.never")} value={rule[field]} onChange={(event) => change({ [field]: event.currentTarget.value.trim() })} />
  );
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <TextInput size="xs" label={t("rules.name")} value={rule.id} onChange={(event) => change({ id: event.currentTarget.value })} style={{ flex: "1 1 160px" }} />
        <TextInput size="xs" label={t("rules.prefix")} placeholder={t("rules.everything")} value={rule.prefix} onChange={(event) => change({ prefix: event.currentTarget.value })} style={{ flex: "1 1 160px" }} />
        <Switch label={t("rules.enabled")} checked={rule.enabled} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Group>
      <Group gap="xs"><Text size="xs">{t("lifecycle.tags")}</Text><TagEditor tags={rule.tags} dotsInKeys onChange={(tags) => change({ tags })} /></Group>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {days(t("lifecycle.expireAfter"), "expireAfter")}
        {days(t("lifecycle.abortAfter"), "abortAfter")}
        {days(t("lifecycle.dropOldAfter"), "dropOldAfter")}
        {days(t("lifecycle.keepNewest"), "keepNewest")}
      </SimpleGrid>
      <Checkbox size="xs" label={t("lifecycle.dropLoneMarkers")} checked={rule.dropLoneMarkers} onChange={(event) => change({ dropLoneMarkers: event.currentTarget.checked })} />
    </>
  );
}
