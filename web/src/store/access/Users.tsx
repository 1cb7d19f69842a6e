import { Badge, Button, Group, MultiSelect, Paper, PasswordInput, Stack, Switch, Table, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useT } from "@/i18n";
import { Dialog } from "@/ui/Dialog";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { EmptyState, Loaded } from "@/ui/states";
import { useChange } from "@/ui/useChange";
import { admin, type User } from "../client/admin";
import { useMay } from "../client/permissions";
import { PolicySelect, usePolicyNames } from "./PolicySelect";

export function Users() {
  const t = useT();
  const may = useMay();
  const [adding, { open, close }] = useDisclosure(false);
  const query = useQuery({ queryKey: ["store", "users"], queryFn: admin.users });
  const add = <Button leftSection={<IconPlus size={16} />} onClick={open}>{t("access.addUser")}</Button>;
  return (
    <Stack>
      {may("admin:CreateUser") && <Group>{add}</Group>}
      <Loaded query={query}>
        {({ users }) =>
          users.length === 0 ? (
            <EmptyState title={t("access.noUsers")}>{t("access.noUsersText")}</EmptyState>
          ) : (
            <Paper withBorder>
              <Table.ScrollContainer minWidth={720} tabIndex={0} role="region" aria-label={t("access.users")}>
                <Table aria-label={t("access.users")}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("field.name")}</Table.Th>
                      <Table.Th>{t("nav.policies")}</Table.Th>
                      <Table.Th>{t("nav.groups")}</Table.Th>
                      <Table.Th>{t("recurring.enabled")}</Table.Th>
                      <Table.Th><VisuallyHidden>{t("action.delete")}</VisuallyHidden></Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>{users.map((user) => <Row key={user.access_key} user={user} />)}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Paper>
          )
        }
      </Loaded>
      {adding && <AddUser close={close} />}
    </Stack>
  );
}

function Row({ user }: { user: User }) {
  const t = useT();
  const may = useMay();
  const name = user.access_key;
  const refresh = [["store", "users"]];
  const enable = useChange((on: boolean) => admin.enableUser(name, on), { refresh, done: () => t("done.saved") });
  const remove = useChange(() => admin.removeUser(name), { refresh, done: () => t("done.deleted", { name }) });
  if (user.root) {
    return (
      <Table.Tr>
        <Table.Td>{name}</Table.Td>
        <Table.Td colSpan={4}><Text size="sm" c="dimmed">{t("access.root")}</Text></Table.Td>
      </Table.Tr>
    );
  }
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td><PolicySelect kind="users" name={name} policies={user.policies} /></Table.Td>
      <Table.Td>{user.groups.map((group) => <Badge key={group} variant="default" tt="none" mr={4}>{group}</Badge>)}</Table.Td>
      <Table.Td><Switch disabled={!may("admin:CreateUser")} aria-label={`${t("recurring.enabled")}: ${name}`} checked={user.status === "enabled"} onChange={(event) => enable.mutate(event.currentTarget.checked)} /></Table.Td>
      <Table.Td>{may("admin:DeleteUser") && <ConfirmButton size="xs" label={t("action.delete")} title={t("confirm.delete", { name })} text={t("access.deleteUserText")} onConfirm={() => remove.mutate(undefined)} />}</Table.Td>
    </Table.Tr>
  );
}

function AddUser({ close }: { close: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const [policies, setPolicies] = useState<string[]>(["readonly"]);
  const names = usePolicyNames();
  const wrongSecret = !/^[!-~]{8,128}$/.test(secret);
  const add = useChange(() => admin.addUser(name, secret, policies), {
    refresh: [["store", "users"]],
    done: () => t("access.added", { name }),
    onDone: close,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name && !wrongSecret) add.mutate(undefined);
  };
  return (
    <Dialog onClose={close} title={t("access.addUser")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t("store.accessKey")} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <PasswordInput label={t("store.secretKey")} description={t("access.secretHint")} autoComplete="new-password" required error={secret !== "" && wrongSecret && t("access.secretHint")} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t("store.showSecret") }} />
          <MultiSelect label={t("nav.policies")} data={names} value={policies} onChange={setPolicies} searchable />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{t("action.cancel")}</Button>
            <Button type="submit" loading={add.isPending}>{t("action.add")}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
