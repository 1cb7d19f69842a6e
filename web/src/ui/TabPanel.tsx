import { Tabs } from "@mantine/core";
import { type ReactNode, Suspense } from "react";
import { Loading } from "./states";

/** What a tab shows. It waits for its code within itself: a tab whose panel is not there would name nothing. */
export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  return <Tabs.Panel value={value}><Suspense fallback={<Loading />}>{children}</Suspense></Tabs.Panel>;
}
