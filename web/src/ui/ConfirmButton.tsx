import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useRef } from "react";
import { Needs } from "@/session/Needs";
import type { Right } from "@/session/rights";
import { ConfirmDialog } from "./ConfirmDialog";

interface Props extends ButtonProps {
  label: string; // of the button, and of the one that confirms
  title: string; // the question
  text?: string;
  onConfirm: () => void;
  children?: ReactNode; // more of the question
  disabled?: boolean;
  /** Without it there is nothing to confirm. */
  needs?: Right;
  /** Whether the question has no answer yet that could be confirmed. */
  disabledConfirm?: boolean;
  /** Whether it can be taken back. */
  harmless?: boolean;
  /** Of the button that confirms, where it says less than the one that asks. */
  confirmLabel?: string;
}

/** A button for what cannot be undone, or disturbs others: it asks first. */
export function ConfirmButton({ label, title, text, onConfirm, children, disabledConfirm, needs, harmless, confirmLabel, ...button }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Needs right={needs}><Button ref={opener} variant="default" {...button} onClick={open}>{label}</Button></Needs>
      {opened && (
        <ConfirmDialog label={confirmLabel ?? label} title={title} text={text} disabledConfirm={disabledConfirm} harmless={harmless} onConfirm={onConfirm} close={close} back={() => opener.current}>
          {children}
        </ConfirmDialog>
      )}
    </>
  );
}
