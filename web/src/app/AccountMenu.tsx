import { Button, Menu, Text } from "@mantine/core";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useT } from "@/i18n";
import { setSignInAsked, useSignInAsked } from "@/session/asked";
import { RIGHTS_KEY, useRights } from "@/session/rights";
import { signOut, useSession } from "@/session/session";
import { setRefused } from "./refused";
import classes from "./Shell.module.css";

/** Who is signed in, on every page, and the way out. */
export function AccountMenu() {
  const t = useT();
  const session = useSession();
  const rights = useRights().data;
  const asked = useSignInAsked();
  const user = session?.user ?? rights?.user;
  const client = useQueryClient();
  if (!user || asked) return null;
  const leave = async () => {
    setRefused([]);
    await signOut();
    if (rights?.sign_in_required) setSignInAsked(true);
    // Nothing that was told to them is left; their rights go with the next sign-in.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] === "store" || (rights?.sign_in_required === true && queryKey[0] !== RIGHTS_KEY[0]) });
  };
  const who = t("store.signedInAs", { user });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" px={8} aria-label={who}>
          <IconUserCircle size={20} stroke={1.6} aria-hidden />
          <span className={classes.account}>{user}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown maw={320}>
        <Text px="sm" py={6} size="sm" style={{ overflowWrap: "anywhere" }}>{who}</Text>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>{t("store.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
