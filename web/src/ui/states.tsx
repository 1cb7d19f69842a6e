import { Alert, Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/http";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";

export function Loading({ label }: { label?: string }) {
  const t = useT();
  return (
    <Center py="xl" role="status">
      <Loader size="sm" aria-hidden />
      <Text ml="sm" c="dimmed">{label ?? t("state.loading")}</Text>
    </Center>
  );
}

/** What is wrong in the server's words, and what to do. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  const message =
    error instanceof TypeError ? t("error.unreachable") : error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" variant="outline" icon={<IconAlertTriangle />} title={t(isRefused(error) ? "error.refused" : "error.title")} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>{message}</Text>
        {isRefused(error) && <Text size="sm">{t("error.refusedText")}</Text>}
        {isNotFound(error) && <Text size="sm">{t("error.notFoundText")}</Text>}
        <Group gap="xs">
          {retry && <Button size="xs" variant="default" onClick={retry}>{t("action.retry")}</Button>}
          {isNotFound(error) && <Button size="xs" variant="default" component="a" href={href(paths.home)}>{t("error.home")}</Button>}
        </Group>
      </Stack>
    </Alert>
  );
}

export function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Nothing there yet: what belongs here, and the way to a first one. */
export function EmptyState({ icon, title, children, action }: { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      {icon}
      <Title order={2} size="h4">{title}</Title>
      {children && <Text c="dimmed" maw={520}>{children}</Text>}
      {action}
    </Stack>
  );
}

export interface Loadable<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Shows a query's data, or that it is coming, or why it is not there. */
export function Loaded<T>({ query, children }: { query: Loadable<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}
