import { Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Derivation, reuseApi } from "@/api/reuse";
import type { Run, RunDerivation } from "@/api/types";
import { useGo } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Dialog } from "@/ui/Dialog";
import { ErrorState, Loading } from "@/ui/states";
import { useChange } from "@/ui/useChange";
import { lockedOf } from "./locked";
import { PlanView } from "./PlanView";

export interface Asked {
  kind: Derivation;
  /** Of RERUN: the task's id, and what it is called. */
  task?: { id: string; name: string };
  /** Whether it is to have exactly the packages of this run. */
  locked?: boolean;
}

interface Props {
  run: Run;
  asked: Asked;
  close: () => void;
}

/** A run made from another: first what it would do, then the run. */
export default function DeriveDialog({ run, asked, close }: Props) {
  const t = useT();
  const go = useGo();
  const [name, setName] = useState("");
  const [caching, setCaching] = useState(run.enable_caching !== false);
  const [locked, setLocked] = useState(asked.locked ?? Boolean(run.locked_from));
  const more: RunDerivation = {
    ...lockedOf(run, locked),
    ...(asked.task ? { from_task: asked.task.id } : {}),
    ...(caching || locked ? {} : { enable_caching: false }),
  };
  const plan = useQuery({
    queryKey: ["runs", run.run_id, "plan", asked.kind, more],
    queryFn: () => reuseApi.planDerived(run.run_id, asked.kind, more),
    staleTime: 0,
  });
  const start = useChange(() => reuseApi.derive(run.run_id, asked.kind, name ? { ...more, display_name: name } : more), {
    refresh: [["runs", "list"]],
    done: (made) => t("newRun.started", { name: made.display_name ?? made.run_id }),
    onDone: (made) => {
      close();
      go(paths.run(made.run_id));
    },
  });
  const title = asked.task ? t("derive.rerunTitle", { name: asked.task.name }) : t(asked.kind === "CLONE" ? "derive.again" : "derive.resumeTitle");
  const text = asked.kind === "CLONE" ? "derive.againText" : asked.task ? "derive.rerunText" : "derive.resumeText";
  return (
    <Dialog onClose={close} size="lg" title={title}>
      <Stack>
        <Text size="sm">{t(text)}</Text>
        {plan.error ? <ErrorState error={plan.error} /> : plan.data ? <PlanView plan={plan.data} /> : <Loading label={t("plan.loading")} />}
        <TextInput label={t("newRun.name")} placeholder={run.display_name} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Switch label={t("derive.locked")} description={t("derive.lockedHint")} checked={locked} onChange={(event) => setLocked(event.currentTarget.checked)} />
        {!locked && <Switch label={t("newRun.caching")} description={t("derive.cachingHint")} checked={caching} onChange={(event) => setCaching(event.currentTarget.checked)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>{t("action.cancel")}</Button>
          <Button disabled={!plan.data} loading={start.isPending} onClick={() => start.mutate(undefined)}>{t("newRun.start")}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
