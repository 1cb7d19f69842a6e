import { Button, Group as Row, MultiSelect, Paper, Stack, Table, TextInput, VisuallyHidden } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { EmptyState, Loaded } from "@/ui/states";
import { useChange } from "@/ui/useChange";
import { admin, type Group } from "../client/admin";
import { useMay } from "../client/permissions";
import { PolicySelect } from "./PolicySelect";

function useUserNames(): string[] {
  const query = useQuery({ queryKey: ["store", "users"], queryFn: admin.users });
  return (query.data?.users ?? []).filter((user) => !user.root).map((user) => user.access_key);
}

export function Groups() {
  const t = useT();
  const may = useMay();
  const query = useQuery({ queryKey: ["store", "groups"], queryFn: admin.groups });
  return (
    <Stack>
      {may("admin:AddUserToGroup") && <AddGroup />}
      <Loaded query={query}>
        {({ groups }) =>
          groups.length === 0 ? (
            <EmptyState title={t("access.noGroups")}>{t("access.noGroupsText")}</EmptyState>
          ) : (
            <Paper withBorder>
              <Table.ScrollContainer minWidth={560} tabIndex={0} role="region" aria-label={t("nav.groups")}>
                <Table aria-label={t("nav.groups")}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("field.name")}</Table.Th>
                      <Table.Th>{t("access.members")}</Table.Th>
                      <Table.Th>{t("nav.policies")}</Table.Th>
                      <Table.Th><VisuallyHidden>{t("action.delete")}</VisuallyHidden></Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>{groups.map((group) => <GroupRow key={group.name} group={group} />)}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Paper>
          )
        }
      </Loaded>
    </Stack>
  );
}

/** A group is made with its first members. */
function AddGroup() {
  const t = useT();
  const [name, setName] = useState("");
  const [members, setMembers] = useState<string[]>([]);
  const users = useUserNames();
  const add = useChange(() => admin.addMembers(name, members), {
    refresh: [["store", "groups"], ["store", "users"]],
    done: () => t("access.added", { name }),
    onDone: () => {
      setName("");
      setMembers([]);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name) add.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Row align="flex-end">
        <TextInput label={t("access.newGroup")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <MultiSelect label={t("access.members")} data={users} value={members} onChange={setMembers} searchable miw={220} />
        <Button type="submit" disabled={!name} leftSection={<IconPlus size={16} />}>{t("action.add")}</Button>
      </Row>
    </form>
  );
}

function GroupRow({ group }: { group: Group }) {
  const t = useT();
  const users = useUserNames();
  const may = useMay();
  const refresh = [["store", "groups"], ["store", "users"]];
  const change = useChange(
    async (next: string[]) => {
      const added = next.filter((member) => !group.members.includes(member));
      const removed = group.members.filter((member) => !next.includes(member));
      if (added.length) await admin.addMembers(group.name, added);
      if (removed.length) await admin.removeMembers(group.name, removed);
    },
    { refresh, done: () => t("done.saved") },
  );
  const remove = useChange(
    async () => {
      // Only an empty group can be removed.
      if (group.members.length) await admin.removeMembers(group.name, group.members);
      await admin.removeGroup(group.name);
    },
    { refresh, done: () => t("done.deleted", { name: group.name }) },
  );
  return (
    <Table.Tr>
      <Table.Td>{group.name}</Table.Td>
      <Table.Td><MultiSelect size="xs" disabled={!may("admin:AddUserToGroup") || !may("admin:RemoveUserFromGroup")} aria-label={`${t("access.members")}: ${group.name}`} data={users} value={group.members} onChange={(next) => change.mutate(next)} searchable miw={200} /></Table.Td>
      <Table.Td><PolicySelect kind="groups" name={group.name} policies={group.policies} /></Table.Td>
      <Table.Td>{may("admin:RemoveUserFromGroup") && <ConfirmButton size="xs" label={t("action.delete")} title={t("confirm.delete", { name: group.name })} text={t("access.deleteGroupText")} onConfirm={() => remove.mutate(undefined)} />}</Table.Td>
    </Table.Tr>
  );
}
