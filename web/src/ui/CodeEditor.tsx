import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { EditorState, type Extension } from "@codemirror/state";
import { oneDark } from "@codemirror/theme-one-dark";
import { EditorView } from "@codemirror/view";
import { useComputedColorScheme } from "@mantine/core";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";
import type { CodeProps } from "./CodeView";
import { DARK, LOOK } from "./codeLook";

const LANGUAGES: Record<CodeProps["language"], () => Extension> = {
  yaml: () => yaml(),
  json: () => json(),
  text: () => [],
};

export default function CodeEditor({ value, language, label, onChange, height = "min(64vh, 720px)" }: CodeProps) {
  const dark = useComputedColorScheme() === "dark";
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const readOnly = onChange === undefined;

  useEffect(() => {
    const extensions: Extension[] = [
      basicSetup,
      LANGUAGES[language](),
      LOOK,
      EditorView.theme({ "&": { height } }),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed.current?.(update.state.doc.toString());
      }),
    ];
    if (dark) extensions.push(DARK, oneDark);
    if (readOnly) extensions.push(EditorState.readOnly.of(true));
    else extensions.push(EditorView.lineWrapping);
    const made = new EditorView({ parent: place.current as HTMLElement, state: EditorState.create({ doc: value, extensions }) });
    view.current = made;
    return () => made.destroy();
    // The text itself is brought in below, without losing the place in it.
  }, [language, dark, readOnly, label, height]);

  useEffect(() => {
    const current = view.current;
    if (!current || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={place} />;
}
