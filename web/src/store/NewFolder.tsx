import { Button, Popover, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FormEvent, type ReactNode, useState } from "react";
import { useGo } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { useChange } from "@/ui/useChange";
import { createFolder } from "./client/objects";

/** A folder is an empty object whose key ends in a slash, so that it is there before its files are. */
export function NewFolder({ bucket, prefix, icon }: { bucket: string; prefix: string; icon: ReactNode }) {
  const t = useT();
  const go = useGo();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [name, setName] = useState("");
  const create = useChange((path: string) => createFolder(bucket, path), {
    refresh: [["store", "objects", bucket]],
    onDone: (_, path) => {
      close();
      setName("");
      go(paths.bucket(bucket, path));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const clean = name.trim().replace(/^\/+|\/+$/g, "");
    if (clean) create.mutate(`${prefix}${clean}/`);
  };
  return (
    <Popover opened={opened} onChange={toggle} trapFocus withArrow>
      <Popover.Target>
        <Button variant="default" leftSection={icon} onClick={toggle}>{t("objects.newFolder")}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput label={t("field.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
            <Button type="submit" size="xs" loading={create.isPending}>{t("action.create")}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
