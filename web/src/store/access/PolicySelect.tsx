import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useT } from "@/i18n";
import { useChange } from "@/ui/useChange";
import { admin } from "../client/admin";
import { useMay } from "../client/permissions";

export function usePolicyNames(): string[] {
  const query = useQuery({ queryKey: ["store", "policies"], queryFn: admin.policies });
  return (query.data?.policies ?? []).map((policy) => policy.name);
}

/** The policies of a user or group; what is chosen or taken away counts at once. */
export function PolicySelect({ kind, name, policies }: { kind: "users" | "groups"; name: string; policies: string[] }) {
  const t = useT();
  const names = usePolicyNames();
  const may = useMay();
  const change = useChange(
    async (next: string[]) => {
      const added = next.filter((policy) => !policies.includes(policy));
      const removed = policies.filter((policy) => !next.includes(policy));
      if (added.length) await admin.attach(kind, name, added);
      if (removed.length) await admin.detach(kind, name, removed);
    },
    { refresh: [["store", kind]], done: () => t("done.saved") },
  );
  return <MultiSelect size="xs" disabled={!may("admin:AttachUserOrGroupPolicy")} aria-label={`${t("nav.policies")}: ${name}`} data={names} value={policies} onChange={(next) => change.mutate(next)} searchable miw={200} styles={{ inputField: { minWidth: 24, flexBasis: 24 } }} />;
}
