// The messages of the pipelines API, from the server's own description (openapi.json, schema.d.ts).
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

// Free-form values are JSON, and the words for "unspecified" are left out on the wire as all zeros are.
type Told<T> = unknown extends T
  ? Json
  : T extends string
    ? Exclude<T, `${string}UNSPECIFIED`>
    : T extends (infer Element)[]
      ? Told<Element>[]
      : T extends object
        ? { [Key in keyof T]: Told<T[Key]> }
        : T;

// What requests may leave out and answers always have.
type Always<T, Key extends keyof T> = Omit<T, Key> & { [One in Key]-?: NonNullable<T[One]> };

type Answer<Name extends keyof Schemas> = Told<Schemas[Name]>;

export interface Page {
  total_size?: number;
  next_page_token?: string;
}

export type Permissions = Answer<"Permissions">;
export type RuntimeState = Answer<"RuntimeState">;
export type Pipeline = Always<Answer<"Pipeline">, "pipeline_id">;
export type PipelineVersion = Always<Answer<"PipelineVersion">, "pipeline_id" | "pipeline_version_id">;
export type Experiment = Always<Answer<"Experiment">, "experiment_id">;
export type VersionReference = Answer<"PipelineVersionReference">;
export type RuntimeConfig = Answer<"RuntimeConfig">;
export type Run = Always<Answer<"Run">, "run_id">;
export type TaskType = Answer<"TaskType">;
export type TaskIo = Answer<"TaskValues">;
export type Task = Always<Answer<"Task">, "task_id" | "run_id">;
export type Artifact = Answer<"Artifact">;
export type ArtifactTask = Answer<"ArtifactTask">;
export type Trigger = Answer<"Trigger">;
export type RecurringRun = Always<Answer<"RecurringRun">, "recurring_run_id">;
export type RunDerivation = Answer<"RunDerivation">;
export type RunPlan = Answer<"RunPlan">;
export type PlannedStep = Answer<"PlannedStep">;
export type PlanDecision = Answer<"PlanDecision">;
export type CacheEntry = Answer<"CacheEntry">;
export type Environment = Answer<"Environment">;
export type LogMatches = Answer<"LogMatches">;
