import { ActionIcon, Box, Button, Checkbox, CloseButton, Group, Paper, Select, Table, Text, TextInput, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconChevronLeft, IconChevronRight, IconRefresh, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, type QueryKey, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import type { ListRequest, Predicate } from "@/api/lists";
import { nameContains } from "@/api/lists";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import { EmptyState, ErrorState, Loading } from "./states";

export interface Column<Row> {
  label: string;
  /** The server's name of the field to sort by. */
  sort?: string;
  render: (row: Row) => ReactNode;
  /** Left out on windows that are narrower. */
  from?: "xs" | "sm" | "md" | "lg";
  /** Its label is for those who hear the page. */
  hidden?: boolean;
}

export interface ListPage<Row> {
  rows: Row[];
  total: number;
  next?: string;
}

interface Props<Row> {
  label: string;
  queryKey: QueryKey;
  load: (request: ListRequest) => Promise<ListPage<Row>>;
  columns: Column<Row>[];
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  empty: ReactNode;
  predicates?: Predicate[];
  /** The newest first where absent. */
  defaultSort?: string;
  /** The field that the search box looks in; the name where absent. */
  searchKey?: string;
  /** What the search box says of itself. */
  searchLabel?: string;
  filters?: ReactNode;
  /** Whether the list is more than the empty search would leave. */
  filtered?: boolean;
  actions?: (selected: Row[], clear: () => void) => ReactNode;
  refetchInterval?: (rows: Row[]) => number | false;
}

const SIZES = ["10", "20", "50", "100", "200"];
const DEFAULT_SORT = "created_at desc";

/** A list of the server's: searched, sorted and paged there, with its state in the address. */
export function ListTable<Row>(props: Props<Row>) {
  const t = useT();
  const [search, change] = useSearchParams();
  const [before, setBefore] = useState<string[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const size = SIZES.includes(search.size ?? "") ? (search.size as string) : "20";
  const sort = search.sort ?? props.defaultSort ?? DEFAULT_SORT;
  const request: ListRequest = {
    pageToken: search.page,
    pageSize: Number(size),
    sortBy: sort,
    predicates: [...(props.predicates ?? []), ...nameContains(search.q ?? "", props.searchKey)],
  };
  const query = useQuery({
    queryKey: [...props.queryKey, request],
    queryFn: () => props.load(request),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => props.refetchInterval?.(state.data?.rows ?? []) ?? false,
  });
  const rows = query.data?.rows ?? [];
  const selected = rows.filter((row) => chosen.has(props.rowId(row)));
  const clear = () => setChosen(new Set());
  const restart = (changes: Record<string, string | undefined>) => {
    setBefore([]);
    change({ ...changes, page: undefined });
  };

  return (
    <Paper withBorder radius="md">
      <Group p="sm" gap="sm" justify="space-between" align="flex-start">
        <Group gap="sm" style={{ flex: "1 1 260px" }}>
          <SearchBox label={props.searchLabel ?? t("list.search")} text={search.q ?? ""} onSearch={(q) => restart({ q })} />
          {props.filters}
        </Group>
        <Group gap="xs">
          {selected.length > 0 && <Text size="sm" c="dimmed">{t("list.selected", { count: selected.length })}</Text>}
          {props.actions?.(selected, clear)}
          <RefreshButton busy={query.isFetching && !query.isPending} ask={() => void query.refetch()} visibleFrom={selected.length > 0 ? "sm" : undefined} />
        </Group>
      </Group>
      {query.error ? (
        <Box p="sm" pt={0}><ErrorState error={query.error} retry={() => void query.refetch()} /></Box>
      ) : query.isPending ? (
        <Loading />
      ) : rows.length === 0 ? (
        search.q || props.filtered ? (
          <EmptyState title={t("list.none", { text: search.q ?? "…" })} action={<Button variant="default" onClick={() => restart({ q: undefined, state: undefined })}>{t("list.clearSearch")}</Button>} />
        ) : (
          props.empty
        )
      ) : (
        <>
          <Rows {...props} rows={rows} sort={sort} onSort={(field) => restart({ sort: field })} chosen={chosen} choose={setChosen} />
          <Group p="sm" justify="space-between" gap="sm">
            <Text size="sm" c="dimmed">{t("list.total", { count: query.data?.total ?? rows.length })}</Text>
            <Group gap="xs">
              <Select aria-label={t("list.pageSize")} data={SIZES} value={size} onChange={(value) => restart({ size: value ?? undefined })} w={76} size="xs" allowDeselect={false} />
              <ActionIcon
                variant="default"
                aria-label={t("list.previous")}
                disabled={!search.page}
                onClick={() => {
                  change({ page: before.at(-1) });
                  setBefore(before.slice(0, -1));
                }}
              >
                <IconChevronLeft size={16} />
              </ActionIcon>
              <ActionIcon
                variant="default"
                aria-label={t("list.next")}
                disabled={!query.data?.next}
                onClick={() => {
                  setBefore([...before, search.page ?? ""]);
                  change({ page: query.data?.next });
                }}
              >
                <IconChevronRight size={16} />
              </ActionIcon>
            </Group>
          </Group>
        </>
      )}
    </Paper>
  );
}

/** Where there is little room, what is done to the rows that are chosen goes before it. */
function RefreshButton({ busy, ask, visibleFrom }: { busy: boolean; ask: () => void; visibleFrom?: "sm" }) {
  const t = useT();
  return (
    <Tooltip label={t("action.refresh")}>
      <ActionIcon variant="default" size="lg" aria-label={t("action.refresh")} onClick={ask} loading={busy} visibleFrom={visibleFrom}>
        <IconRefresh size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function SearchBox({ label, text, onSearch }: { label: string; text: string; onSearch: (text: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const later = useDebouncedCallback(onSearch, 250);
  const set = (value: string) => {
    setTyped(value);
    later(value);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} />}
      rightSection={typed && <CloseButton size="sm" aria-label={t("list.clearSearch")} onClick={() => set("")} />}
      value={typed}
      onChange={(event) => set(event.currentTarget.value)}
      style={{ flex: "1 1 200px", maxWidth: 340 }}
    />
  );
}

interface RowsProps<Row> extends Props<Row> {
  rows: Row[];
  sort: string;
  onSort: (sort: string) => void;
  chosen: ReadonlySet<string>;
  choose: (chosen: ReadonlySet<string>) => void;
}

function Rows<Row>({ label, rows, columns, rowId, rowName, actions, sort, onSort, chosen, choose }: RowsProps<Row>) {
  const t = useT();
  const selected = rows.filter((row) => chosen.has(rowId(row))).length;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <Table.ScrollContainer minWidth={0} tabIndex={0} role="region" aria-label={label}>
      <Table verticalSpacing={8} highlightOnHover aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {actions && (
              <Table.Th w={40}>
                <Checkbox
                  aria-label={t("list.selectAll")}
                  checked={selected > 0 && selected === rows.length}
                  indeterminate={selected > 0 && selected < rows.length}
                  onChange={() => choose(new Set(selected === rows.length ? [] : rows.map(rowId)))}
                />
              </Table.Th>
            )}
            {columns.map((column) => (
              <HeaderCell key={column.label} column={column} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowId(row)} bg={chosen.has(rowId(row)) ? "var(--mantine-primary-color-light)" : undefined}>
              {actions && (
                <Table.Td>
                  <Checkbox aria-label={t("list.select", { name: rowName(row) })} checked={chosen.has(rowId(row))} onChange={() => toggle(rowId(row))} />
                </Table.Td>
              )}
              {columns.map((column) => (
                <Table.Td key={column.label} visibleFrom={column.from}>{column.render(row)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface HeaderProps {
  column: Pick<Column<never>, "label" | "sort" | "from" | "hidden">;
  sort: string;
  onSort: (sort: string) => void;
}

function HeaderCell({ column: { label, sort: field, from, hidden }, sort, onSort }: HeaderProps) {
  const t = useT();
  const [by, direction] = sort.split(" ");
  const active = field !== undefined && by === field;
  const descending = direction === "desc";
  const order = active ? (descending ? "descending" : "ascending") : undefined;
  const Arrow = descending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th visibleFrom={from} aria-sort={order} style={{ whiteSpace: "nowrap" }}>
      {field ? (
        <UnstyledButton fz="sm" fw={650} aria-label={t("list.sortBy", { name: label })} onClick={() => onSort(`${field} ${active && descending ? "asc" : "desc"}`)}>
          {label} {active && <Arrow size={13} aria-hidden style={{ verticalAlign: "-2px" }} />}
        </UnstyledButton>
      ) : (
        hidden ? <VisuallyHidden>{label}</VisuallyHidden> : label
      )}
    </Table.Th>
  );
}
