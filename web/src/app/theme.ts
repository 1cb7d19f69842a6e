import { createTheme, type CSSVariablesResolver } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: 9,
  black: "#1b1f24",
  colors: {
    // A cool grey in small steps, so that surfaces stand out from the page they lie on (--surface below).
    dark: ["#d5d8dd", "#b5bac2", "#8d939d", "#69707a", "#343a42", "#2a2f36", "#22262c", "#131518", "#0f1113", "#0b0c0e"],
  },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  defaultRadius: "md",
  cursorType: "pointer",
  headings: { fontWeight: "650" },
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    // What it would put into the menu is no entry of one, which the menu's role does not allow.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: "md" } },
    Popover: { defaultProps: { shadow: "md" } },
    Modal: { defaultProps: { centered: true, styles: { title: { fontWeight: 650, lineHeight: 1.35 } } } },
    Drawer: { defaultProps: { styles: { title: { fontWeight: 650, lineHeight: 1.35 } } } },
    // With round corners they would look like choices of one.
    Checkbox: { defaultProps: { radius: "sm" } },
    // The browser's own bar, and shadows where there is more to the side (global.css).
    TableScrollContainer: { defaultProps: { type: "native", className: "sideways" } },
  },
});

// The page is a shade darker than the surfaces on it (global.css).
// The library's dimmed and placeholder texts are too faint to be read by everybody (WCAG 1.4.3).
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f6f7f9",
    "--surface": "#ffffff",
    "--heading": "#14171b",
    "--mantine-color-dimmed": "#495057",
    "--mantine-color-placeholder": "#5f676e",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-anchor": "#0b6173",
  },
  dark: {
    "--surface": "#1a1d21",
    "--heading": "#eceef1",
    "--mantine-color-dimmed": "#b8bcc2",
    "--mantine-color-placeholder": "#9a9fa6",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": "#66d9e8",
  },
});
