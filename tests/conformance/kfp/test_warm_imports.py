"""What a worker has imported ahead for its tasks is in them as if they had imported it themselves."""

import difflib
import importlib.util
import os
import re
import time

import kfp
import pytest
from test_warm import Side, pipeline_of
from warm_module_cases import FEW, FEW_PACKAGES, MORE, PACKAGES

# All of them with PENSTOCK_WARM=whole, which `scripts/test warm` sets.
WHOLE = os.environ.get("PENSTOCK_WARM") == "whole"
CASES = {**FEW, **MORE} if WHOLE else FEW

# Where the end of the interpreter is in another order with the 2.0 SDK (docs/decisions/0051-warm-workers.md).
LOST_COLD = {"destructor_with_pandas"}

# The 2.0 SDK imports some of these modules itself.
COMPONENT = """
@dsl.component(base_image=sample_pipelines.IMAGE, packages_to_install={packages})
def case_{name}(a: int):
    import sys
    print("AHEAD", any({module!r} in getattr(f, "modules", sys.modules) for f in sys.meta_path))
    {body}
"""


def load_components(folder):
    packages = PACKAGES if WHOLE else FEW_PACKAGES
    path = folder / "cases_of_modules.py"
    path.write_text("from kfp import dsl\nimport sample_pipelines\n" + "".join(
        COMPONENT.format(name=name, packages=packages, module=module, body=body)
        for name, (module, body) in CASES.items()))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ahead(look):
    """Whether its worker had what it needs, said by the first line, which is taken off."""
    found = [line for line in look["log"] if "AHEAD " in line]
    look["log"] = [line for line in look["log"] if "AHEAD " not in line]
    look["error"] = re.sub("AHEAD (True|False)", "", look["error"])
    return bool(found) and "AHEAD True" in found[0]


@pytest.fixture(scope="module")
def looks(session_server, data_folder, api, tmp_path_factory):
    pipeline = pipeline_of(load_components(tmp_path_factory.mktemp("modules")), list(CASES))
    found = {}
    for warm, folder in (("off", "modules-0"), ("auto", "modules-1")):  # messages are cut by length
        server = session_server(data_folder / folder / "data", "--warm", warm)
        side = Side(server, kfp.Client(host=server.api_url), type(api)(server.api_url))
        side.run(pipeline)  # installs
        deadline = time.monotonic() + 240
        while True:
            found[warm] = side.run(pipeline)
            ready = [ahead(look) for look in found[warm].values()]
            if warm == "off" or all(ready) or time.monotonic() > deadline:
                break
            if not any(look["start"] == "warm" for look in found[warm].values()) and \
                    "every task starts an interpreter of its own" in server.log.read_text():
                break
            time.sleep(0.5)
        assert server.stop() == 0
    if all(look["start"] == "cold" for look in found["auto"].values()):
        pytest.skip("no interpreter is kept warm here")
    return found["off"], found["auto"], dict(zip(found["auto"], ready))


@pytest.mark.parametrize("name", list(CASES))
def test_a_module_imported_ahead_is_as_any(looks, name):
    if name in LOST_COLD and kfp.__version__.startswith("2.0."):
        pytest.xfail("what this destructor prints is lost in a cold interpreter, which flushes before; not in a warm one")
    name = "case-" + name.replace("_", "-")
    cold, warm = dict(looks[0][name]), dict(looks[1][name])
    assert (cold.pop("start"), warm.pop("start"), looks[2][name]) == ("cold", "warm", True)
    difference = list(difflib.unified_diff(cold["log"], warm["log"], "cold", "warm", lineterm="", n=0))
    assert not difference, "\n".join(line[:3000] for line in difference[:20])
    assert cold == warm
