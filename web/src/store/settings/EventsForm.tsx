import { Group, MultiSelect, TextInput } from "@mantine/core";
import { useT } from "@/i18n";
import { EVENT_NAMES, eventProblem, type EventRule, newEventRule, writeEventRules } from "./eventRules";
import { type FormProps, RuleList } from "./RuleList";

/** Which changes are told to which webhook. */
export function EventsForm({ rules, ...props }: FormProps & { rules: EventRule[] }) {
  const t = useT();
  return (
    <RuleList
      {...props}
      title={t("settings.events")}
      rules={rules}
      fresh={newEventRule}
      write={writeEventRules}
      problem={(rule) => {
        const problem = eventProblem(rule);
        return problem && t(`events.problem.${problem}`);
      }}
      render={(rule, change) => <Fields rule={rule} change={change} />}
    />
  );
}

function Fields({ rule, change }: { rule: EventRule; change: (changes: Partial<EventRule>) => void }) {
  const t = useT();
  const names = [...new Set([...EVENT_NAMES, ...rule.events])];
  const text = (label: string, field: "id" | "webhook" | "prefix" | "suffix", placeholder?: string) => (
    <TextInput size="xs" label={label} placeholder={placeholder} value={rule[field]} onChange={(event) => change({ [field]: event.currentTarget.value })} style={{ flex: "1 1 160px" }} />
  );
  return (
    <>
      <Group align="flex-end">
        {text(t("rules.name"), "id")}
        {text(t("events.webhook"), "webhook")}
      </Group>
      <MultiSelect size="xs" label={t("events.events")} data={names} value={rule.events} onChange={(events) => change({ events })} />
      <Group align="flex-end">
        {text(t("rules.prefix"), "prefix", t("rules.everything"))}
        {text(t("rules.suffix"), "suffix", ".csv")}
      </Group>
    </>
  );
}
