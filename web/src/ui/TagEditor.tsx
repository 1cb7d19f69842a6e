import { Badge, Button, CloseButton, Group, Popover, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useT } from "@/i18n";

type Tags = Record<string, string>;

interface Props {
  tags: Tags;
  onChange?: (tags: Tags) => void;
  dotsInKeys?: boolean;
}

/** Tags as badges; with `onChange` they can be added and taken away. */
export function TagEditor({ tags, onChange, dotsInKeys = false }: Props) {
  const t = useT();
  const [opened, { toggle, close }] = useDisclosure(false);
  const names = Object.keys(tags).sort();
  return (
    <Group gap={6}>
      {names.length === 0 && !onChange && <Text size="sm" c="dimmed">{t("tags.none")}</Text>}
      {names.map((name) => (
        <Badge
          key={name}
          variant="default"
          tt="none"
          fw={500}
          size="lg"
          rightSection={
            onChange && (
              <CloseButton
                size={16}
                aria-label={`${t("action.remove")} ${name}`}
                onClick={() => onChange(Object.fromEntries(Object.entries(tags).filter(([key]) => key !== name)))}
              />
            )
          }
        >
          {tags[name] ? `${name}: ${tags[name]}` : name}
        </Badge>
      ))}
      {onChange && (
        <Popover opened={opened} onChange={toggle} trapFocus withArrow position="bottom-start">
          <Popover.Target>
            <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} />} onClick={toggle}>{t("tags.add")}</Button>
          </Popover.Target>
          <Popover.Dropdown>
            <TagForm
              dotsInKeys={dotsInKeys}
              onAdd={(key, value) => {
                close();
                onChange({ ...tags, [key]: value });
              }}
            />
          </Popover.Dropdown>
        </Popover>
      )}
    </Group>
  );
}

function TagForm({ onAdd, dotsInKeys }: { onAdd: (key: string, value: string) => void; dotsInKeys: boolean }) {
  const t = useT();
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const limit = dotsInKeys ? 128 : 63;
  const wrong = key.length > limit || value.length > limit * 2 || (!dotsInKeys && key.includes("."));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key && !wrong) onAdd(key, value);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput label={t("field.key")} value={key} onChange={(event) => setKey(event.currentTarget.value)} error={wrong && t("tags.wrong")} data-autofocus />
        <TextInput label={t("field.value")} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        <Button type="submit" size="xs" disabled={!key || wrong}>{t("action.add")}</Button>
      </Stack>
    </form>
  );
}
