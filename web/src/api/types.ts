// The messages of the pipelines API (docs/compatibility.md), as the app reads them. Fields that are
// zero or empty are left out on the wire.

export type RuntimeState =
  | "PENDING"
  | "RUNNING"
  | "SUCCEEDED"
  | "SKIPPED"
  | "FAILED"
  | "CANCELING"
  | "CANCELED"
  | "PAUSED";

export interface Status {
  code?: number;
  message?: string;
}

export interface StateChange {
  update_time?: string;
  state?: RuntimeState;
  error?: Status;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Page {
  total_size?: number;
  next_page_token?: string;
}

export interface Pipeline {
  pipeline_id: string;
  display_name?: string;
  name?: string;
  description?: string;
  created_at?: string;
  tags?: Record<string, string>;
  error?: Status;
}

export interface PipelineVersion {
  pipeline_id: string;
  pipeline_version_id: string;
  display_name?: string;
  name?: string;
  description?: string;
  created_at?: string;
  code_source_url?: string;
  package_url?: { pipeline_url?: string };
  pipeline_spec?: JsonObject;
  tags?: Record<string, string>;
  error?: Status;
}

export interface Experiment {
  experiment_id: string;
  display_name?: string;
  description?: string;
  created_at?: string;
  storage_state?: "AVAILABLE" | "ARCHIVED";
  last_run_created_at?: string;
}

export interface VersionReference {
  pipeline_id?: string;
  pipeline_version_id?: string;
}

export interface RuntimeConfig {
  parameters?: JsonObject;
  pipeline_root?: string;
}

export interface Run {
  run_id: string;
  experiment_id?: string;
  display_name?: string;
  description?: string;
  storage_state?: "AVAILABLE" | "ARCHIVED";
  pipeline_spec?: JsonObject;
  pipeline_version_reference?: VersionReference;
  runtime_config?: RuntimeConfig;
  service_account?: string;
  created_at?: string;
  scheduled_at?: string;
  finished_at?: string;
  state?: RuntimeState;
  error?: Status;
  recurring_run_id?: string;
  state_history?: StateChange[];
}

export type TaskType = "ROOT" | "RUNTIME" | "IMPORTER" | "DAG" | "LOOP" | "LOOP_ITERATION";

export interface TaskParameter {
  parameter_key: string;
  value?: Json;
}

export interface TaskArtifacts {
  artifact_key: string;
  artifacts?: Artifact[];
}

export interface TaskIo {
  parameters?: TaskParameter[];
  artifacts?: TaskArtifacts[];
}

export interface Task {
  task_id: string;
  run_id: string;
  parent_task_id?: string;
  name?: string;
  display_name?: string;
  type?: TaskType;
  type_attributes?: { iteration_index?: number };
  state?: RuntimeState;
  state_history?: StateChange[];
  create_time?: string;
  start_time?: string;
  end_time?: string;
  attempt?: number;
  exit_code?: number;
  error?: Status;
  cached?: boolean;
  cached_from_task_id?: string;
  cache_fingerprint?: string;
  inputs?: TaskIo;
  outputs?: TaskIo;
  child_tasks?: { task_id: string; name?: string }[];
  details?: JsonObject;
}

export interface Artifact {
  artifact_id: string;
  name?: string;
  type?: string;
  schema_title?: string;
  schema_version?: string;
  uri?: string;
  metadata?: JsonObject;
  created_at?: string;
  size?: string;
  directory?: boolean;
}

export interface ArtifactTask {
  id: string;
  artifact_id: string;
  run_id: string;
  task_id: string;
  type: "INPUT" | "OUTPUT";
  artifact_key?: string;
  producer_task_name?: string;
  producer_key?: string;
}

export interface CronSchedule {
  cron?: string;
  start_time?: string;
  end_time?: string;
}

export interface PeriodicSchedule {
  interval_second?: string;
  start_time?: string;
  end_time?: string;
}

export interface Trigger {
  cron_schedule?: CronSchedule;
  periodic_schedule?: PeriodicSchedule;
}

export interface RecurringRun {
  recurring_run_id: string;
  display_name?: string;
  description?: string;
  pipeline_spec?: JsonObject;
  pipeline_version_reference?: VersionReference;
  runtime_config?: RuntimeConfig;
  max_concurrency?: string;
  trigger?: Trigger;
  status?: "ENABLED" | "DISABLED";
  created_at?: string;
  updated_at?: string;
  error?: Status;
  no_catchup?: boolean;
  experiment_id?: string;
}
