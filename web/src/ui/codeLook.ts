import { EditorView } from "@codemirror/view";

export const LOOK = EditorView.theme({
  "&": { fontSize: "13px", border: "1px solid var(--mantine-color-default-border)", borderRadius: "8px" },
  "&.cm-focused": { outline: "2px solid var(--mantine-color-anchor)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", overflow: "auto" },
});

// The dark theme's own grounds leave too little contrast for its colours.
export const DARK = EditorView.theme({
  "&": { backgroundColor: "#16181a" },
  ".cm-gutters": { backgroundColor: "#16181a", color: "#aab2bd" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "#1e2124" },
}, { dark: true });
