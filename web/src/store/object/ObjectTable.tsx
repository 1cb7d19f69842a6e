import { Checkbox, Group, Paper, Text } from "@mantine/core";
import { IconFile, IconFolder } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { useLanguage } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Link } from "@/ui/Link";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { deleteObjects, keysBelow, type ListedObject } from "../client/objects";
import { useMay } from "../client/permissions";
import classes from "./ObjectTable.module.css";

export type Entry = ({ folder: false } & ListedObject) | { folder: true; key: string };

interface Props {
  bucket: string;
  prefix: string;
  entries: Entry[];
  more: boolean;
  loadMore: () => void;
}

const ROW = 40;

/** Folders and objects; only the rows in sight are in the page, and further ones are fetched on the way down. */
export function ObjectTable({ bucket, prefix, entries, more, loadMore }: Props) {
  const { t, language } = useLanguage();
  const may = useMay(bucket, prefix);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: entries.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 20 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= entries.length - 100) loadMore();
  }, [more, last, entries.length, loadMore]);
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return (
    <Paper withBorder>
      <Group p="xs" justify="space-between" mih={52}>
        <Text size="sm" c="dimmed">{t("objects.count", { count: formatCount(entries.length, language) })}{more && " +"}</Text>
        {may("s3:DeleteObject") && <DeleteChosen bucket={bucket} keys={[...chosen]} clear={() => setChosen(new Set())} />}
      </Group>
      <div className={classes.header} aria-hidden>
        <span />
        <span>{t("field.name")}</span>
        <span>{t("field.size")}</span>
        <span className={classes.time}>{t("objects.modified")}</span>
      </div>
      <div ref={scroll} className={classes.scroll} style={{ height: Math.min(Math.max(entries.length * ROW, ROW), 620) + 2 }} role="list" aria-label={t("buckets.objects")} tabIndex={0}>
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map((item) => {
            const entry = entries[item.index] as Entry;
            const name = entry.key.slice(prefix.length);
            return (
              <div key={entry.key} role="listitem" aria-setsize={more ? -1 : entries.length} aria-posinset={item.index + 1} className={classes.row} style={{ top: item.start, height: ROW }} data-chosen={chosen.has(entry.key) || undefined}>
                <Checkbox size="xs" aria-label={t("list.select", { name })} checked={chosen.has(entry.key)} onChange={() => toggle(entry.key)} />
                <span className={classes.name}>
                  {entry.folder ? <IconFolder size={17} aria-hidden /> : <IconFile size={17} stroke={1.5} aria-hidden />}
                  <Link to={entry.folder ? paths.bucket(bucket, entry.key) : paths.object(bucket, entry.key)} truncate>{name}</Link>
                </span>
                <span>{entry.folder ? "" : formatBytes(entry.size, language)}</span>
                <span className={classes.time}>{entry.folder ? "" : <TimeText time={entry.modified} />}</span>
              </div>
            );
          })}
        </div>
      </div>
    </Paper>
  );
}

function DeleteChosen({ bucket, keys, clear }: { bucket: string; keys: string[]; clear: () => void }) {
  const { t } = useLanguage();
  const remove = useChange(
    async () => {
      const all: string[] = [];
      for (const key of keys) all.push(...(key.endsWith("/") ? await keysBelow(bucket, key) : [key]));
      const failed = await deleteObjects(bucket, all);
      if (failed[0]) throw new Error(t("objects.notDeleted", { count: failed.length, key: failed[0].key, message: failed[0].message }));
      return all.length;
    },
    { refresh: [["store", "objects", bucket], ["store", "buckets"]], done: (count) => t("objects.deleted", { count }), onDone: clear },
  );
  if (keys.length === 0) return null;
  return (
    <ConfirmButton
      size="xs"
      label={`${t("action.delete")} (${keys.length})`}
      title={t("objects.deleteTitle", { count: keys.length })}
      text={t("objects.deleteText")}
      onConfirm={() => remove.mutate(undefined)}
    />
  );
}
