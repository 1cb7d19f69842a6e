import { Button, NativeSelect, Paper, Group, Title } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { Run } from "@/api/types";
import { useT } from "@/i18n";
import { useRunSpec } from "@/runs/useRun";
import { Loaded, Loading } from "@/ui/states";

const SpecChanges = lazy(() => import("@/pipelines/SpecChanges"));

/** How the pipelines of two of the runs differ; drawn when it is asked for. */
export default function RunsChanges({ runs }: { runs: Run[] }) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  const [first, setFirst] = useState(0);
  const [second, setSecond] = useState(1);
  const choice = runs.map((run, index) => ({ value: String(index), label: run.display_name || run.run_id }));
  const [before, after] = [runs[first], runs[second]];
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("compare.pipelines")}</Title>
      <Group align="flex-end" mb="sm">
        <NativeSelect label={t("compare.before")} data={choice} value={String(first)} onChange={(event) => setFirst(Number(event.currentTarget.value))} />
        <NativeSelect label={t("compare.after")} data={choice} value={String(second)} onChange={(event) => setSecond(Number(event.currentTarget.value))} />
        {!asked && <Button variant="default" onClick={() => setAsked(true)}>{t("compare.showChanges")}</Button>}
      </Group>
      {asked && before && after && <Changes key={`${first} ${second}`} before={before} after={after} />}
    </Paper>
  );
}

function Changes({ before, after }: { before: Run; after: Run }) {
  const [was, is] = [useRunSpec(before), useRunSpec(after)];
  return (
    <Loaded query={was}>
      {(old) => <Loaded query={is}>{(now) => <Suspense fallback={<Loading />}><SpecChanges before={old} after={now} /></Suspense>}</Loaded>}
    </Loaded>
  );
}
