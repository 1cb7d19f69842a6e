import { ActionIcon, Badge, Button, Group, Paper, Table, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatBytes } from "@/format/size";
import { useLanguage } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { deleteObject, listVersions, type ObjectVersion, restoreVersion } from "../client/objects";
import { useMay } from "../client/permissions";
import { download } from "../ObjectPage";
import { VersionDiff } from "./VersionDiff";

/** All versions of a key: to look at, to bring back, to remove for good. */
export function VersionsPanel({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const { t } = useLanguage();
  const [compared, setCompared] = useState<Pair>();
  const versions = useQuery({ queryKey: ["store", "object", bucket, objectKey, "versions"], queryFn: () => listVersions(bucket, objectKey) });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("objects.versions")}</Title>
      <Loaded query={versions}>
        {(list) =>
          list.length <= 1 && (list[0]?.versionId ?? "null") === "null" ? (
            <Text size="sm" c="dimmed">{t("objects.noVersions")}</Text>
          ) : (
            <Table.ScrollContainer minWidth={0} tabIndex={0} role="region" aria-label={t("objects.versions")}>
              <Table aria-label={t("objects.versions")}>
                <Table.Tbody>
                  {list.map((version) => <Row key={version.versionId} bucket={bucket} version={version} newest={list[0]} onCompare={setCompared} />)}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
      {compared && <VersionDiff bucket={bucket} {...compared} close={() => setCompared(undefined)} />}
    </Paper>
  );
}

interface Pair {
  before: ObjectVersion;
  after: ObjectVersion;
}

interface RowProps {
  bucket: string;
  version: ObjectVersion;
  newest?: ObjectVersion;
  onCompare: (pair: Pair) => void;
}

function Row({ bucket, version, newest, onCompare }: RowProps) {
  const { t, language } = useLanguage();
  const may = useMay(bucket, version.key);
  const refresh = [["store", "object", bucket, version.key], ["store", "objects", bucket]];
  const restore = useChange(() => restoreVersion(bucket, version.key, version.versionId), { refresh, done: () => t("objects.restored") });
  const remove = useChange(() => deleteObject(bucket, version.key, version.versionId), { refresh, done: () => t("done.deleted", { name: version.versionId }) });
  return (
    <Table.Tr>
      <Table.Td>
        <TimeText time={version.modified} />
        <Text size="xs" c="dimmed" ff="monospace" truncate maw={{ base: 116, xs: 260 }} title={version.versionId}>{version.versionId}</Text>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{version.deleteMarker ? <Badge variant="default" tt="none">{t("objects.deleteMarker")}</Badge> : formatBytes(version.size, language)}</Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end">
          {version.latest && <Badge variant="default" tt="none">{t("objects.latest")}</Badge>}
          {!version.latest && !version.deleteMarker && may("s3:PutObject") && <Button size="compact-xs" variant="default" onClick={() => restore.mutate(undefined)}>{t("action.restore")}</Button>}
          {newest && newest !== version && !version.deleteMarker && !newest.deleteMarker && (
            <Button size="compact-xs" variant="default" onClick={() => onCompare({ before: version, after: newest })}>{t("objects.compare")}</Button>
          )}
          {!version.deleteMarker && may("s3:GetObjectVersion") && (
            <ActionIcon variant="subtle" color="gray" aria-label={`${t("action.download")} ${version.versionId}`} onClick={() => void download(bucket, version.key, version.versionId)}><IconDownload size={15} /></ActionIcon>
          )}
          {may("s3:DeleteObjectVersion") && <ConfirmButton size="compact-xs" label={t("action.delete")} title={t("objects.deleteVersion")} text={t("confirm.cannotUndo")} onConfirm={() => remove.mutate(undefined)} />}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
