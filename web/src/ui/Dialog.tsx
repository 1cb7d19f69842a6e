import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useT } from "@/i18n";

/** A dialog that is open for as long as it is there, and gives the focus back to where it was when it goes. */
export function Dialog(props: Omit<ModalProps, "opened">) {
  const t = useT();
  const before = useRef(document.activeElement);
  useEffect(() => {
    const element = before.current;
    return () => {
      // Whoever closed it may have given the focus to something else already.
      setTimeout(() => {
        const now = document.activeElement;
        if (element instanceof HTMLElement && (now === null || now === document.body)) element.focus({ preventScroll: true });
      });
    };
  }, []);
  return <Modal opened closeButtonProps={{ "aria-label": t("action.close") }} {...props} />;
}
