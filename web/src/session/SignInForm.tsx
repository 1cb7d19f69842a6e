import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useT } from "@/i18n";
import { joinSession, signIn } from "./session";

interface Props {
  title: string;
  text: string;
  onDone?: () => void;
}

/** Keys, or the identity provider; what the address shows stays as it is, also over the way there and back. */
export default function SignInForm({ title, text, onDone }: Props) {
  const t = useT();
  const [user, setUser] = useState("");
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  // Whoever comes back from the identity provider is signed in by this.
  const provider = useQuery({ queryKey: ["provider"], queryFn: joinSession, retry: false, staleTime: 0 });
  useEffect(() => {
    document.title = `${title} · Penstock`;
  }, [title]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!user || !secret) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(user.trim(), secret);
      onDone?.();
    } catch (error) {
      setProblem(error instanceof TypeError ? t("error.unreachable") : error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const there = encodeURIComponent(`/${window.location.hash}`);
  return (
    <Center pt={{ base: "md", md: 60 }}>
      <Paper withBorder p="xl" maw={440} w="100%">
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Title order={1} size="h3">{title}</Title>
            <Text size="sm" c="dimmed">{text}</Text>
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
            {provider.data && <Button component="a" variant="default" href={`.${provider.data.split("?")[0]}?return_to=${there}`}>{t("store.signInProvider")}</Button>}
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
