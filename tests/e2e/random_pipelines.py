"""Random pipelines, written as the SDK would compile them, of tasks that are quick and always do the same."""

import json
import random

# Waits, writes what it was given with a mark behind it, and ends as it was told.
SCRIPT = """sleep "$2"
mkdir -p "$(dirname "$3")" "$(dirname "$4")"
printf '%s+' "$1" > "$3"
printf 'data of %s' "$1" > "$4"
exit "$5"
"""


def text(**more):
    return {"parameterType": "STRING", **more}


class Generator:
    def __init__(self, seed, mark):
        self.chance = random.Random(seed)
        self.components = {"comp-work": {
            "executorLabel": "exec-work",
            "inputDefinitions": {"parameters": {"x": text(isOptional=True), "seconds": text(), "code": text()}},
            "outputDefinitions": {"parameters": {"out": text()},
                                  "artifacts": {"data": {"artifactType": {"schemaTitle": "system.Dataset",
                                                                          "schemaVersion": "0.0.1"}}}}}}
        self.seed, self.mark, self.count = seed, mark, 0

    def pipeline(self):
        root = self.dag(0)
        root["inputDefinitions"] = {"parameters": {"x": text(defaultValue="start")}}
        words = ["{{$.inputs.parameters['x']}}", "{{$.inputs.parameters['seconds']}}",
                 "{{$.outputs.parameters['out'].output_file}}", "{{$.outputs.artifacts['data'].path}}",
                 "{{$.inputs.parameters['code']}}"]
        return {"pipelineInfo": {"name": f"random-{self.seed}"}, "schemaVersion": "2.1.0", "sdkVersion": "kfp-2.17.0",
                "components": self.components, "root": root,
                "deploymentSpec": {"executors": {"exec-work": {"container": {
                    "image": "python:3.11", "command": ["sh", "-ec", SCRIPT, self.mark], "args": words}}}}}

    def dag(self, depth):
        tasks = {}
        for _ in range(self.chance.randint(1, 5 if depth == 0 else 3)):
            self.add_task(tasks, depth)
        return {"dag": {"tasks": tasks}}

    def add_task(self, tasks, depth):
        chance = self.chance
        name = f"t{self.count}"
        self.count += 1
        before = [other for other in tasks if chance.random() < 0.4]
        kind = chance.choice(["work", "work", "work", "group", "loop"]) if depth < 2 else "work"
        task = {"taskInfo": {"name": name}, "dependentTasks": before, "inputs": {"parameters": {}}}
        given = task["inputs"]["parameters"]
        given["x"] = {"componentInputParameter": "x"}
        if kind == "work":
            task["componentRef"] = {"name": "comp-work"}
            readable = [other for other in before if tasks[other]["componentRef"]["name"] == "comp-work"]
            if readable:
                given["x"] = {"taskOutputParameter": {"producerTask": chance.choice(readable),
                                                      "outputParameterKey": "out"}}
            given["seconds"] = {"runtimeValue": {"constant": f"{chance.uniform(0, 0.25):.3f}"}}
            fails = chance.random() < 0.12
            given["code"] = {"runtimeValue": {"constant": "3" if fails else "0"}}
            if fails and chance.random() < 0.5:
                task["retryPolicy"] = {"maxRetryCount": 1, "backoffDuration": "0s", "backoffFactor": 1.0,
                                       "backoffMaxDuration": "10s"}
        else:
            component = f"comp-{name}"
            self.components[component] = body = self.dag(depth + 1)
            body["inputDefinitions"] = {"parameters": {"x": text()}}
            task["componentRef"] = {"name": component}
            if kind == "loop":
                del given["x"]
                items = [f"{name}-{i}" for i in range(chance.randint(0, 3))]
                task["parameterIterator"] = {"items": {"raw": json.dumps(items)}, "itemInput": "x"}
                if chance.random() < 0.5:
                    task["iteratorPolicy"] = {"parallelismLimit": 1}
            elif chance.random() < 0.5:
                wanted = chance.choice(["start", "something else"])
                task["triggerPolicy"] = {"condition": f"inputs.parameter_values['x'] == '{wanted}'"}
        if before and chance.random() < 0.15:
            task.setdefault("triggerPolicy", {})["strategy"] = "ALL_UPSTREAM_TASKS_COMPLETED"
        if not before:
            del task["dependentTasks"]
        tasks[name] = task
