import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useT } from "@/i18n";

interface Props extends Omit<ModalProps, "opened"> {
  /** What has the focus afterwards, where it is not what had it before. */
  back?: () => HTMLElement | null;
}

/** A dialog that is open for as long as it is there, and gives the focus back to where it was when it goes. */
export function Dialog({ back, children, ...props }: Props) {
  const t = useT();
  const before = useRef(document.activeElement);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A menu that opened it gives the focus back to its button as it goes, after the dialog had it.
    const timers = [50, 300].map((delay) => setTimeout(() => {
      const dialog = content.current?.closest<HTMLElement>("[role=dialog]");
      if (!dialog || document.activeElement?.closest("[role=dialog], [role=menu], [role=listbox]")) return;
      (dialog.querySelector<HTMLElement>("[data-autofocus]") ?? dialog).focus({ preventScroll: true });
    }, delay));
    return () => timers.forEach(clearTimeout);
  }, []);
  useEffect(() => {
    const element = before.current;
    return () => {
      const to = back?.() ?? element;
      // Whoever closed it may have given the focus to something else already.
      setTimeout(() => {
        const now = document.activeElement;
        if (to instanceof HTMLElement && (now === null || now === document.body)) to.focus({ preventScroll: true });
      });
    };
  }, []);
  return <Modal opened closeButtonProps={{ "aria-label": t("action.close") }} {...props}><div ref={content}>{children}</div></Modal>;
}
