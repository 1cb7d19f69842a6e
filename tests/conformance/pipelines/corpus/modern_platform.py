"""What pipelines say to Kubernetes: secrets, config maps, volumes, workspaces, limits."""

import re

from kfp import dsl, kubernetes
from kfp.dsl import Dataset, Input, Output

from case import case
from components import IMAGE, echo, python, quick, read, say, shell, sleep, variable, write


@case(gives={"variable": {"value": "s3cr3t ü"}, "variable-2": {"value": "me"}})
def secrets_as_variables():
    task = variable(name="PASSWORD")
    kubernetes.use_secret_as_env(task, "login", {"password": "PASSWORD"})
    both = variable(name="USER_NAME")
    kubernetes.use_secret_as_env(both, "login", {"password": "PASSWORD", "user": "USER_NAME"})


@case(arguments={"name": "login"}, gives={"variable": {"value": "me"}})
def a_secret_named_by_a_parameter(name: str):
    kubernetes.use_secret_as_env(variable(name="X"), name, {"user": "X"})


@case(gives={"variable": {"value": "me"}})
def a_secret_named_by_a_task():
    kubernetes.use_secret_as_env(variable(name="X"), say(text="login").output, {"user": "X"})


@dsl.pipeline(name="with-secret")
def with_secret(name: str):
    kubernetes.use_secret_as_env(variable(name="X"), name, {"user": "X"})


@case(gives={"with-secret/variable": {"value": "me"}})
def a_secret_named_in_an_inner_pipeline():
    with_secret(name="login")


@case(state="FAILED", errors={"variable": "no secret 'nobody'.*penstock secret set nobody"})
def a_secret_that_is_not_there():
    kubernetes.use_secret_as_env(variable(name="X"), "nobody", {"user": "X"})


@case(state="FAILED", errors={"variable": "'login' has no key 'pin'"})
def a_secret_without_that_key():
    kubernetes.use_secret_as_env(variable(name="X"), "login", {"pin": "X"})


@case(tasks={"quick": "SUCCEEDED"})
def an_optional_secret():
    task = quick(text="x")
    kubernetes.use_secret_as_env(task, "nobody", {"user": "X"}, optional=True)
    kubernetes.use_secret_as_volume(task, "nobody", "/mnt/nobody", optional=True)


@case(gives={"variable": {"value": "blue"}})
def config_maps_as_variables():
    kubernetes.use_config_map_as_env(variable(name="SKY"), "colours", {"sky": "SKY"})


@dsl.container_component
def look(folder: str, seen: dsl.OutputPath(str)):
    script = ('mkdir -p "$(dirname "$1")"; cd "$0"; for f in *; do printf "%s=" "$f"; cat "$f"; '
              'done >"$1"; touch "$0/new" 2>/dev/null && echo writable >>"$1"; exit 0')
    return dsl.ContainerSpec(**shell(script), args=[folder, seen])


@case(gives={"look": {"seen": "password=s3cr3t üuser=me"},
             "look-2": {"seen": "grass.txt=green\nsky=blue"}})
def secrets_and_config_maps_as_files():
    kubernetes.use_secret_as_volume(look(folder="/mnt/login"), "login", "/mnt/login")
    kubernetes.use_config_map_as_volume(look(folder="/var/colours"), "colours", "/var/colours")


@dsl.container_component
def put(path: str, text: str):
    return dsl.ContainerSpec(**shell('printf %s "$1" >"$0"'), args=[path, text])


@dsl.container_component
def get(path: str, text: dsl.OutputPath(str)):
    return dsl.ContainerSpec(**shell('mkdir -p "$(dirname "$1")"; cat "$0" >"$1"'),
                             args=[path, text])


@case(tasks={"put": "SUCCEEDED"}, state="FAILED", errors={"get": "No such file"})
def empty_folders_are_a_tasks_own():
    first = put(path="/scratch/file", text="x")
    kubernetes.empty_dir_mount(first, "scratch", "/scratch", size_limit="1Gi")
    second = get(path="/scratch/file").after(first)
    kubernetes.empty_dir_mount(second, "scratch", "/scratch")


@case(gives={"get": {"text": "kept"}}, tasks={"deletepvc": "SUCCEEDED"})
def volumes_are_made_shared_and_removed():
    made = kubernetes.CreatePVC(pvc_name_suffix="-corpus", access_modes=["ReadWriteOnce"],
                                size="1Gi", storage_class_name="standard")
    first = put(path="/data/file", text="kept")
    kubernetes.mount_pvc(first, made.outputs["name"], "/data")
    second = get(path="/data/file").after(first)
    kubernetes.mount_pvc(second, made.outputs["name"], "/data")
    kubernetes.DeletePVC(pvc_name=made.outputs["name"]).after(second)


