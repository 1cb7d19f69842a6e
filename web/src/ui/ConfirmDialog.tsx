import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useT } from "@/i18n";
import { Dialog } from "./Dialog";

interface Props {
  label: string; // of the button that confirms
  title: string; // the question
  text?: string;
  children?: ReactNode; // more of the question
  /** Whether the question has no answer yet that could be confirmed. */
  disabledConfirm?: boolean;
  /** Whether it can be taken back. */
  harmless?: boolean;
  onConfirm: () => void;
  close: () => void;
  /** What has the focus afterwards, where it is not what had it before. */
  back?: () => HTMLElement | null;
}

/** Asks before what cannot be undone, or disturbs others. Whoever only presses Enter again does nothing. */
export function ConfirmDialog({ label, title, text, children, disabledConfirm, harmless, onConfirm, close, back }: Props) {
  const t = useT();
  return (
    <Dialog onClose={close} title={title} back={back}>
      <Stack>
        {text && <Text size="sm">{text}</Text>}
        {children}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={close}>{t("action.cancel")}</Button>
          <Button
            color={harmless ? undefined : "red"}
            disabled={disabledConfirm}
            onClick={() => {
              close();
              onConfirm();
            }}
          >
            {label}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
