import { NavLink } from "@mantine/core";
import {
  IconBox,
  IconBucket,
  IconCalendarRepeat,
  IconDatabase,
  IconFlask,
  IconHome,
  IconPackages,
  IconPlayerPlay,
  IconRoute,
  IconServer2,
  IconShieldLock,
  IconUsers,
} from "@tabler/icons-react";
import type { MessageKey } from "@/i18n/messages";
import { useT } from "@/i18n";
import { type Right, useMayDo } from "@/session/rights";
import { href, paths } from "./paths";
import { type Area, useRefused } from "./refused";
import classes from "./Shell.module.css";

interface Entry {
  label: MessageKey;
  to: string;
  icon: typeof IconHome;
  /** Paths that begin so are below this entry. */
  below: string[];
  /** Left out where the store has refused it. */
  area?: Area;
  /** Left out for whoever lacks it. */
  right?: Right;
}

const PIPELINES: Entry[] = [
  { label: "nav.start", to: paths.home, icon: IconHome, below: ["/start"] },
  { label: "nav.runs", to: paths.runs, icon: IconPlayerPlay, below: ["/runs", "/archive/runs", "/compare"], right: "ReadRuns" },
  { label: "nav.pipelines", to: paths.pipelines, icon: IconRoute, below: ["/pipelines", "/pipeline_versions"], right: "ReadPipelines" },
  { label: "nav.experiments", to: paths.experiments, icon: IconFlask, below: ["/experiments", "/archive/experiments"], right: "ReadExperiments" },
  { label: "nav.recurring", to: paths.recurring, icon: IconCalendarRepeat, below: ["/recurring"], right: "ReadRecurringRuns" },
  { label: "nav.artifacts", to: paths.artifacts, icon: IconBox, below: ["/artifacts"], right: "ReadArtifacts" },
  { label: "nav.cache", to: paths.cache, icon: IconDatabase, below: ["/cache"], right: "ReadCache" },
  { label: "nav.environments", to: paths.environments, icon: IconPackages, below: ["/environments"], right: "ReadEnvironments" },
];

const STORE: Entry[] = [
  { label: "nav.buckets", to: paths.buckets, icon: IconBucket, below: ["/store/buckets"] },
  { label: "nav.access", to: paths.access, icon: IconUsers, below: ["/store/access"] },
  { label: "nav.policies", to: paths.policies, icon: IconShieldLock, below: ["/store/policies"], area: "policies" },
  { label: "nav.drives", to: paths.drives, icon: IconServer2, below: ["/store/drives"], area: "drives" },
];

function Entries({ entries, path, title }: { entries: Entry[]; path: string; title: MessageKey }) {
  const t = useT();
  const refused = useRefused();
  const may = useMayDo();
  return (
    <nav aria-label={t(title)}>
      <div className={classes.navTitle} aria-hidden>{t(title)}</div>
      {entries.filter(({ area, right }) => !(area && refused.has(area)) && (!right || may(right))).map((entry) => {
        const active = path === entry.to || entry.below.some((start) => path.startsWith(start));
        return (
          <NavLink
            key={entry.to}
            href={href(entry.to)}
            label={t(entry.label)}
            leftSection={<entry.icon size={18} stroke={1.6} aria-hidden />}
            active={active}
            aria-current={active ? "page" : undefined}
            color="cyan"
            className={classes.navLink}
            py={6}
          />
        );
      })}
    </nav>
  );
}

/** The entries as they are for an address, told by its path; a recurring run is made on the page of new runs. */
export function Navigation({ path: asked, recurring }: { path: string; recurring?: boolean }) {
  const path = recurring ? paths.recurring : asked;
  return (
    <>
      <Entries title="app.pipelines" entries={PIPELINES} path={path} />
      <Entries title="app.store" entries={STORE} path={path} />
    </>
  );
}
