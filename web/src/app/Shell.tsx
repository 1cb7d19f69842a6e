import { ActionIcon, AppShell, Burger, Group, Kbd, ScrollArea, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useT } from "@/i18n";
import { Gate } from "@/session/Gate";
import { AccountMenu } from "./AccountMenu";
import { Navigation } from "./Navigation";
import { href, paths } from "./paths";
import { Preferences } from "./Preferences";
import classes from "./Shell.module.css";

const SearchDialog = lazy(() => import("@/search/SearchDialog"));

function SearchButton({ open }: { open: () => void }) {
  const t = useT();
  return (
    <>
      <UnstyledButton className={classes.search} onClick={open} visibleFrom="sm">
        <IconSearch size={16} aria-hidden />
        <span>{t("search.title")}</span>
        <Kbd size="xs">{t("search.hint")}</Kbd>
      </UnstyledButton>
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={open} hiddenFrom="sm" aria-label={t("search.title")}>
        <IconSearch size={20} />
      </ActionIcon>
    </>
  );
}

export function Shell() {
  const t = useT();
  const [menu, { toggle, close }] = useDisclosure(false);
  const [searching, search] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const recurring = useRouterState({ select: (state) => (state.location.search as { recurring?: unknown }).recurring === "1" });
  // A part of a page that is looked at is no other page: the focus is its own affair.
  const page = useRouterState({ select: (state) => state.matches[1]?.id ?? state.location.pathname });
  const main = useRef<HTMLElement>(null);
  useHotkeys([["mod+K", search.open], ["/", search.open]]);

  // A new page closes the menu and is where the keyboard goes on.
  const first = useRef(true);
  useEffect(() => {
    close();
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [page, close]);

  return (
    <AppShell
      header={{ height: 54 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !menu } }}
      padding={{ base: "sm", md: "lg" }}
    >
      <a
        href="#main"
        className={classes.skip}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t("app.skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("app.menu")} aria-expanded={menu} />
            <a href={href(paths.home)} className={classes.brand}>
              <img src="./icon.svg" alt="" width={26} height={26} />
              <Text span fw={700}>{t("app.name")}</Text>
            </a>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton open={search.open} />
            <Preferences />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <AppShell.Section grow component={ScrollArea}>
          <Navigation path={path} recurring={recurring} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1} className={classes.main}>
        <Gate><Outlet /></Gate>
      </AppShell.Main>
      <VisuallyHidden aria-live="polite" id="announcements" />
      {searching && (
        <Suspense fallback={null}>
          <SearchDialog close={search.close} />
        </Suspense>
      )}
    </AppShell>
  );
}
