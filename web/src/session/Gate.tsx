import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { useT } from "@/i18n";
import { Loading } from "@/ui/states";
import { setSignInAsked, useSignInAsked } from "./asked";
import { RIGHTS_KEY, useRights } from "./rights";

const SignInForm = lazy(() => import("./SignInForm"));

/** Every page, once the server knows who asks, where it wants to know; afterwards the page that was gone to. */
export function Gate({ children }: { children: ReactNode }) {
  const t = useT();
  const client = useQueryClient();
  const asked = useSignInAsked();
  useRights();
  if (!asked) return <>{children}</>;
  const done = async () => {
    // What was told to nobody, or to somebody else, is asked for again.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== RIGHTS_KEY[0] });
    await client.resetQueries({ queryKey: RIGHTS_KEY });
    setSignInAsked(false);
  };
  return <Suspense fallback={<Loading />}><SignInForm title={t("session.title")} text={t("session.text")} onDone={() => void done()} /></Suspense>;
}
