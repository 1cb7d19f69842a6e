"""What a component imports is imported ahead by its warm worker, where that is known to be safe."""

import time

import kfp
import pytest
import requests
from kfp import dsl

IMAGE = "python:3.11"


@dsl.component(base_image=IMAGE, packages_to_install=["numpy==1.26.4"])
def add_up(step: int) -> str:
    import sys
    # Its worker has it, and hides it until it is imported.
    hidden = any("numpy" in getattr(f, "modules", ()) for f in sys.meta_path) and "numpy" not in sys.modules
    found = "ahead" if hidden else "not yet"
    import numpy
    draw = numpy.random.randint(1 << 30)
    return f"{found} {int(numpy.arange(5).sum()) + step} {draw}"


@dsl.pipeline(name="modules-ahead")
def modules_ahead():
    add_up(step=1)


def test_numpy_is_imported_ahead(own_server):
    server = own_server("data")
    client = kfp.Client(host=server.api_url)

    def run():
        created = client.create_run_from_pipeline_func(modules_ahead, arguments={}, enable_caching=False)
        done = client.wait_for_run_completion(created.run_id, timeout=600, sleep_duration=0.1)
        assert done.state == "SUCCEEDED", done
        answer = requests.get(server.api_url + "/apis/v2beta1/tasks", params={"run_id": created.run_id})
        task = next(task for task in answer.json()["tasks"] if task["name"] == "add-up")
        return task["details"]["start"], task["outputs"]["parameters"][0]["value"].split()

    start, words = run()
    assert start == "cold" and words[:-1] == ["not", "yet", "11"], words
    deadline = time.monotonic() + 120
    while start == "cold" and time.monotonic() < deadline:
        time.sleep(0.5)
        start, words = run()
    if start == "cold":
        pytest.skip("no interpreter is kept warm here")
    assert words[:-1] == ["ahead", "11"]
    # No two tasks draw the same.
    assert len({run()[1][-1] for _ in range(3)}) == 3
