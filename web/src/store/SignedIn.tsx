import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Area, setRefused } from "@/app/refused";
import { useT } from "@/i18n";
import { useSession } from "@/session/session";
import SignInForm from "@/session/SignInForm";
import { admin } from "./client/admin";
import { mayOf } from "./client/permissions";

/** The store's pages, for whoever has signed in with keys. */
export function SignedIn({ children }: { children: ReactNode }) {
  const t = useT();
  const session = useSession();
  return session ? <><Refusals accessKey={session.accessKey} />{children}</> : <SignInForm title={t("store.signIn")} text={t("store.signInText")} />;
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
