// The part of PipelineSpec 2.1 that is drawn and filled in.
import type { Json, JsonObject } from "@/api/types";

export type ParameterType =
  | "NUMBER_DOUBLE"
  | "NUMBER_INTEGER"
  | "STRING"
  | "BOOLEAN"
  | "LIST"
  | "STRUCT"
  | "TASK_FINAL_STATUS"
  | "TASK_CONFIG";

export interface ParameterDefinition {
  parameterType?: ParameterType;
  defaultValue?: Json;
  isOptional?: boolean;
  description?: string;
  literals?: Json[];
}

export interface ArtifactDefinition {
  artifactType?: { schemaTitle?: string; schemaVersion?: string };
  isArtifactList?: boolean;
  isOptional?: boolean;
}

export interface Definitions {
  parameters?: Record<string, ParameterDefinition>;
  artifacts?: Record<string, ArtifactDefinition>;
}

export interface TaskInput {
  taskOutputParameter?: { producerTask: string; outputParameterKey: string };
  taskOutputArtifact?: { producerTask: string; outputArtifactKey: string };
  componentInputParameter?: string;
  componentInputArtifact?: string;
  runtimeValue?: { constant?: Json };
  taskFinalStatus?: { producerTask: string };
}

export interface TaskSpec {
  taskInfo?: { name?: string };
  inputs?: { parameters?: Record<string, TaskInput>; artifacts?: Record<string, TaskInput> };
  dependentTasks?: string[];
  cachingOptions?: { enableCache?: boolean; cacheKey?: string };
  componentRef?: { name?: string };
  triggerPolicy?: { condition?: string; strategy?: string };
  parameterIterator?: JsonObject;
  artifactIterator?: JsonObject;
  retryPolicy?: { maxRetryCount?: number };
  iteratorPolicy?: { parallelismLimit?: number };
}

export interface ComponentSpec {
  inputDefinitions?: Definitions;
  outputDefinitions?: Definitions;
  executorLabel?: string;
  dag?: { tasks?: Record<string, TaskSpec> };
}

export interface ExecutorSpec {
  container?: {
    image?: string;
    command?: string[];
    args?: string[];
    env?: { name: string; value?: string }[];
    resources?: JsonObject;
  };
  importer?: JsonObject;
}

export interface PipelineSpec {
  pipelineInfo?: { name?: string; displayName?: string; description?: string };
  deploymentSpec?: { executors?: Record<string, ExecutorSpec> };
  components?: Record<string, ComponentSpec>;
  root?: ComponentSpec;
  sdkVersion?: string;
  schemaVersion?: string;
  defaultPipelineRoot?: string;
}

/** Versions carry the spec bare, or beside a platform's. */
export function pipelineSpecOf(stored: JsonObject | undefined): PipelineSpec | undefined {
  if (!stored) return undefined;
  return (stored.pipeline_spec ?? stored.pipelineSpec ?? stored) as PipelineSpec;
}

export function componentOf(spec: PipelineSpec, task: TaskSpec): ComponentSpec {
  return spec.components?.[task.componentRef?.name ?? ""] ?? {};
}

export function executorOf(spec: PipelineSpec, component: ComponentSpec): ExecutorSpec {
  return spec.deploymentSpec?.executors?.[component.executorLabel ?? ""] ?? {};
}

/** What a task waits for: named outright, or through what it takes in. */
export function upstreamOf(task: TaskSpec): string[] {
  const found = new Set(task.dependentTasks ?? []);
  const inputs = [...Object.values(task.inputs?.parameters ?? {}), ...Object.values(task.inputs?.artifacts ?? {})];
  for (const input of inputs) {
    const producer =
      input.taskOutputParameter?.producerTask ?? input.taskOutputArtifact?.producerTask ?? input.taskFinalStatus?.producerTask;
    if (producer) found.add(producer);
  }
  return [...found];
}

export function hasDefault(definition: ParameterDefinition): boolean {
  return definition.defaultValue !== undefined;
}

/** The parameters of the pipeline itself, in the order of the spec. */
export function rootParameters(spec: PipelineSpec): [string, ParameterDefinition][] {
  return Object.entries(spec.root?.inputDefinitions?.parameters ?? {});
}
