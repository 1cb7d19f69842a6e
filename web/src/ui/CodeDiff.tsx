import { yaml } from "@codemirror/lang-yaml";
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { oneDark } from "@codemirror/theme-one-dark";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useT } from "@/i18n";
import { DARK, LOOK } from "./codeLook";

/** Two texts as one, with what went and what came marked, and what is the same folded away. */
export default function CodeDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const dark = useComputedColorScheme() === "dark";
  const t = useT();
  const unchanged = t("changes.unchanged");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const extensions: Extension[] = [
      lineNumbers(),
      yaml(),
      LOOK,
      EditorView.theme({ "&": { maxHeight: "min(64vh, 720px)" }, ".cm-collapsedLines": { "&:before, &:after": { content: '"⋯"' } } }),
      EditorState.phrases.of({ "$ unchanged lines": unchanged }),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      unifiedMergeView({ original: before, mergeControls: false, gutter: true, syntaxHighlightDeletions: false, collapseUnchanged: { margin: 3, minSize: 6 } }),
    ];
    if (dark) extensions.push(DARK, oneDark);
    const made = new EditorView({ parent: place.current as HTMLElement, state: EditorState.create({ doc: after, extensions }) });
    return () => made.destroy();
  }, [before, after, label, dark, unchanged]);
  return <div ref={place} />;
}
