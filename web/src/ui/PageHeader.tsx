import { Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";

import { type ReactNode, useEffect } from "react";
import { Link } from "./Link";
import classes from "./PageHeader.module.css";

interface Crumb {
  label: string;
  to: string;
}

interface Props {
  title: string;
  /** What the page is called below the last crumb, where the title is more than that. */
  here?: string;
  crumbs?: Crumb[];
  beside?: ReactNode; // right of the title
  actions?: ReactNode;
  children?: ReactNode; // below the title
}

export function PageHeader({ title, here, crumbs, beside, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Penstock`;
  }, [title]);
  return (
    <Stack gap={8} mb="md">
      {crumbs && (
        <Breadcrumbs separatorMargin={6} style={{ flexWrap: "wrap" }}>
          {crumbs.map((crumb) => (
            <Link key={crumb.to} to={crumb.to} fz="sm">{crumb.label}</Link>
          ))}
          <Text size="sm" c="dimmed" lh={1.5} truncate maw={260}>{here ?? title}</Text>
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="sm" className={classes.title}>
          <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>{title}</Title>
          {beside}
        </Group>
        {actions && <div className={classes.actions}>{actions}</div>}
      </Group>
      {children}
    </Stack>
  );
}
