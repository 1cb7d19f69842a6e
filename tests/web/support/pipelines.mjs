// Pipelines as the SDK would compile them, of shell and plain Python: they need no packages.
import { execFileSync } from "node:child_process";

const python = execFileSync("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], { encoding: "utf8" }).trim();
export const IMAGE = `python:${python}`;

const parameter = (type, more = {}) => ({ parameterType: type, ...more });
const artifact = (type) => ({ artifactType: { schemaTitle: type, schemaVersion: "0.0.1" } });
export const fromTask = (producerTask, outputParameterKey) => ({ taskOutputParameter: { producerTask, outputParameterKey } });
const artifactOf = (producerTask, outputArtifactKey) => ({ taskOutputArtifact: { producerTask, outputArtifactKey } });

function shell(script, ...args) {
  return { container: { image: IMAGE, command: ["sh", "-c", script], args } };
}

// Python that finds everything in the executor's input, and writes properties of artifacts.
function program(source) {
  const head = `
import json, os, sys
given = json.loads(sys.argv[1])
outputs = given["outputs"]
def path_of(uri): return "/" + uri.replace("://", "/")
def artifact(name, text=None, metadata=None):
    one = outputs["artifacts"][name]["artifacts"][0]
    if text is not None:
        os.makedirs(os.path.dirname(path_of(one["uri"])), exist_ok=True)
        open(path_of(one["uri"]), "wb").write(text if isinstance(text, bytes) else text.encode())
    if metadata:
        one = dict(one, metadata=metadata)
    made[name] = {"artifacts": [one]}
made = {}
`;
  const tail = `
os.makedirs(os.path.dirname(outputs["outputFile"]), exist_ok=True)
json.dump({"artifacts": made}, open(outputs["outputFile"], "w"))
`;
  return { container: { image: IMAGE, command: ["python3", "-c", head + source + tail], args: ["{{$}}"] } };
}

const say = {
  component: {
    executorLabel: "exec-say",
    inputDefinitions: { parameters: { text: parameter("STRING") } },
    outputDefinitions: { parameters: { said: parameter("STRING") } },
  },
  executor: shell(
    'echo "$0"; mkdir -p "$(dirname "$1")"; printf %s "$0" > "$1"',
    "{{$.inputs.parameters['text']}}",
    "{{$.outputs.parameters['said'].output_file}}",
  ),
};

function task(component, parameters = {}, more = {}) {
  return {
    cachingOptions: {},
    componentRef: { name: component },
    inputs: { parameters, artifacts: more.artifacts ?? {} },
    taskInfo: { name: more.label ?? component.replace("comp-", "") },
    ...(more.after ? { dependentTasks: more.after } : {}),
    ...(more.policy ? { triggerPolicy: more.policy } : {}),
    ...(more.iterator ? { parameterIterator: more.iterator } : {}),
    ...(more.cached ? { cachingOptions: { enableCache: true } } : {}),
  };
}

const constant = (value) => ({ runtimeValue: { constant: value } });
const input = (name) => ({ componentInputParameter: name });

/** One step that says a text, or whatever the script does. */
export function oneStep(name, script = 'echo "$0"', definition = {}) {
  return {
    pipelineInfo: { name },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    deploymentSpec: { executors: { "exec-step": shell(script, "{{$.inputs.parameters['text']}}") } },
    components: { "comp-step": { executorLabel: "exec-step", inputDefinitions: { parameters: { text: parameter("STRING") } } } },
    root: {
      inputDefinitions: { parameters: { text: parameter("STRING", { defaultValue: "hello" }), ...definition } },
      dag: { tasks: { step: task("comp-step", { text: input("text") }) } },
    },
  };
}

/** One step whose result the cache may serve. */
export function cachedStep(name = "cached", text = "keep me") {
  const spec = oneStep(name);
  spec.root.dag.tasks.step.cachingOptions = { enableCache: true };
  spec.root.inputDefinitions.parameters.text.defaultValue = text;
  return spec;
}

/** One step that fails at first, and is tried again. */
export function retried() {
  const spec = oneStep("retried", 'echo "a try of it"; exit 7');
  spec.root.dag.tasks.step.retryPolicy = { maxRetryCount: 1, backoffDuration: "0s" };
  return spec;
}

/** The same pipeline as somebody might go on with it: a step more, and another command. */
export function changed(spec) {
  const next = structuredClone(spec);
  next.root.dag.tasks.more = task("comp-step", { text: constant("more") }, { label: "more", after: ["step"] });
  next.deploymentSpec.executors["exec-step"].container.command = ["sh", "-c", 'echo "changed: $0"'];
  return next;
}

/** A step that writes a file, and one that reads what is at an address. */
export function writer(name) {
  const spec = oneStep(name, 'mkdir -p "$(dirname "$1")"; echo made > "$1"');
  spec.deploymentSpec.executors["exec-step"].container.args.push("{{$.outputs.artifacts['data'].path}}");
  spec.components["comp-step"].outputDefinitions = { artifacts: { data: artifact("system.Dataset") } };
  return spec;
}

/** Takes in what another run has made, by its address. */
export function reader(name, uri) {
  return {
    pipelineInfo: { name },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    deploymentSpec: {
      executors: {
        "exec-import": { importer: { artifactUri: { constant: uri }, typeSchema: { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" } } },
        "exec-use": shell('cat "$0"', "{{$.inputs.artifacts['table'].path}}"),
      },
    },
    components: {
      "comp-import": {
        executorLabel: "exec-import",
        inputDefinitions: { parameters: { uri: parameter("STRING") } },
        outputDefinitions: { artifacts: { artifact: artifact("system.Dataset") } },
      },
      "comp-use": { executorLabel: "exec-use", inputDefinitions: { artifacts: { table: artifact("system.Dataset") } } },
    },
    root: {
      dag: {
        tasks: {
          importer: task("comp-import", { uri: constant(uri) }, { label: "importer" }),
          use: task("comp-use", {}, { label: "use-elsewhere", after: ["importer"], artifacts: { table: artifactOf("importer", "artifact") } }),
        },
      },
    },
  };
}

/** Very many steps, in rows of twenty, each after the one above it. */
export function wide(count) {
  const spec = oneStep("wide");
  const name = (index) => `step-${index}`;
  spec.root.dag.tasks = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      name(index),
      task("comp-step", { text: constant(String(index)) }, { label: name(index), after: index >= 20 ? [name(index - 20)] : undefined }),
    ]),
  );
  return spec;
}

/** Parameters of every type. */
export function typed() {
  return oneStep("typed", 'echo "$0"', {
    count: parameter("NUMBER_INTEGER", { defaultValue: 3, description: "How many" }),
    rate: parameter("NUMBER_DOUBLE"),
    loud: parameter("BOOLEAN", { defaultValue: true }),
    items: parameter("LIST", { defaultValue: [1, 2] }),
    options: parameter("STRUCT", { defaultValue: { a: 1 } }),
    mode: parameter("STRING", { defaultValue: "fast", literals: ["fast", "slow"] }),
    note: parameter("STRING", { isOptional: true }),
  });
}

const REPORTS = `
import base64
artifact("page", "<!doctype html><h1 id='h'>before</h1><script>document.getElementById('h').textContent = 'made by script'</script>")
artifact("notes", "# Findings\\n\\n* one\\n* **two**\\n\\n<script>window.evil = 1</script>")
artifact("table", "county,people\\n" + "".join(f"County {n},{n * 137}\\n" for n in range(1500)))
artifact("lines", "".join(json.dumps({"step": n, "loss": 1 / (n + 1)}) + "\\n" for n in range(40)))
artifact("picture", base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNgaGDAioaKGDYAAQCqARgBdnmyKwAAAABJRU5ErkJggg=="))
`;

const METRICS = `
bias = float(given["inputs"]["parameterValues"]["bias"])
artifact("metrics", None, {"accuracy": 0.9 + bias / 100, "loss": 0.2, "epochs": 12})
curve = [{"confidenceThreshold": 1 - n / 10, "recall": min(1, (n / 10) ** (0.4 + bias / 10)), "falsePositiveRate": n / 10} for n in range(11)]
matrix = {"annotationSpecs": [{"displayName": "cat"}, {"displayName": "dog"}], "rows": [{"row": [40, 3]}, {"row": [5, 52]}]}
artifact("classes", None, {"confidenceMetrics": curve, "confusionMatrix": matrix})
`;

/** Everything that a graph shows: nesting, a loop, branches, an exit handler, artifacts of every kind. */
export function everything() {
  const when = (condition) => ({ condition });
  return {
    pipelineInfo: { name: "everything", description: "One of each kind of step" },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    deploymentSpec: {
      executors: {
        "exec-say": say.executor,
        "exec-reports": program(REPORTS),
        "exec-metrics": program(METRICS),
        "exec-use": shell('wc -c < "$0"', "{{$.inputs.artifacts['table'].path}}"),
      },
    },
    components: {
      "comp-say": say.component,
      "comp-reports": {
        executorLabel: "exec-reports",
        outputDefinitions: {
          artifacts: {
            page: artifact("system.HTML"),
            notes: artifact("system.Markdown"),
            table: artifact("system.Dataset"),
            lines: artifact("system.Dataset"),
            picture: artifact("system.Artifact"),
          },
        },
      },
      "comp-metrics": {
        executorLabel: "exec-metrics",
        inputDefinitions: { parameters: { bias: parameter("NUMBER_DOUBLE") } },
        outputDefinitions: { artifacts: { metrics: artifact("system.Metrics"), classes: artifact("system.ClassificationMetrics") } },
      },
      "comp-use": { executorLabel: "exec-use", inputDefinitions: { artifacts: { table: artifact("system.Dataset") } } },
      "comp-inner": {
        inputDefinitions: { parameters: { text: parameter("STRING") } },
        dag: {
          tasks: {
            first: task("comp-say", { text: input("text") }, { label: "first" }),
            second: task("comp-say", { text: fromTask("first", "said") }, { label: "second", after: ["first"] }),
          },
        },
      },
      "comp-loop": {
        inputDefinitions: { parameters: { item: parameter("STRING") } },
        dag: { tasks: { each: task("comp-say", { text: input("item") }, { label: "each" }) } },
      },
      "comp-branch": {
        inputDefinitions: { parameters: { value: parameter("STRING") } },
        dag: { tasks: { taken: task("comp-say", { text: input("value") }, { label: "taken" }) } },
      },
      "comp-guarded": {
        inputDefinitions: { parameters: { text: parameter("STRING"), bias: parameter("NUMBER_DOUBLE") } },
        dag: {
          tasks: {
            greet: task("comp-say", { text: input("text") }, { label: "greet", cached: true }),
            reports: task("comp-reports", {}, { label: "reports" }),
            metrics: task("comp-metrics", { bias: input("bias") }, { label: "metrics" }),
            use: task("comp-use", {}, { label: "use", artifacts: { table: artifactOf("reports", "table") }, after: ["reports"] }),
            inner: task("comp-inner", { text: fromTask("greet", "said") }, { label: "inner", after: ["greet"] }),
            "for-loop-1": task("comp-loop", {}, {
              label: "for-loop-1",
              after: ["greet"],
              iterator: { items: { raw: '["a", "b", "c"]' }, itemInput: "item" },
            }),
            "condition-1": task("comp-branch", { value: fromTask("greet", "said") }, {
              label: "condition-1",
              after: ["greet"],
              policy: when("inputs.parameter_values['value'] == 'hello'"),
            }),
            "condition-2": task("comp-branch", { value: fromTask("greet", "said") }, {
              label: "condition-2",
              after: ["greet"],
              policy: when("inputs.parameter_values['value'] == 'never'"),
            }),
          },
        },
      },
    },
    root: {
      inputDefinitions: { parameters: { text: parameter("STRING", { defaultValue: "hello" }), bias: parameter("NUMBER_DOUBLE", { defaultValue: 1 }) } },
      dag: {
        tasks: {
          "exit-handler-1": task("comp-guarded", { text: input("text"), bias: input("bias") }, { label: "exit-handler-1" }),
          cleanup: task("comp-say", { text: constant("cleaned up") }, {
            label: "cleanup",
            after: ["exit-handler-1"],
            policy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
          }),
        },
      },
    },
  };
}
