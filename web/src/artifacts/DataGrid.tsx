import { Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { useT } from "@/i18n";
import classes from "./DataGrid.module.css";
import { numericColumns, type TableData } from "./preview";

const ROW = 30;

/** A table of data of which only the rows in sight are in the page. */
export function DataGrid({ table, height }: { table: TableData; height: number }) {
  const t = useT();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: table.rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 20 });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = table.rows.length;
  const numeric = useMemo(() => numericColumns(table), [table]);
  return (
    <div>
      <div ref={scroll} className={classes.scroll} style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={t("artifacts.preview")}>
        <table className={classes.table} aria-rowcount={table.rows.length + 1}>
          <thead>
            <tr>{table.columns.map((column, index) => <th key={`${index} ${column}`} scope="col" data-number={numeric[index] || undefined}>{column}</th>)}</tr>
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden style={{ height: before }} />}
            {items.map((item) => (
              <tr key={item.key} style={{ height: ROW }} aria-rowindex={item.index + 2}>
                {table.rows[item.index]?.map((value, index) => <td key={index} data-number={numeric[index] || undefined} title={value.length > 40 ? value : undefined}>{value}</td>)}
              </tr>
            ))}
            {after > 0 && <tr aria-hidden style={{ height: after }} />}
          </tbody>
        </table>
      </div>
      <Text size="xs" c="dimmed" mt={4}>
        {shown < table.total ? t("artifacts.rowsCut", { shown, count: table.total }) : t("artifacts.rows", { count: shown })}
      </Text>
    </div>
  );
}
