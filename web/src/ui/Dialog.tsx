import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useT } from "@/i18n";

interface Props extends Omit<ModalProps, "opened"> {
  /** What has the focus afterwards, where it is not what had it before. */
  back?: () => HTMLElement | null;
}

/** A dialog that is open for as long as it is there, and gives the focus back to where it was when it goes. */
export function Dialog({ back, ...props }: Props) {
  const t = useT();
  const before = useRef(document.activeElement);
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
  return <Modal opened closeButtonProps={{ "aria-label": t("action.close") }} {...props} />;
}
