import { lazy, Suspense } from "react";
import { Loading } from "./states";

export interface CodeProps {
  value: string;
  language: "yaml" | "json" | "text";
  label: string;
  /** Without it the text is shown and not edited. */
  onChange?: (value: string) => void;
  height?: string;
}

const Editor = lazy(() => import("./CodeEditor"));

/** Source text with colours, folding and search; loaded when it is first needed. */
export function CodeView(props: CodeProps) {
  return (
    <Suspense fallback={<Loading />}>
      <Editor {...props} />
    </Suspense>
  );
}
