import { Text } from "@mantine/core";
import { IconFile, IconFolder } from "@tabler/icons-react";
import { memo, useCallback, useEffect } from "react";
import { href, paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { formatExact, formatRelative, parseTime } from "@/format/time";
import { useLanguage } from "@/i18n";
import rowClasses from "@/ui/rows/rows.module.css";
import { useRowScroll } from "@/ui/rows/useRowScroll";
import type { Entry, ObjectPages } from "./objectPages";
import classes from "./ObjectTable.module.css";

interface Props {
  bucket: string;
  prefix: string;
  pages: ObjectPages;
  /** Changes when pages have come. */
  version: unknown;
  see: (sight: { first: number; last: number }) => void;
  chosen: ReadonlySet<string>;
  choose: (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void;
}

const ROW = 40; // pixels, as the style has it

/** Folders and objects; only the rows in sight are in the page, and further ones are fetched on the way. */
export function ObjectTable({ bucket, prefix, pages, version, see, chosen, choose }: Props) {
  const { t, language } = useLanguage();
  const { count, more } = pages;
  const { frame, space, pane, first, last } = useRowScroll({ count, row: ROW, around: 16, version });
  useEffect(() => see({ first, last }), [see, first, last]);
  const toggle = useCallback(
    (key: string) =>
      choose((before) => {
        const next = new Set(before);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [choose],
  );
  const size = more ? -1 : count;
  return (
    <>
      <div className={classes.header} aria-hidden>
        <span />
        <span>{t("field.name")}</span>
        <span>{t("field.size")}</span>
        <span className={classes.time}>{t("objects.modified")}</span>
      </div>
      <div ref={frame} className={classes.scroll} style={{ height: Math.min(Math.max(count * ROW, ROW), 620) }} role="group" aria-label={t("buckets.objects")} tabIndex={0}>
        <div ref={space} className={rowClasses.space}>
          <div className={rowClasses.window}>
            <div ref={pane} className={`${rowClasses.pane} ${classes.pane}`} role="list" aria-label={t("buckets.objects")}>
              {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
                const index = first + offset;
                const entry = pages.at(index);
                return entry ? (
                  <Row key={index} bucket={bucket} prefix={prefix} entry={entry} place={index + 1} size={size} chosen={chosen.has(entry.key)} toggle={toggle} />
                ) : (
                  <div key={index} role="listitem" className={classes.row}><span /><span className={classes.coming}>{t("state.loading")}</span></div>
                );
              })}
            </div>
          </div>
        </div>
      </div>
      <Text size="sm" c="dimmed" p="sm">{t("objects.count", { count: formatCount(count, language) })}{more && " +"}</Text>
    </>
  );
}

interface RowProps {
  bucket: string;
  prefix: string;
  entry: Entry;
  place: number;
  size: number;
  chosen: boolean;
  toggle: (key: string) => void;
}

// Plain elements: they come and go by the hundred while somebody scrolls.
const Row = memo(function Row({ bucket, prefix, entry, place, size, chosen, toggle }: RowProps) {
  const { t, language } = useLanguage();
  const name = entry.key.slice(prefix.length);
  const to = entry.folder ? paths.bucket(bucket, entry.key) : paths.object(bucket, entry.key);
  const modified = entry.folder ? null : parseTime(entry.modified);
  return (
    <div role="listitem" aria-setsize={size} aria-posinset={place} className={classes.row} data-chosen={chosen || undefined}>
      <input type="checkbox" className={classes.choice} aria-label={t("list.select", { name })} checked={chosen} onChange={() => toggle(entry.key)} />
      <span className={classes.name}>
        {entry.folder ? <IconFolder size={17} aria-hidden /> : <IconFile size={17} stroke={1.5} aria-hidden />}
        <a className={classes.link} href={href(to)} title={name}>{name}</a>
      </span>
      <span>{entry.folder ? "" : formatBytes(entry.size, language)}</span>
      <span className={classes.time}>
        {modified && <time dateTime={modified.toISOString()} title={formatExact(modified, language)}>{formatRelative(modified, new Date(), language)}</time>}
      </span>
    </div>
  );
});
