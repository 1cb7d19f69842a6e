import { Button, Stack, Text } from "@mantine/core";
import { IconMapSearch } from "@tabler/icons-react";
import { useT } from "@/i18n";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState } from "@/ui/states";
import { href, paths } from "./paths";

export function NotFound() {
  const t = useT();
  return (
    <>
      <PageHeader title={t("error.notFound")} />
      <EmptyState
        icon={<IconMapSearch size={40} stroke={1.3} />}
        title={t("error.notFoundText")}
        action={<Button component="a" href={href(paths.home)}>{t("error.home")}</Button>}
      />
    </>
  );
}

/** A page that threw: a mistake of ours, or files of a former build that are gone. */
export function PageFailed({ error }: { error: unknown }) {
  const t = useT();
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Stack align="flex-start" role="alert">
      <Text>{t("error.page", { message })}</Text>
      <Button onClick={() => window.location.reload()}>{t("action.retry")}</Button>
    </Stack>
  );
}
