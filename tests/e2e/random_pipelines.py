"""Random pipelines, written as the SDK would compile them, of tasks that are quick and always do the same."""

import importlib.util
import json
import random
import tempfile

import yaml
from kfp import compiler, dsl

# Waits, writes what it was given with a mark behind it, and ends as it was told.
SCRIPT = """sleep "$2"
mkdir -p "$(dirname "$3")" "$(dirname "$4")"
printf '%s+' "$1" > "$3"
printf 'data of %s' "$1" > "$4"
exit "$5"
"""


# The same as a component of the SDK, whose function's name is the mark: a word of its command line.
FUNCTION = """from kfp import dsl

def {mark}(seconds: str, code: str, out: dsl.OutputPath(str), data: dsl.Output[dsl.Dataset], x: str = None):
    import sys, time
    time.sleep(float(seconds))
    for path, text in ((out, str(x) + "+"), (data.path, "data of " + str(x))):
        with open(path, "w") as file:
            file.write(text)
    sys.exit(int(code))
"""


def compiled(mark):
    """The executor that the SDK makes of the function."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/steps.py"
        with open(path, "w") as file:
            file.write(FUNCTION.format(mark=mark))
        spec = importlib.util.spec_from_file_location("steps", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        component = dsl.component(getattr(module, mark), base_image="python:3.11")
        compiler.Compiler().compile(component, f"{folder}/component.yaml")
        with open(f"{folder}/component.yaml") as file:
            executor, = yaml.safe_load(file)["deploymentSpec"]["executors"].values()
    return executor


def text(**more):
    return {"parameterType": "STRING", **more}


class Generator:
    def __init__(self, seed, mark, executor=None):
        """`executor` is what runs the tasks; a shell where none is given."""
        self.chance = random.Random(seed)
        self.components = {"comp-work": {
            "executorLabel": "exec-work",
            "inputDefinitions": {"parameters": {"x": text(isOptional=True), "seconds": text(), "code": text()}},
            "outputDefinitions": {"parameters": {"out": text()},
                                  "artifacts": {"data": {"artifactType": {"schemaTitle": "system.Dataset",
                                                                          "schemaVersion": "0.0.1"}}}}}}
        self.seed, self.mark, self.count, self.executor = seed, mark, 0, executor

    def pipeline(self):
        root = self.dag(0)
        root["inputDefinitions"] = {"parameters": {"x": text(defaultValue="start")}}
        words = ["{{$.inputs.parameters['x']}}", "{{$.inputs.parameters['seconds']}}",
                 "{{$.outputs.parameters['out'].output_file}}", "{{$.outputs.artifacts['data'].path}}",
                 "{{$.inputs.parameters['code']}}"]
        return {"pipelineInfo": {"name": f"random-{self.seed}"}, "schemaVersion": "2.1.0", "sdkVersion": "kfp-2.17.0",
                "components": self.components, "root": root,
                "deploymentSpec": {"executors": {"exec-work": self.executor or {"container": {
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
