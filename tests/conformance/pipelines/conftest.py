"""One server for all pipelines of the corpus, which run side by side."""

import os
import sqlite3

import pytest

import corpus
from case import CASES
from runner import Corpus

corpus.load()


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES.values(), ids=CASES.keys())


def count_warm(server):
    """How many tasks a warm worker has run."""
    database = sqlite3.connect(f"file:{server.data_dir}/metadata.db?mode=ro", uri=True)
    rows = database.execute("select * from tasks").fetchall()
    database.close()
    count = sum('"start":"warm"' in str(value) for row in rows for value in row)
    print(f"{count} of {len(rows)} tasks, pipelines among them, were started warm")
    return count


@pytest.fixture(scope="session")
def runs(request, session_server, data_folder):
    folder = data_folder / "corpus"
    folder.mkdir()
    server = session_server(folder / "data", *corpus.server_options(folder))
    corpus.prepare(server)
    running = Corpus(server.api_url)
    running.start_all(item.callspec.params["case"] for item in request.session.items
                      if "case" in getattr(item, "fixturenames", ()))
    yield running
    if os.environ.get("PENSTOCK_CORPUS_WARM") == "auto":
        assert count_warm(server) > 50, "hardly any task was started warm"
    code = server.stop(60)
    log = server.log.read_text()
    assert code == 0, f"the server did not stop cleanly ({code}):\n{log[-4000:]}"
