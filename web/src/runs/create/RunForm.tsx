import { Button, Collapse, Group, Paper, SegmentedControl, Select, Stack, Switch, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FormEvent, useMemo, useState } from "react";
import { recurringApi } from "@/api/recurring";
import { runsApi } from "@/api/runs";
import type { RuntimeConfig } from "@/api/types";
import { useGo, useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { pipelineSpecOf, rootParameters } from "@/graph/spec";
import { useT } from "@/i18n";
import { emptySchedule, problemsOf, type ScheduleForm, triggerOf } from "@/recurring/schedule";
import { ScheduleFields } from "@/recurring/ScheduleFields";
import { useChange } from "@/ui/useChange";
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
}

/** Everything about a new run but what it runs. */
export function RunForm({ source, name: firstName, given, experimentId }: Props) {
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
  const [caching, setCaching] = useState(true);
  const [schedule, setSchedule] = useState<ScheduleForm>(emptySchedule);
  const [tried, setTried] = useState(false);
  const [advanced, { toggle }] = useDisclosure(false);
  const experiments = [...useExperimentNames().values()];
  const { values, problems } = parseAll(definitions, typed);
  const scheduleProblems = problemsOf(schedule);

  const create = useChange(
    async (): Promise<string> => {
      const common = {
        display_name: name,
        description,
        experiment_id: experiment ?? undefined,
        // Without the cache it is a spec of its own: no version of the pipeline says so.
        ...(caching && source.reference
          ? { pipeline_version_reference: source.reference }
          : { pipeline_spec: caching ? source.stored : withoutCaching(source.stored) }),
        runtime_config: { parameters: values, ...(root ? { pipeline_root: root } : {}) },
      };
      if (!recurring) return paths.run((await runsApi.create(common)).run_id);
      const made = await recurringApi.create({ ...common, ...triggerOf(schedule), mode: "ENABLE" });
      return paths.recurringRun(made.recurring_run_id);
    },
    {
      refresh: [["runs", "list"], ["recurring"]],
      done: () => t(recurring ? "recurring.created" : "newRun.started", { name }),
      onDone: (path) => go(path),
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const wrong = Object.keys(problems).length > 0 || !name || (recurring && Object.keys(scheduleProblems).length > 0);
    if (!wrong) create.mutate(undefined);
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
        {usesCaching(spec) && (
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
          <Button type="submit" loading={create.isPending}>{t(recurring ? "newRun.schedule" : "newRun.start")}</Button>
        </Group>
      </Stack>
    </Paper>
  );
}
