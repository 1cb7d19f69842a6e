"""The last one: the tests before have called every operation of the description, with success and without, and
used every parameter of a query."""

import pathlib

import pytest
from conftest import API

# What cannot fail, and what needs what is not there in these tests.
NEVER_FAIL = {("GET", f"{API}{path}") for path in ("/healthz", "/openapi.json", "/events", "/environments",
                                                   "/secrets", "/config_maps", "/permissions")} | {
    ("GET", "/apis/v1beta1/healthz"), ("GET", "/metrics"), ("GET", "/")}
NO_ENVIRONMENTS = {("GET", f"{API}/environments/{{environment_id}}"),
                   ("DELETE", f"{API}/environments/{{environment_id}}"),
                   ("GET", f"{API}/environment_locks/{{lock_id}}")}


def test_all_of_it_was_called(api, request):
    here = pathlib.Path(__file__).parent
    ran = {pathlib.Path(item.fspath).name for item in request.session.items}
    if {path.name for path in here.glob("test_*.py")} - ran or request.session.testsfailed:
        pytest.skip("only together with all the others")
    operations = {(method.upper(), pattern): operation
                  for pattern, methods in api.document["paths"].items()
                  for method, operation in methods.items()}
    assert set(operations) - api.succeeded - NO_ENVIRONMENTS == set()
    assert set(operations) - api.failed - NEVER_FAIL == set()
    queries = {(*call, parameter["name"]) for call, operation in operations.items()
               for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
    assert queries - api.queried == set()
