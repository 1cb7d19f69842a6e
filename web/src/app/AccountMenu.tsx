import { Button, Menu, Text } from "@mantine/core";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useT } from "@/i18n";
import { signOut, useSession } from "@/session/session";
import { setRefused } from "./refused";
import classes from "./Shell.module.css";

/** Who is signed in, on every page, and the way out. */
export function AccountMenu() {
  const t = useT();
  const session = useSession();
  const client = useQueryClient();
  if (!session) return null;
  const leave = () => {
    signOut();
    setRefused([]);
    client.removeQueries({ queryKey: ["store"] });
  };
  const who = t("store.signedInAs", { user: session.user });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" px={8} aria-label={who}>
          <IconUserCircle size={20} stroke={1.6} aria-hidden />
          <span className={classes.account}>{session.user}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown maw={320}>
        <Text px="sm" py={6} size="sm" style={{ overflowWrap: "anywhere" }}>{who}</Text>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>{t("store.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
