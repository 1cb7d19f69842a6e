import { Button } from "@mantine/core";
import { IconFileOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { href } from "@/app/paths";
import { useT } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import { PageHeader } from "./PageHeader";
import { EmptyState, ErrorState, isNotFound, isRefused, Loading, type Loadable } from "./states";

interface Props<T> {
  query: Loadable<T>;
  /** Said where there is no such thing. */
  missing: MessageKey;
  /** Where one finds those that there are. */
  list: { label: MessageKey; to: string };
  children: (data: T) => ReactNode;
}

/** A page that shows one thing: where that cannot be had it is a page all the same, with the way on. */
export function LoadedPage<T>({ query, missing, list, children }: Props<T>) {
  const t = useT();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (!query.error) return <Loading />;
  const gone = isNotFound(query.error);
  const name = t(list.label);
  return (
    <>
      <PageHeader title={t(gone ? missing : isRefused(query.error) ? "error.refused" : "error.title")} crumbs={[{ label: name, to: list.to }]} />
      {gone ? (
        <EmptyState
          icon={<IconFileOff size={40} stroke={1.3} />}
          title={t("error.notFoundText")}
          action={<Button component="a" href={href(list.to)}>{t("missing.list", { name })}</Button>}
        >
          {t("missing.hint")}
        </EmptyState>
      ) : (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      )}
    </>
  );
}
