import type { JsonObject } from "@/api/types";

const SCRIPT = 'echo "$0"; mkdir -p "$(dirname "$1")"; printf %s "$0, and welcome" > "$1"';

// Shell alone: it runs wherever the server does, without packages from anywhere.
function step(input: JsonObject): JsonObject {
  return {
    cachingOptions: {},
    componentRef: { name: "comp-say" },
    inputs: { parameters: { text: input } },
  };
}

/** Two steps that hand a text on: for a first look without Python at hand. */
export function sampleSpec(image: string): JsonObject {
  return {
    pipelineInfo: { name: "first-look", description: "Two shell steps that hand a text on." },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    deploymentSpec: {
      executors: {
        "exec-say": {
          container: {
            image,
            command: ["sh", "-c", SCRIPT],
            args: ["{{$.inputs.parameters['text']}}", "{{$.outputs.parameters['said'].output_file}}"],
          },
        },
      },
    },
    components: {
      "comp-say": {
        executorLabel: "exec-say",
        inputDefinitions: { parameters: { text: { parameterType: "STRING" } } },
        outputDefinitions: { parameters: { said: { parameterType: "STRING" } } },
      },
    },
    root: {
      inputDefinitions: { parameters: { text: { parameterType: "STRING", defaultValue: "Hello" } } },
      dag: {
        tasks: {
          greet: { ...step({ componentInputParameter: "text" }), taskInfo: { name: "greet" } },
          answer: {
            ...step({ taskOutputParameter: { producerTask: "greet", outputParameterKey: "said" } }),
            dependentTasks: ["greet"],
            taskInfo: { name: "answer" },
          },
        },
      },
    },
  };
}
