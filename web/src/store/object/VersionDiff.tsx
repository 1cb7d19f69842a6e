import { Badge, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useT } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import { Dialog } from "@/ui/Dialog";
import { Loaded } from "@/ui/states";
import { headObject, type ObjectVersion } from "../client/objects";
import { getTags } from "../client/objectSettings";
import { compareFacts } from "../client/versionDiff";

// Names of headers stay as they are, and so do those that people gave.
const NAMES: Record<string, MessageKey | undefined> = { Size: "field.size", Encryption: "objects.encryption" };

interface Props {
  bucket: string;
  before: ObjectVersion;
  after: ObjectVersion;
  close: () => void;
}

async function describe(bucket: string, { key, versionId }: ObjectVersion) {
  const [facts, tags] = await Promise.all([headObject(bucket, key, versionId), getTags(bucket, key, versionId)]);
  return { ...facts, tags };
}

/** What an older version said of itself, beside what the newest says. */
export function VersionDiff({ bucket, before, after, close }: Props) {
  const t = useT();
  const query = useQuery({
    queryKey: ["store", "object", bucket, before.key, "compared", before.versionId, after.versionId],
    queryFn: async () => compareFacts(...(await Promise.all([describe(bucket, before), describe(bucket, after)]))),
  });
  return (
    <Dialog onClose={close} size="xl" title={t("objects.compareTitle")}>
      <Loaded query={query}>
        {(rows) => (
          <Table aria-label={t("objects.compareTitle")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("field.name")}</Table.Th>
                <Table.Th>{t("objects.olderVersion")}</Table.Th>
                <Table.Th>{t("objects.latest")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.name}>
                  <Table.Td>
                    {NAMES[row.name] ? t(NAMES[row.name] as MessageKey) : row.name} {row.differs && <Badge variant="default" tt="none" size="sm">{t("objects.differs")}</Badge>}
                  </Table.Td>
                  {[row.before, row.after].map((value, index) => (
                    <Table.Td key={index} style={{ overflowWrap: "anywhere" }}>{value ? <Text size="sm" fw={row.differs ? 700 : 400}>{value}</Text> : <Text size="sm" c="dimmed">—</Text>}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
    </Dialog>
  );
}
