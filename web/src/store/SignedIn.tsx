import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { type Area, setRefused } from "@/app/refused";
import { useT } from "@/i18n";
import { joinProviderSession, useSession } from "@/session/session";
import { admin } from "./client/admin";
import { mayOf } from "./client/permissions";
import { signIn } from "./client/signIn";

/** The store's pages, for whoever has signed in with keys. */
export function SignedIn({ children }: { children: ReactNode }) {
  const session = useSession();
  return session ? <><Refusals accessKey={session.accessKey} />{children}</> : <SignInForm />;
}

const NEEDED: Record<Area, string> = {
  users: "admin:ListUsers",
  groups: "admin:ListGroups",
  policies: "admin:ListUserPolicies",
  drives: "admin:StorageInfo",
};

/** Asks once what this session may look at; what it may not is not offered. The store decides all the same. */
function Refusals({ accessKey }: { accessKey: string }) {
  useQuery({
    queryKey: ["store", "refused", accessKey],
    queryFn: async () => {
      const may = mayOf((await admin.permissions()).permissions);
      const areas = (Object.keys(NEEDED) as Area[]).filter((area) => !may(NEEDED[area]));
      setRefused(areas);
      return areas;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return null;
}

function SignInForm() {
  const t = useT();
  const [user, setUser] = useState("");
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  // Whoever comes back from the identity provider is signed in by this.
  const provider = useQuery({ queryKey: ["store", "provider"], queryFn: joinProviderSession, retry: false });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!user || !secret) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(user.trim(), secret);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <Center pt={{ base: "md", md: 60 }}>
      <Paper withBorder p="xl" maw={440} w="100%">
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Title order={1} size="h3">{t("store.signIn")}</Title>
            <Text size="sm" c="dimmed">{t("store.signInText")}</Text>
            <TextInput label={t("store.accessKey")} autoComplete="username" required value={user} onChange={(event) => setUser(event.currentTarget.value)} />
            <PasswordInput
              label={t("store.secretKey")}
              autoComplete="current-password"
              required
              value={secret}
              onChange={(event) => setSecret(event.currentTarget.value)}
              visibilityToggleButtonProps={{ "aria-label": t("store.showSecret") }}
            />
            {problem && <Alert color="red" variant="outline" role="alert">{problem}</Alert>}
            <Button type="submit" loading={busy}>{t("store.signInButton")}</Button>
            {provider.data && <Button component="a" variant="default" href={`.${provider.data.split("?")[0]}?return_to=/`}>{t("store.signInProvider")}</Button>}
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
