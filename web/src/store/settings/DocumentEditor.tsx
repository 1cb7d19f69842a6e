import { Alert, Button, Group, Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useT } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import { CodeView } from "@/ui/CodeView";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Loaded } from "@/ui/states";
import { useChange } from "@/ui/useChange";
import type { FormProps } from "./RuleList";
import { deleteSetting, getSetting, putSetting } from "../client/buckets";
import { useMay } from "../client/permissions";
import { usePolicyCheck } from "./usePolicyCheck";

export interface DocumentKind {
  setting: string; // S3's name of it: "policy", "lifecycle"
  permission: string; // to change it
  title: MessageKey;
  text: MessageKey;
  language: "json" | "text";
  example: string;
  problem: (text: string) => string | undefined;
  format: (text: string) => string;
  /** Notifications are taken away by an empty document. */
  emptyDocument?: string;
  /** A form for the same; null where the document says more than the form can show. */
  form?: (props: FormProps) => ReactElement | null;
}

/** One document of a bucket's settings, checked as it is typed and by the server when it is saved. */
export function DocumentEditor({ bucket, kind }: { bucket: string; kind: DocumentKind }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["store", "bucket", bucket, kind.setting],
    queryFn: async () => {
      const stored = await getSetting(bucket, kind.setting);
      return stored && isEmpty(stored) ? null : stored;
    },
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">{t(kind.title)}</Title>
      <Text size="sm" c="dimmed" mb="sm">{t(kind.text)}</Text>
      <Loaded query={{ ...query, data: query.data === undefined ? undefined : { text: query.data } }}>
        {({ text }) => <Editor key={text ?? ""} bucket={bucket} kind={kind} stored={text} />}
      </Loaded>
    </Paper>
  );
}

/** A root element with nothing in it: how S3 says that nothing is set. */
function isEmpty(text: string): boolean {
  return /^\s*(<\?[^>]*\?>)?\s*<(\w+)[^>]*?(\/>|>\s*<\/\2>)\s*$/.test(text);
}

interface EditorProps {
  bucket: string;
  kind: DocumentKind;
  stored: string | null;
}

function useDocument({ bucket, kind }: Pick<EditorProps, "bucket" | "kind">) {
  const t = useT();
  const refresh = [["store", "bucket", bucket]];
  const save = useChange((document: string) => putSetting(bucket, kind.setting, document), { refresh, done: () => t("done.saved") });
  const remove = useChange(
    () => (kind.emptyDocument ? putSetting(bucket, kind.setting, kind.emptyDocument) : deleteSetting(bucket, kind.setting)),
    { refresh, done: () => t("done.saved") },
  );
  return { save, remove };
}

/** By the form where there is one and it can show what is stored; as text for whoever wants that. */
function Editor(props: EditorProps) {
  const t = useT();
  const { kind, stored } = props;
  const [asText, setAsText] = useState(false);
  const may = useMay(props.bucket);
  const { save, remove } = useDocument(props);
  const form = kind.form?.({ stored, save: save.mutate, saving: save.isPending, remove: () => remove.mutate(undefined) }) ?? null;
  const refused = save.error instanceof Error && <Alert color="red" variant="outline" py="xs" mt="xs" role="alert">{save.error.message}</Alert>;
  if (!may(kind.permission)) return stored === null ? <Text size="sm">{t("settings.none")}</Text> : <CodeView value={kind.format(stored)} language={kind.language} label={t(kind.title)} height="240px" />;
  if (!kind.form) return <Source {...props} />;
  if (!form) return <><Text size="sm" c="dimmed" mb="xs">{t("rules.onlySource")}</Text><Source {...props} /></>;
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label={t("rules.view")}
        value={asText ? "text" : "form"}
        onChange={(value) => setAsText(value === "text")}
        data={[
          { value: "form", label: t("rules.form") },
          { value: "text", label: "XML" },
        ]}
      />
      {asText ? <Source {...props} /> : form}
      {!asText && refused}
    </>
  );
}

function Source({ bucket, kind, stored }: EditorProps) {
  const t = useT();
  const [text, setText] = useState<string | null>(stored === null ? null : kind.format(stored));
  const { save, remove } = useDocument({ bucket, kind });
  const refused = usePolicyCheck(kind.setting === "policy" ? text : null, bucket);
  if (text === null) {
    return (
      <Group>
        <Text size="sm">{t("settings.none")}</Text>
        <Button variant="default" size="xs" onClick={() => setText(kind.example)}>{t("settings.startFromExample")}</Button>
      </Group>
    );
  }
  const problem = kind.problem(text) ?? refused;
  return (
    <Stack gap="xs">
      <CodeView value={text} language={kind.language} label={t(kind.title)} height="240px" onChange={setText} />
      {problem && <Alert color="red" variant="outline" py="xs" role="status">{problem}</Alert>}
      {!problem && save.error instanceof Error && <Alert color="red" variant="outline" py="xs" role="alert">{save.error.message}</Alert>}
      <Group>
        <Button size="xs" disabled={Boolean(problem)} loading={save.isPending} onClick={() => save.mutate(text)}>{t("action.save")}</Button>
        {stored !== null && <ConfirmButton size="xs" label={t("action.remove")} title={t("confirm.remove", { name: t(kind.title) })} text={t("confirm.cannotUndo")} onConfirm={() => remove.mutate(undefined)} />}
      </Group>
    </Stack>
  );
}
