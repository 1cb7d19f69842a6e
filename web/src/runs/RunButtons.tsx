import { Button, Menu } from "@mantine/core";
import { IconArchive, IconChevronDown, IconCopy, IconPackages, IconPlayerTrackNext, IconRefreshDot } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { isFinished } from "@/api/runs";
import type { Run } from "@/api/types";
import { useGo } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { runsQuestion, useRunChange } from "./bulk";
import type { Asked } from "./derive/DeriveDialog";

const DeriveDialog = lazy(() => import("./derive/DeriveDialog"));

/** What can be done to a run, by its state. */
export function RunButtons({ run }: { run: Run }) {
  const t = useT();
  const go = useGo();
  const change = useRunChange();
  const [asked, setAsked] = useState<Asked>();
  const archived = run.storage_state === "ARCHIVED";
  const ended = isFinished(run);
  const canRetry = ended && run.state !== "SUCCEEDED";
  return (
    <>
      {!ended && run.state !== "CANCELING" && (
        <ConfirmButton needs="Run" label={t("runs.terminate")} title={runsQuestion(t, "terminate", [run])} text={t("runs.terminateText", { count: 1 })} onConfirm={() => void change("terminate", [run])} />
      )}
      {canRetry && (
        <Needs right="Run"><Button variant="default" leftSection={<IconRefreshDot size={16} />} onClick={() => void change("retry", [run])}>{t("runs.retry")}</Button></Needs>
      )}
      {canRetry && (
        <Needs right="Run"><Button variant="default" leftSection={<IconPlayerTrackNext size={16} />} onClick={() => setAsked({ kind: "RESUME" })}>{t("derive.resume")}</Button></Needs>
      )}
      {asked && <Suspense><DeriveDialog run={run} asked={asked} close={() => setAsked(undefined)} /></Suspense>}
      <Needs right="Run"><Button component="a" variant="default" leftSection={<IconCopy size={16} />} href={href(paths.newRun({ clone: run.run_id }))}>{t("runs.clone")}</Button></Needs>
      {archived ? (
        <>
          <ConfirmButton
            needs="WriteRuns"
            label={t("runs.delete")}
            title={runsQuestion(t, "delete", [run])}
            text={t("runs.deleteText", { count: 1 })}
            onConfirm={() => void change("remove", [run]).then(() => go(paths.archivedRuns))}
          />
          <Needs right="WriteRuns"><Button variant="default" onClick={() => void change("unarchive", [run])}>{t("runs.restore")}</Button></Needs>
        </>
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" aria-label={t("action.more")}><IconChevronDown size={16} /></Button>
          </Menu.Target>
          <Menu.Dropdown>
            {ended && <Needs right="Run"><Menu.Item leftSection={<IconPackages size={16} />} onClick={() => setAsked({ kind: "CLONE", locked: true })}>{t("derive.again")}</Menu.Item></Needs>}
            <Needs right="WriteRuns"><Menu.Item leftSection={<IconArchive size={16} />} onClick={() => void change("archive", [run])}>{t("runs.archive")}</Menu.Item></Needs>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
