import { type ReactNode, useEffect, useRef } from "react";

/**
 * A chart with what it says in words. The keyboard stops at the chart itself, where arrow keys go from point to point;
 * the layers of its drawing, which Chromium takes for stops because React listens on them, are passed over.
 */
export function ChartFrame({ label, children }: { label: string; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const pass = () => {
      for (const layer of element.querySelectorAll("g[class^='recharts-zIndex-layer']:not([tabindex])")) layer.setAttribute("tabindex", "-1");
    };
    pass();
    const observer = new MutationObserver(pass);
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return <div ref={frame} role="img" aria-label={label}>{children}</div>;
}
