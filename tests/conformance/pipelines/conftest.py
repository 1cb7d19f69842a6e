"""One server for all pipelines of the corpus, which run side by side."""

import pathlib
import shutil
import tempfile

import pytest

import corpus
from case import CASES
from runner import Corpus

corpus.load()


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES.values(), ids=CASES.keys())


@pytest.fixture(scope="session")
def runs(request, session_server):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-corpus-"))
    server = session_server(folder / "data", *corpus.server_options(folder))
    corpus.prepare(server)
    running = Corpus(server.api_url)
    running.start_all(item.callspec.params["case"] for item in request.session.items
                      if "case" in getattr(item, "fixturenames", ()))
    yield running
    code = server.stop(60)
    log = server.log.read_text()
    shutil.rmtree(folder, ignore_errors=True)
    assert code == 0, f"the server did not stop cleanly ({code}):\n{log[-4000:]}"
