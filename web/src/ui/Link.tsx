import { Anchor, type AnchorProps } from "@mantine/core";
import type { ReactNode } from "react";
import { href } from "@/app/paths";

interface Props extends AnchorProps {
  to: string; // of paths.ts
  children: ReactNode;
}

export function Link({ to, children, ...props }: Props) {
  return <Anchor inherit href={href(to)} {...props}>{children}</Anchor>;
}
