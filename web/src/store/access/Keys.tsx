import { Alert, Button, Group, Paper, Select, Stack, Switch, Table, TextInput, VisuallyHidden } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { EmptyState, Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { type AccessKey, admin } from "../client/admin";

/** Further keys of users, for programs. */
export function Keys() {
  const t = useT();
  const query = useQuery({ queryKey: ["store", "keys"], queryFn: () => admin.accessKeys() });
  return (
    <Stack>
      <CreateKey />
      <Loaded query={query}>
        {({ access_keys: keys }) =>
          keys.length === 0 ? (
            <EmptyState title={t("access.noKeys")}>{t("access.noKeysText")}</EmptyState>
          ) : (
            <Paper withBorder>
              <Table.ScrollContainer minWidth={760} tabIndex={0} role="region" aria-label={t("nav.keys")}>
                <Table aria-label={t("nav.keys")}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("store.accessKey")}</Table.Th>
                      <Table.Th>{t("access.owner")}</Table.Th>
                      <Table.Th>{t("field.description")}</Table.Th>
                      <Table.Th>{t("access.expires")}</Table.Th>
                      <Table.Th>{t("recurring.enabled")}</Table.Th>
                      <Table.Th><VisuallyHidden>{t("action.delete")}</VisuallyHidden></Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>{keys.map((key) => <Row key={key.access_key} entry={key} />)}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Paper>
          )
        }
      </Loaded>
    </Stack>
  );
}

function CreateKey() {
  const t = useT();
  const [user, setUser] = useState<string | null>(null);
  const [description, setDescription] = useState("");
  const [expires, setExpires] = useState("");
  const [made, setMade] = useState<AccessKey>();
  const users = useQuery({ queryKey: ["store", "users"], queryFn: admin.users });
  const create = useChange(() => admin.createAccessKey({ user: user ?? undefined, description: description || undefined, expires_at: expires ? new Date(expires).toISOString() : undefined }), {
    refresh: [["store", "keys"]],
    onDone: setMade,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Group align="flex-end">
          <Select label={t("access.owner")} placeholder={t("access.myself")} clearable data={(users.data?.users ?? []).filter((one) => !one.root).map((one) => one.access_key)} value={user} onChange={setUser} />
          <TextInput label={t("field.description")} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
          <TextInput type="datetime-local" label={t("access.expires")} value={expires} onChange={(event) => setExpires(event.currentTarget.value)} />
          <Button type="submit" loading={create.isPending} leftSection={<IconPlus size={16} />}>{t("access.createKey")}</Button>
        </Group>
        {made && (
          <Alert variant="outline" color="teal" title={t("access.keyMade")} withCloseButton closeButtonLabel={t("action.close")} onClose={() => setMade(undefined)}>
            <Facts
              rows={[
                [t("store.accessKey"), <CopyText key="a" value={made.access_key} />],
                [t("store.secretKey"), <CopyText key="s" value={made.secret_key ?? ""} />],
              ]}
            />
          </Alert>
        )}
      </Stack>
    </form>
  );
}

function Row({ entry }: { entry: AccessKey }) {
  const t = useT();
  const key = entry.access_key;
  const refresh = [["store", "keys"]];
  const enable = useChange((on: boolean) => admin.enableAccessKey(key, on), { refresh, done: () => t("done.saved") });
  const remove = useChange(() => admin.removeAccessKey(key), { refresh, done: () => t("done.deleted", { name: key }) });
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}><CopyText value={key} /></Table.Td>
      <Table.Td>{entry.user || "root"}</Table.Td>
      <Table.Td>{entry.description || entry.name}</Table.Td>
      <Table.Td><TimeText exact time={entry.expires_at} /></Table.Td>
      <Table.Td><Switch aria-label={`${t("recurring.enabled")}: ${key}`} checked={entry.status === "enabled"} onChange={(event) => enable.mutate(event.currentTarget.checked)} /></Table.Td>
      <Table.Td><ConfirmButton size="xs" label={t("action.delete")} title={t("confirm.delete", { name: key })} text={t("confirm.cannotUndo")} onConfirm={() => remove.mutate(undefined)} /></Table.Td>
    </Table.Tr>
  );
}
