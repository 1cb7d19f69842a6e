import { Alert, Badge, Button, Group, NavLink, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import { CodeView } from "@/ui/CodeView";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { PageHeader } from "@/ui/PageHeader";
import { Loaded } from "@/ui/states";
import { useChange } from "@/ui/useChange";
import { admin, type Policy } from "../client/admin";
import { useMay } from "../client/permissions";
import { usePolicyCheck } from "../settings/usePolicyCheck";
import { SignedIn } from "../SignedIn";
import classes from "./PoliciesPage.module.css";

const NEW = "+";
const FIRST = JSON.stringify(
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"] }] },
  null,
  2,
);

export default function PoliciesPage() {
  return (
    <SignedIn>
      <Page />
    </SignedIn>
  );
}

function Page() {
  const t = useT();
  const [search, change] = useSearchParams();
  const may = useMay();
  const query = useQuery({ queryKey: ["store", "policies"], queryFn: admin.policies });
  return (
    <>
      <PageHeader title={t("nav.policies")} actions={may("admin:CreatePolicy") && <Button leftSection={<IconPlus size={16} />} onClick={() => change({ policy: NEW })}>{t("policies.create")}</Button>} />
      <Loaded query={query}>
        {({ policies }) => {
          const chosen = search.policy ?? policies[0]?.name;
          return (
            <div className={classes.split}>
              <Paper withBorder p={4} component="nav" aria-label={t("nav.policies")}>
                {policies.map((policy) => (
                  <NavLink
                    key={policy.name}
                    component="button"
                    label={policy.name}
                    active={policy.name === chosen}
                    rightSection={policy.built_in && <Badge size="xs" variant="default" tt="none">{t("policies.builtIn")}</Badge>}
                    onClick={() => change({ policy: policy.name })}
                  />
                ))}
              </Paper>
              {chosen === NEW ? <Editor key={NEW} name="" text={FIRST} isNew /> : chosen && <Stored key={chosen} name={chosen} />}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function Stored({ name }: { name: string }) {
  const query = useQuery({ queryKey: ["store", "policies", name], queryFn: () => admin.policy(name) });
  return <Loaded query={query}>{(policy) => <Editor name={name} text={JSON.stringify(policy.policy, null, 2)} policy={policy} />}</Loaded>;
}

interface EditorProps {
  name: string;
  text: string;
  policy?: Policy;
  isNew?: boolean;
}

function Editor({ name: firstName, text: firstText, policy, isNew }: EditorProps) {
  const t = useT();
  const [, change] = useSearchParams();
  const [name, setName] = useState(firstName);
  const [text, setText] = useState(firstText);
  const may = useMay();
  const fixed = (policy?.built_in ?? false) || !may("admin:CreatePolicy");
  const problem = usePolicyCheck(fixed ? null : text);
  const refresh = [["store", "policies"]];
  const save = useChange(() => admin.putPolicy(name, JSON.parse(text) as object), { refresh, done: () => t("done.saved"), onDone: () => change({ policy: name }) });
  const remove = useChange(() => admin.removePolicy(name), { refresh, done: () => t("done.deleted", { name }), onDone: () => change({ policy: undefined }) });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        {isNew ? <TextInput label={t("field.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} /> : <Title order={2} size="h5">{name}</Title>}
        {policy?.built_in && <Text size="sm" c="dimmed">{t("policies.builtInText")}</Text>}
        {policy && <Text size="sm">{policy.held_by?.length ? t("policies.heldBy", { names: policy.held_by.join(", ") }) : t("policies.heldByNobody")}</Text>}
        <CodeView value={text} language="json" label={t("settings.policy")} height="420px" onChange={fixed ? undefined : setText} />
        {problem && <Alert color="red" variant="outline" py="xs" role="status">{problem}</Alert>}
        {!problem && save.error instanceof Error && <Alert color="red" variant="outline" py="xs" role="alert">{save.error.message}</Alert>}
        {!fixed && (
          <Group>
            <Button disabled={Boolean(problem) || !name} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t("action.save")}</Button>
            {!isNew && may("admin:DeletePolicy") && <ConfirmButton label={t("action.delete")} title={t("confirm.delete", { name })} text={t("confirm.cannotUndo")} onConfirm={() => remove.mutate(undefined)} />}
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