@case(gives={"variable": {"value": re.compile("[0-9a-f-]{36}")}})
def fields_as_variables():
    kubernetes.use_field_path_as_env(variable(name="POD"), "POD", "metadata.name")


@case(state="FAILED", errors={"sleep": "timed out after 1 s"})
def a_task_may_take_a_second():
    kubernetes.set_timeout(sleep(seconds=60.0), 1)


@case(tasks={"quick": "SUCCEEDED", "quick-2": "SUCCEEDED"}, notices=[
    "^nodeSelector has no meaning", "^tolerations .*quick, quick-2", "^podMetadata",
    "^imagePullSecret"])
def what_only_a_cluster_can_do_is_said_once():
    for task in (quick(text="x"), quick(text="y")):
        kubernetes.add_toleration(task, key="k", operator="Exists", effect="NoSchedule")
    kubernetes.add_node_selector(task, "disk", "ssd")
    kubernetes.add_pod_label(task, "a", "b")
    kubernetes.set_image_pull_policy(task, "Always")
    kubernetes.set_image_pull_secrets(task, ["registry"])


def workspace():
    return dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi"))


@case(config=workspace, gives={"get": {"text": "from the first"}}, notices=["size is not enforced"])
def tasks_share_a_workspace():
    first = put(path=f"{dsl.WORKSPACE_PATH_PLACEHOLDER}/file", text="from the first")
    get(path=f"{dsl.WORKSPACE_PATH_PLACEHOLDER}/file").after(first)


@python
def in_workspace(folder: str, data: Output[Dataset]) -> str:
    import os
    os.makedirs(folder + "/sub", exist_ok=True)
    with open(folder + "/sub/data", "w") as f:
        f.write("from the workspace")
    data.custom_path = folder + "/sub/data"
    return folder


@case(config=workspace, gives={"in-workspace": {"Output": "/kfp-workspace"}},
      files={"in-workspace": {"data": "from the workspace"}})
def outputs_from_the_workspace():
    in_workspace(folder=dsl.WORKSPACE_PATH_PLACEHOLDER)


@python
def address(data: Input[Dataset]) -> str:
    return data.uri


@python
def read_there(data: Input[Dataset]) -> str:
    with open(data.path) as f:
        return f"{data.path.split('/')[1]}: {f.read()}"


@case(config=workspace, gives={"read-there": {"Output": "kfp-workspace: imported"},
                               "read-there-2": {"Output": "kfp-workspace: imported"}})
def importing_into_the_workspace():
    uri = address(data=write(text="imported").outputs["data"])
    imported = dsl.importer(artifact_uri=uri.output, artifact_class=Dataset,
                            download_to_workspace=True)
    read_there(data=imported.output)
    read_there(data=imported.output)


PASSED = dsl.TaskConfigField


@dsl.component(base_image=IMAGE, task_config_passthroughs=[
    PASSED.RESOURCES, PASSED.ENV, PASSED.KUBERNETES_TOLERATIONS, PASSED.KUBERNETES_NODE_SELECTOR,
    dsl.TaskConfigPassthrough(field=PASSED.KUBERNETES_VOLUMES, apply_to_task=True)])
def launch(config: dsl.TaskConfig) -> dict:
    import os
    import pathlib
    return {"resources": config.resources, "env": config.env, "tolerations": config.tolerations,
            "nodeSelector": config.node_selector, "volumes": config.volumes,
            "mounts": config.volume_mounts, "own": os.environ.get("A", "none"),
            "mounted": sorted(path.name for path in pathlib.Path("/mnt/login").iterdir())}


@case(gives={"launch": {"Output": {
    "resources": {"limits": {"cpu": "2", "memory": "1Gi", "nvidia.com/gpu": "1"}},
    "env": [{"name": "A", "value": "b"}, {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {
        "name": "login", "key": "password"}}}],
    "tolerations": [{"key": "k", "operator": "Exists", "effect": "NoSchedule"}],
    "nodeSelector": {"disk": "ssd"},
    "volumes": [{"name": "login", "secret": {"secretName": "login"}}],
    "mounts": [{"name": "login", "mountPath": "/mnt/login"}],
    "own": "none", "mounted": ["password", "user"]}}})
def task_configuration_is_passed_through():
    task = launch().set_cpu_limit("2").set_memory_limit("1Gi").set_env_variable("A", "b")
    task.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(1)
    kubernetes.use_secret_as_env(task, "login", {"password": "PASSWORD"})
    kubernetes.use_secret_as_volume(task, "login", "/mnt/login")
    kubernetes.add_toleration(task, key="k", operator="Exists", effect="NoSchedule")
    kubernetes.add_node_selector(task, "disk", "ssd")
