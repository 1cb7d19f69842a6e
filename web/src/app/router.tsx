import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Loading } from "@/ui/states";
import { NotFound, PageFailed } from "./Fallbacks";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

type Load = () => Promise<{ default: ComponentType }>;

// Every page is loaded when it is first gone to.
function page(path: string, load: Load) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });
}

// Pages that stay as they are while another part of them is looked at: the graph keeps its place.
function pageWithParts(path: string, load: Load, part: string) {
  const whole = page(path, load);
  return whole.addChildren([createRoute({ getParentRoute: () => whole, path: part })]);
}

// Addresses of Kubeflow's own app that are others here.
function moved(path: string, to: string) {
  return createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: () => {
      throw redirect({ to, replace: true });
    },
  });
}

const home: Load = () => import("@/home/HomePage");
const pipelines: Load = () => import("@/pipelines/PipelinesPage");
const pipeline: Load = () => import("@/pipelines/PipelinePage");
const experiments: Load = () => import("@/experiments/ExperimentsPage");
const runs: Load = () => import("@/runs/RunsPage");
const run: Load = () => import("@/runs/RunPage");

const routes = [
  page("/", home),
  page("/start", home),
  page("/pipelines", pipelines),
  page("/pipeline_versions/new", () => import("@/pipelines/UploadPage")),
  pageWithParts("/pipelines/details/$pipelineId", pipeline, "version/$versionId"),
  page("/experiments", experiments),
  page("/archive/experiments", experiments),
  page("/experiments/details/$experimentId", () => import("@/experiments/ExperimentPage")),
  page("/runs", runs),
  page("/archive/runs", runs),
  page("/runs/new", () => import("@/runs/create/NewRunPage")),
  pageWithParts("/runs/details/$runId", run, "execution/$taskId"),
  page("/compare", () => import("@/compare/ComparePage")),
  page("/recurringruns", () => import("@/recurring/RecurringRunsPage")),
  page("/recurringrun/details/$recurringId", () => import("@/recurring/RecurringRunPage")),
  page("/artifacts", () => import("@/artifacts/ArtifactsPage")),
  page("/artifacts/$artifactId", () => import("@/artifacts/ArtifactPage")),
  page("/cache", () => import("@/cache/CachePage")),
  page("/cache/$taskId", () => import("@/cache/CacheEntryPage")),
  page("/environments", () => import("@/environments/EnvironmentsPage")),
  page("/store/buckets", () => import("@/store/BucketsPage")),
  page("/store/buckets/$bucket", () => import("@/store/BucketPage")),
  page("/store/buckets/$bucket/settings", () => import("@/store/settings/BucketSettingsPage")),
  page("/store/buckets/$bucket/object", () => import("@/store/ObjectPage")),
  page("/store/access", () => import("@/store/access/AccessPage")),
  page("/store/policies", () => import("@/store/access/PoliciesPage")),
  page("/store/drives", () => import("@/store/DrivesPage")),
  moved("/shared/pipelines", "/pipelines"),
  moved("/experiments/new", "/experiments"),
  moved("/executions", "/runs"),
  page("/executions/$taskId", () => import("@/runs/ExecutionPage")),
  moved("/frontend_features", "/"),
  moved("/store", "/store/buckets"),
];

// Queries are plain name=value pairs, as people and other programs write them.
function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function stringifySearch(search: Record<string, unknown>): string {
  const text = new URLSearchParams(search as Record<string, string>).toString();
  return text ? `?${text}` : "";
}

export const router = createRouter({
  routeTree: root.addChildren(routes),
  history: createHashHistory(),
  parseSearch,
  stringifySearch,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error }) => <PageFailed error={error} />,
  defaultPendingComponent: () => <Loading />,
  defaultPendingMs: 150,
  scrollRestoration: true,
});
