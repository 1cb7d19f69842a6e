import { Code, Text, TypographyStylesProvider } from "@mantine/core";
import DOMPurify from "dompurify";
import { marked } from "marked";
import Papa from "papaparse";
import { useEffect, useMemo, useState } from "react";
import { formatBytes } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { ErrorState, Loading } from "@/ui/states";
import { DataGrid } from "./DataGrid";
import type { Part, WholeFile } from "./fetchPart";
import { ModelView } from "./ModelView";
import { type ModelFacts, modelFacts } from "./model";
import { MOST_ROWS, type PreviewKind, parseJsonLines, type TableData, tableOfRecords } from "./preview";

interface Props {
  kind: PreviewKind;
  part: Part;
  name: string;
  /** Where the server shows it as a page in an origin of its own; without it HTML is shown as text. */
  pageUrl?: string;
  height: number;
}

export default function PreviewContent({ kind, part, name, pageUrl, height }: Props) {
  switch (kind) {
    case "html":
      return pageUrl ? <Page url={pageUrl} height={height} /> : <PlainText part={part} height={height} />;
    case "markdown":
      return <Markdown part={part} />;
    case "table":
      return <CsvTable part={part} height={height} />;
    case "jsonlines":
      return <JsonLines part={part} height={height} />;
    case "json":
      return <JsonText part={part} height={height} />;
    case "image":
      return <Image part={part} name={name} height={height} />;
    case "parquet":
      return <Parquet part={part} height={height} />;
    case "text":
      return <PlainText part={part} height={height} />;
    case "binary":
      return <ModelOrBinary part={part} name={name} height={height} />;
  }
}

const textOf = (part: Part) => new TextDecoder().decode(part.bytes);

function Page({ url, height }: { url: string; height: number }) {
  const t = useT();
  return <iframe title={t("artifacts.page")} src={url} sandbox="allow-scripts" style={{ width: "100%", height, border: "1px solid var(--mantine-color-default-border)", borderRadius: 8, background: "#fff" }} />;
}

function Markdown({ part }: { part: Part }) {
  // Pictures from elsewhere would tell that somebody looks at this; the page's policy refuses them too.
  const html = useMemo(
    () => DOMPurify.sanitize(marked.parse(textOf(part), { async: false }), { FORBID_TAGS: ["style", "form", "input"], FORBID_ATTR: ["style"] }),
    [part],
  );
  return (
    <TypographyStylesProvider>
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </TypographyStylesProvider>
  );
}

function CsvTable({ part, height }: { part: Part; height: number }) {
  const table = useMemo<TableData>(() => {
    const parsed = Papa.parse<string[]>(textOf(part), { skipEmptyLines: true });
    const [columns = [], ...rows] = parsed.data;
    // The last row of a part may be half a row.
    const whole = part.complete ? rows : rows.slice(0, -1);
    return { columns, rows: whole.slice(0, MOST_ROWS), total: whole.length };
  }, [part]);
  return <DataGrid table={table} height={height} />;
}

function JsonLines({ part, height }: { part: Part; height: number }) {
  const table = useMemo(() => parseJsonLines(textOf(part)), [part]);
  return <DataGrid table={table} height={height} />;
}

function JsonText({ part, height }: { part: Part; height: number }) {
  const text = useMemo(() => {
    const plain = textOf(part);
    try {
      return JSON.stringify(JSON.parse(plain), null, 2);
    } catch {
      return plain; // a part of it, or not JSON after all
    }
  }, [part]);
  return <Code block tabIndex={0} style={{ maxHeight: height, overflow: "auto" }}>{text.slice(0, 300_000)}</Code>;
}

function PlainText({ part, height }: { part: Part; height: number }) {
  return <Code block tabIndex={0} style={{ maxHeight: height, overflow: "auto", whiteSpace: "pre-wrap" }}>{textOf(part).slice(0, 300_000)}</Code>;
}

function Image({ part, name, height }: { part: Part; name: string; height: number }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([part.bytes]));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [part]);
  return url ? <img src={url} alt={name} style={{ maxWidth: "100%", maxHeight: height, objectFit: "contain" }} /> : null;
}

// What one row group's columns may take, of which only the first rows are shown.
const MOST_OF_PARQUET = 64 << 20;

/** A file as the reader of Parquet asks for it. */
function partsOf(file: WholeFile): { byteLength: number; slice: (begin: number, end?: number) => Promise<ArrayBuffer> } {
  let fetched = 0;
  return {
    byteLength: file.size,
    async slice(begin, end = file.size) {
      const from = begin < 0 ? file.size + begin : begin;
      fetched += end - from;
      if (fetched > MOST_OF_PARQUET) throw new Error(`To show its first rows, more than ${MOST_OF_PARQUET >> 20} MiB of this file would have to be fetched: download it instead.`);
      return (await file.read(from, end)).buffer;
    },
  };
}

function Parquet({ part, height }: { part: Part; height: number }) {
  const [state, setState] = useState<{ table?: TableData; error?: unknown }>({});
  useEffect(() => {
    if (!part.complete && !part.file) return;
    const load = async () => {
      const { parquetReadObjects } = await import("hyparquet");
      const records = await parquetReadObjects({ file: part.file ? partsOf(part.file) : part.bytes.buffer, rowEnd: MOST_ROWS });
      setState({ table: tableOfRecords(records) });
    };
    load().catch((error: unknown) => setState({ error }));
  }, [part]);
  // The file's description is at its end.
  if (!part.complete && !part.file) return <Binary part={part} />;
  if (state.error) return <ErrorState error={state.error} />;
  return state.table ? <DataGrid table={state.table} height={height} /> : <Loading />;
}

function ModelOrBinary({ part, name, height }: { part: Part; name: string; height: number }) {
  const [found, setFound] = useState<{ model?: ModelFacts }>();
  useEffect(() => {
    let current = true;
    void modelFacts(part, name).then((model) => current && setFound({ model }));
    return () => {
      current = false;
    };
  }, [part, name]);
  if (!found) return <Loading />;
  return found.model ? <ModelView model={found.model} height={height} /> : <Binary part={part} />;
}

function Binary({ part }: { part: Part }) {
  const { t, language } = useLanguage();
  return (
    <Text c="dimmed" size="sm">
      {part.complete ? t("artifacts.binary", { size: formatBytes(part.bytes.length, language) }) : t("artifacts.noPreview")}
    </Text>
  );
}
