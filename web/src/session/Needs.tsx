import { Tooltip } from "@mantine/core";
import { cloneElement, type MouseEvent, type ReactElement } from "react";
import { useT } from "@/i18n";
import { type Right, useMayDo } from "./rights";

const refuse = (event: MouseEvent) => {
  event.preventDefault();
  event.stopPropagation();
};

/**
 * A button, or an entry of a menu, that needs a right: without it it stays in sight, cannot be used, and says why to
 * whoever points at it or comes to it with the keyboard.
 */
export function Needs({ right, children }: { right?: Right; children: ReactElement }) {
  const t = useT();
  const may = useMayDo();
  if (!right || may(right)) return children;
  const blocked = cloneElement(children as ReactElement<Record<string, unknown>>, {
    component: "button",
    type: "button",
    href: undefined,
    onClick: refuse,
    closeMenuOnClick: false,
    "data-disabled": true,
    "aria-disabled": true,
  });
  return (
    <Tooltip multiline maw={320} events={{ hover: true, focus: true, touch: true }} label={t("session.missing", { right: `pipelines:${right}` })}>
      {blocked}
    </Tooltip>
  );
}
