"""Experiments through the unmodified client."""

import kfp_server_api
import pytest
from kfp_server_api.exceptions import ApiException


def test_the_default_experiment_is_there(client):
    found = client.get_experiment(experiment_name="Default")
    assert found.display_name == "Default"
    assert found.storage_state == "AVAILABLE"


def test_create_returns_what_get_returns(client, api, name):
    made = client.create_experiment(name(), description="why")
    got = client.get_experiment(experiment_id=made.experiment_id)
    assert got.to_dict() == made.to_dict()
    assert got.description == "why"
    assert got.created_at.year >= 2024
    assert api.get(f"/experiments/{made.experiment_id}").json()[
        "last_run_created_at"] == "1970-01-01T00:00:00Z"  # older SDKs do not show it


def test_create_finds_the_one_that_exists(client, name):
    for title in (name(), f"{name()} näme \"quoted\" 100% a+b/c?d&e=f"):
        first = client.create_experiment(title)
        assert first.display_name == title
        assert client.create_experiment(title).experiment_id == first.experiment_id
        assert client.get_experiment(experiment_name=title).experiment_id == first.experiment_id


def test_a_name_is_taken_once(client, api, name):
    title = name()
    client.create_experiment(title)
    again = api.post("/experiments", {"display_name": title})
    assert again.status_code == 409
    assert again.json()["code"] == 6


def test_archive_and_back(client, name):
    made = client.create_experiment(name())
    client.archive_experiment(made.experiment_id)
    assert client.get_experiment(experiment_id=made.experiment_id).storage_state == "ARCHIVED"
    client.unarchive_experiment(made.experiment_id)
    assert client.get_experiment(experiment_id=made.experiment_id).storage_state == "AVAILABLE"


def test_delete(client, name):
    made = client.create_experiment(name())
    client.delete_experiment(made.experiment_id)
    with pytest.raises(ApiException) as unknown:
        client.get_experiment(experiment_id=made.experiment_id)
    assert unknown.value.status == 404
    with pytest.raises(ValueError):
        client.get_experiment(experiment_name=made.display_name)


def test_the_default_experiment_stays(client):
    default = client.get_experiment(experiment_name="Default")
    with pytest.raises(ApiException) as refused:
        client.delete_experiment(default.experiment_id)
    assert refused.value.status == 409


def test_healthz(client):
    health = client.get_kfp_healthz()
    assert health.multi_user is False
    if "pipeline_store" in kfp_server_api.V2beta1GetHealthzResponse.openapi_types:
        assert health.pipeline_store == "database"
