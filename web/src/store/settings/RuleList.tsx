import { Alert, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";

export interface FormProps {
  stored: string | null; // the document
  save: (document: string) => void;
  saving: boolean;
  remove: () => void;
}

interface Props<Rule> extends FormProps {
  title: string;
  rules: Rule[];
  fresh: () => Rule;
  write: (rules: Rule[]) => string;
  problem: (rule: Rule) => string | undefined;
  render: (rule: Rule, change: (changes: Partial<Rule>) => void) => ReactNode;
}

/** Rules that are changed one by one and kept together, as the store keeps them. */
export function RuleList<Rule extends object>(props: Props<Rule>) {
  const t = useT();
  const [rules, setRules] = useState(props.rules);
  const [touched, setTouched] = useState(false);
  const set = (next: Rule[]) => {
    setTouched(true);
    setRules(next);
  };
  const problems = rules.map(props.problem);
  const wrong = problems.some((problem) => problem !== undefined);
  const add = <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={() => set([...rules, props.fresh()])}>{t("rules.add")}</Button>;
  if (rules.length === 0 && props.stored === null) return <Group><Text size="sm">{t("settings.none")}</Text>{add}</Group>;
  return (
    <Stack gap="sm">
      {rules.map((rule, index) => (
        <Paper key={index} withBorder p="sm" component="fieldset" m={0} aria-label={t("rules.rule", { number: index + 1 })}>
          <Stack gap="xs">
            {props.render(rule, (changes) => set(rules.map((one, at) => (at === index ? { ...one, ...changes } : one))))}
            {touched && problems[index] && <Alert color="red" variant="outline" py="xs" role="status">{problems[index]}</Alert>}
            <Group justify="flex-end"><Button size="compact-xs" variant="subtle" color="red" onClick={() => set(rules.filter((_, at) => at !== index))}>{t("rules.remove", { number: index + 1 })}</Button></Group>
          </Stack>
        </Paper>
      ))}
      <Group>
        {add}
        <Button size="xs" disabled={!touched || wrong} loading={props.saving} onClick={() => (rules.length ? props.save(props.write(rules)) : props.remove())}>{t("action.save")}</Button>
        {props.stored !== null && <ConfirmButton size="xs" label={t("rules.removeAll")} title={t("confirm.remove", { name: props.title })} text={t("confirm.cannotUndo")} onConfirm={props.remove} />}
      </Group>
    </Stack>
  );
}
