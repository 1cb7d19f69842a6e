import { Button, Collapse, Group, Paper, SegmentedControl, Select, Stack, Switch, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FormEvent, useMemo, useState } from "react";
import { recurringApi } from "@/api/recurring";
import { reuseApi } from "@/api/reuse";
import { runsApi } from "@/api/runs";
import type { Run, RuntimeConfig } from "@/api/types";
import { useGo, useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { pipelineSpecOf, rootParameters } from "@/graph/spec";
import { useT } from "@/i18n";
import { emptySchedule, problemsOf, type ScheduleForm, triggerOf } from "@/recurring/schedule";
import { ScheduleFields } from "@/recurring/ScheduleFields";
import { Needs } from "@/session/Needs";
import { useChange } from "@/ui/useChange";
import { PlanButton } from "../derive/PlanButton";
import { useExperimentNames } from "../names";
import { usesCaching, withoutCaching } from "./caching";
import { ParameterField } from "./ParameterField";
import { parseAll, startValues } from "./parameters";
import type { Source } from "./source";

interface Props {
  source: Source;
  name: string;
  given?: RuntimeConfig;
  experimentId?: string;
  /** Whether the cache is on at first. */
  caching?: boolean;
  /** A run whose packages it may have. */
  packagesOf?: Run;
}

/** Everything about a new run but what it runs. */
export function RunForm({ source, name: firstName, given, experimentId, caching: firstCaching = true, packagesOf }: Props) {
  const t = useT();
  const go = useGo();
  const [search, changeSearch] = useSearchParams();
  const recurring = search.recurring === "1";
  const spec = useMemo(() => pipelineSpecOf(source.stored) ?? {}, [source]);
  const definitions = useMemo(() => rootParameters(spec), [spec]);
  const [typed, setTyped] = useState(() => startValues(definitions, given?.parameters));
  const [name, setName] = useState(firstName);
  const [description, setDescription] = useState("");
  const [experiment, setExperiment] = useState(experimentId ?? null);
  const [root, setRoot] = useState(given?.pipeline_root ?? "");
  const [caching, setCaching] = useState(firstCaching);
  const [locked, setLocked] = useState(Boolean(packagesOf?.locked_from));
  const [schedule, setSchedule] = useState<ScheduleForm>(emptySchedule);
  const [tried, setTried] = useState(false);
  const [advanced, { toggle }] = useDisclosure(false);
  const experiments = [...useExperimentNames().values()];
  const { values, problems } = parseAll(definitions, typed);
  const scheduleProblems = problemsOf(schedule);

  const common = () => ({
    display_name: name,
    description,
    experiment_id: experiment ?? undefined,
    runtime_config: { parameters: values, ...(root ? { pipeline_root: root } : {}) },
  });
  const what = () => (source.reference ? { pipeline_version_reference: source.reference } : { pipeline_spec: source.stored });
  // Of recurring runs only the spec can say that it does without the cache.
  const uncached = () => (caching ? what() : { pipeline_spec: withoutCaching(source.stored) });
  const packages = () => (locked && packagesOf ? { locked_from: packagesOf.locked_from ?? packagesOf.run_id } : {});
  const once = () => ({ ...common(), ...what(), ...packages(), ...(caching ? {} : { enable_caching: false }) });
  const create = useChange(
    async (): Promise<string> => {
      if (!recurring) return paths.run((await runsApi.create(once())).run_id);
      const made = await recurringApi.create({ ...common(), ...uncached(), ...triggerOf(schedule), mode: "ENABLE" });
      return paths.recurringRun(made.recurring_run_id);
    },
    {
      refresh: [["runs", "list"], ["recurring"]],
      done: () => t(recurring ? "recurring.created" : "newRun.started", { name }),
      onDone: (path) => go(path),
    },
  );
  const complete = () => {
    setTried(true);
    return Object.keys(problems).length === 0 && name !== "" && !(recurring && Object.keys(scheduleProblems).length > 0);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete()) create.mutate(undefined);
  };

  return (
    <Paper withBorder p="md" component="form" onSubmit={submit} noValidate>
      <Stack>
        <SegmentedControl
          aria-label={t("recurring.trigger")}
          value={recurring ? "1" : ""}
          onChange={(value) => changeSearch({ recurring: value || undefined })}
          data={[
            { value: "", label: t("newRun.once") },
            { value: "1", label: t("newRun.repeated") },
          ]}
        />
        <TextInput label={t("newRun.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} error={tried && !name && t("newRun.required")} />
        <Select
          label={t("newRun.experiment")}
          placeholder="Default"
          searchable
          clearable
          data={experiments.map((one) => ({ value: one.experiment_id, label: one.display_name ?? one.experiment_id }))}
          value={experiment}
          onChange={setExperiment}
        />
        {recurring && <ScheduleFields form={schedule} problems={tried ? scheduleProblems : {}} onChange={setSchedule} />}
        <Title order={2} size="h5">{t("newRun.parameters")}</Title>
        {definitions.length === 0 && <Text c="dimmed" size="sm">{t("pipelines.noInputs")}</Text>}
        {definitions.map(([key, definition]) => (
          <ParameterField
            key={key}
            name={key}
            definition={definition}
            typed={typed[key]}
            // A field that nobody has touched is not wrong yet.
            problem={tried || typed[key] !== undefined ? problems[key] : undefined}
            onChange={(value) => setTyped((before) => ({ ...before, [key]: value }))}
          />
        ))}
        {packagesOf && !recurring && (
          <Switch label={t("derive.locked")} description={t("derive.lockedHint")} checked={locked} onChange={(event) => setLocked(event.currentTarget.checked)} />
        )}
        {usesCaching(spec) && (recurring || !locked) && (
          <Switch label={t("newRun.caching")} description={t("newRun.cachingHint")} checked={caching} onChange={(event) => setCaching(event.currentTarget.checked)} />
        )}
        <Group>
          <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={advanced}>{t("newRun.advanced")}</Button>
        </Group>
        <Collapse in={advanced}>
          <Stack>
            <Textarea label={t("field.description")} autosize minRows={2} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
            <TextInput label={t("newRun.root")} description={t("newRun.rootHint")} placeholder="minio://mlpipeline/v2/artifacts" value={root} onChange={(event) => setRoot(event.currentTarget.value)} />
          </Stack>
        </Collapse>
        <Group justify="flex-end">
          {!recurring && <PlanButton plan={() => reuseApi.plan(once())} ready={complete} />}
          <Needs right={recurring ? "WriteRecurringRuns" : "Run"}><Button type="submit" loading={create.isPending}>{t(recurring ? "newRun.schedule" : "newRun.start")}</Button></Needs>
        </Group>
      </Stack>
    </Paper>
  );
}
