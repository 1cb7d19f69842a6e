import { Button, Modal } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { RunPlan } from "@/api/types";
import { useT } from "@/i18n";
import { ErrorState, Loading } from "@/ui/states";
import { PlanView } from "./PlanView";

/** Asks what a run would do; nothing is made. `ready` says whether what is asked for is complete. */
export function PlanButton({ plan, ready }: { plan: () => Promise<RunPlan>; ready: () => boolean }) {
  const t = useT();
  const ask = useMutation({ mutationFn: plan });
  return (
    <>
      <Button variant="default" leftSection={<IconListCheck size={16} />} onClick={() => ready() && ask.mutate()}>{t("plan.ask")}</Button>
      <Modal opened={!ask.isIdle} onClose={ask.reset} size="lg" title={t("plan.title")} closeButtonProps={{ "aria-label": t("action.close") }}>
        {ask.error ? <ErrorState error={ask.error} /> : ask.data ? <PlanView plan={ask.data} /> : <Loading label={t("plan.loading")} />}
      </Modal>
    </>
  );
}
