import { ActionIcon, Drawer, Group, Paper, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useT } from "@/i18n";
import classes from "./SidePanel.module.css";

interface Props {
  title: string;
  beside?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** Details beside what they are of; on a narrow window, over it. */
export function SidePanel({ title, beside, onClose, children }: Props) {
  const t = useT();
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const heading = useRef<HTMLHeadingElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [title]);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  useEffect(() => {
    if (!narrow) return undefined;
    // Not the drawer's own, which listens to Escape wherever it is pressed, in a dialog over it as well.
    const onKeyDown = (event: KeyboardEvent) => {
      const dialog = event.target instanceof Element ? event.target.closest("[role=dialog]") : null;
      if (event.key === "Escape" && dialog?.contains(content.current)) close.current();
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [narrow]);
  if (narrow) {
    return (
      <Drawer opened onClose={onClose} closeOnEscape={false} position="bottom" size="85%" title={<Group gap="xs"><span>{title}</span>{beside}</Group>} closeButtonProps={{ "aria-label": t("action.close") }}>
        <div ref={content}>{children}</div>
      </Drawer>
    );
  }
  return (
    <Paper withBorder component="aside" aria-label={title} className={classes.panel} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.contains(event.target as Node) && onClose()}>
      <Group justify="space-between" wrap="nowrap" p="sm" className={classes.header}>
        <Group gap="xs" style={{ minWidth: 0 }}>
          <Title order={2} size="h5" ref={heading} tabIndex={-1} style={{ outline: "none", overflowWrap: "anywhere" }}>{title}</Title>
          {beside}
        </Group>
        <ActionIcon variant="subtle" color="gray" aria-label={t("action.close")} onClick={onClose}><IconX size={18} /></ActionIcon>
      </Group>
      <div className={classes.body}>{children}</div>
    </Paper>
  );
}
