import { Button, FileButton, Paper, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useState } from "react";

interface Props {
  label: string;
  hint: string;
  accept?: string;
  file: File | null;
  error?: string;
  onFile: (file: File) => void;
}

/** One file, dropped or chosen. */
export function FileDrop({ label, hint, accept, file, error, onFile }: Props) {
  const [over, setOver] = useState(false);
  return (
    <Paper
      withBorder
      p="lg"
      style={{ borderStyle: "dashed", borderColor: over ? "var(--mantine-color-anchor)" : undefined }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const dropped = event.dataTransfer.files[0];
        if (dropped) onFile(dropped);
      }}
    >
      <Stack align="center" gap={6}>
        <IconFileUpload size={30} stroke={1.4} aria-hidden />
        <FileButton onChange={(chosen) => chosen && onFile(chosen)} accept={accept} inputProps={{ "aria-label": label }}>
          {(props) => <Button variant="default" maw="100%" {...props}>{file ? file.name : label}</Button>}
        </FileButton>
        <Text size="sm" c="dimmed">{hint}</Text>
        {error && <Text size="sm" c="var(--mantine-color-error)" role="alert">{error}</Text>}
      </Stack>
    </Paper>
  );
}
