import { Button, type ButtonProps, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useT } from "@/i18n";

interface Props extends ButtonProps {
  label: string; // of the button, and of the one that confirms
  title: string; // the question
  text?: string;
  onConfirm: () => void;
  children?: ReactNode; // more of the question
  disabled?: boolean;
  /** Whether the question has no answer yet that could be confirmed. */
  disabledConfirm?: boolean;
}

/** A button for what cannot be undone, or disturbs others: it asks first. */
export function ConfirmButton({ label, title, text, onConfirm, children, disabledConfirm, ...button }: Props) {
  const t = useT();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...button} onClick={open}>{label}</Button>
      <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ "aria-label": t("action.close") }}>
        <Stack>
          {text && <Text size="sm">{text}</Text>}
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{t("action.cancel")}</Button>
            <Button
              color="red"
              disabled={disabledConfirm}
              data-autofocus
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
