import type { Json } from "@/api/types";

/** A line of a comparison: one name, and what each run has there. */
export interface CompareRow {
  name: string;
  values: (Json | undefined)[];
  differs: boolean;
}

const text = (value: Json | undefined) => (value === undefined ? "" : JSON.stringify(value));

/** All names that any has, in the order in which they first come. */
export function compareRows(columns: [name: string, value: Json][][]): CompareRow[] {
  const names = [...new Set(columns.flatMap((column) => column.map(([name]) => name)))];
  const maps = columns.map((column) => new Map(column));
  return names.map((name) => {
    const values = maps.map((map) => map.get(name));
    return { name, values, differs: new Set(values.map(text)).size > 1 };
  });
}
