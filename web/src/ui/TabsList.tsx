import { Tabs, type TabsListProps } from "@mantine/core";
import { useEffect, useRef } from "react";
import classes from "./TabsList.module.css";

/** Tabs in one line, which goes on to the side where a window is narrow; the one that is open is in sight. */
export function TabsList({ value, ...props }: TabsListProps & { value: string }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Once they are as wide as their texts make them.
    const request = requestAnimationFrame(() => {
      const tab = list.current?.querySelector<HTMLElement>("[data-active]");
      if (!tab || !list.current) return;
      const { offsetLeft: left, offsetWidth: width } = tab;
      const { scrollLeft, clientWidth } = list.current;
      if (left < scrollLeft || left + width > scrollLeft + clientWidth) list.current.scrollLeft = left - (clientWidth - width) / 2;
    });
    return () => cancelAnimationFrame(request);
  }, [value]);
  return <Tabs.List ref={list} className={`sideways ${classes.list}`} {...props} />;
}
