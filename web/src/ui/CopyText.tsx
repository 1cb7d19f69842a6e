import { ActionIcon, Code, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useT } from "@/i18n";

export function CopyIcon({ value }: { value: string }) {
  const t = useT();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("action.copied") : t("action.copy")}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={t("action.copy")}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** An id or address, to be copied: in full, or of a very long one so many lines. */
export function CopyText({ value, lines }: { value: string; lines?: number }) {
  const cut: React.CSSProperties = lines ? { display: "-webkit-box", WebkitBoxOrient: "vertical", WebkitLineClamp: lines, overflow: "hidden" } : {};
  return (
    <Group gap={4} wrap="nowrap" style={{ minWidth: 0 }}>
      <Code style={{ overflowWrap: "anywhere", background: "none", padding: 0, ...cut }}>{value}</Code>
      <CopyIcon value={value} />
    </Group>
  );
}
