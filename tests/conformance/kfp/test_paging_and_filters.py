"""Lists: pages, order and filters, as the SDK and other clients ask for them."""

import base64
import json
import urllib.parse

import pytest

EQUALS, NOT_EQUALS, GREATER_THAN, IN, IS_SUBSTRING = 1, 2, 3, 8, 9


def where(operation, key, **value):
    return {"operation": operation, "key": key, **value}


def filter_of(*predicates):
    return json.dumps({"predicates": list(predicates)})


@pytest.fixture
def many(client, name):
    """Seven experiments and what their names have in common."""
    stem = name()
    made = [client.create_experiment(f"{stem}/{number}") for number in (3, 1, 6, 0, 5, 2, 4)]
    return stem, made


def names_of(answer):
    return [experiment.display_name[-1] for experiment in answer.experiments or []]


def in_stem(stem, *more):
    return filter_of(where(IS_SUBSTRING, "display_name", stringValue=stem + "/"), *more)


def test_pages_join_without_gap_or_overlap(client, many):
    stem, _ = many
    for sort_by, expected in (("", "3160524"), ("display_name", "0123456"),
                              ("display_name desc", "6543210"), ("name ASC", "0123456"),
                              ("created_at desc", "4250613")):
        for size in (1, 3, 7, 100):
            seen, token, pages = [], "", 0
            while True:
                page = client.list_experiments(page_token=token, page_size=size, sort_by=sort_by,
                                               filter=in_stem(stem))
                assert page.total_size == 7
                seen += names_of(page)
                pages += 1
                token = page.next_page_token
                if not token:
                    break
            assert "".join(seen) == expected, (sort_by, size)
            assert pages == -(-7 // size)


def test_pages_survive_changes_between_them(client, many):
    stem, made = many
    first = client.list_experiments(page_size=3, sort_by="display_name", filter=in_stem(stem))
    gone, = [e for e in made if e.display_name.endswith("/1")]
    client.delete_experiment(gone.experiment_id)
    second = client.list_experiments(page_size=100, sort_by="display_name", filter=in_stem(stem),
                                     page_token=first.next_page_token)
    assert names_of(first) + names_of(second) == list("0123456")


def test_a_token_belongs_to_its_list(api, client, many):
    stem, _ = many
    page = client.list_experiments(page_size=3, sort_by="display_name", filter=in_stem(stem))
    for change in ({"sort_by": "created_at"}, {"filter": in_stem("other")}):
        asked = {"page_token": page.next_page_token, "sort_by": "display_name",
                 "filter": in_stem(stem), **change}
        assert api.get("/experiments", **asked).status_code == 400


def test_an_empty_list_is_an_empty_message(api, name):
    answer = api.get("/experiments", filter=in_stem(name()))
    assert answer.json() == {}


def test_empty_parameters_are_none(api):
    answer = api.get("/experiments", page_token="", sort_by="", namespace="", filter="",
                     page_size="")
    assert answer.status_code == 200
    assert len(answer.json()["experiments"]) <= 20


@pytest.mark.parametrize("params", [
    {"page_size": "-1"}, {"page_size": "ten"}, {"page_token": "nope"},
    {"page_token": base64.b64encode(b"{}").decode()}, {"sort_by": "nope"},
    {"sort_by": "created_at upwards"}, {"filter": "nope"},
    {"filter": filter_of(where(EQUALS, "nope", stringValue="x"))},
    {"filter": filter_of(where(4, "display_name", stringValue="x"))},
    {"filter": filter_of(where(IN, "display_name", stringValue="x"))},
    {"filter": filter_of(where(EQUALS, "display_name", stringValues={"values": ["x"]}))},
    {"filter": filter_of(where(IS_SUBSTRING, "display_name", intValue=1))},
])
def test_wrong_parameters(api, params):
    answer = api.get("/experiments", **params)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == 3


def test_unknown_parameters_are_ignored(api):
    assert api.get("/experiments", nope="1").status_code == 200


def test_filters(client, many):
    stem, made = many

    def found(*predicates):
        return sorted(names_of(client.list_experiments(filter=in_stem(stem, *predicates))))

    assert found(where(EQUALS, "display_name", stringValue=f"{stem}/3")) == ["3"]
    assert found(where(EQUALS, "name", string_value=f"{stem}/3")) == ["3"]
    assert found(where("EQUALS", "experiment_id", stringValue=made[0].experiment_id)) == ["3"]
    assert found(where(NOT_EQUALS, "display_name", stringValue=f"{stem}/3")) == list("012456")
    assert found(where(IN, "display_name",
                       stringValues={"values": [f"{stem}/1", f"{stem}/2"]})) == ["1", "2"]
    assert found(where(GREATER_THAN, "created_at", timestampValue="2020-01-01T00:00:00Z")) == list(
        "0123456")
    assert found(where(GREATER_THAN, "created_at", timestampValue="2100-01-01T00:00:00Z")) == []
    assert found(where(EQUALS, "storage_state", stringValue="AVAILABLE")) == list("0123456")
    client.archive_experiment(made[0].experiment_id)
    assert found(where(EQUALS, "storage_state", stringValue="ARCHIVED")) == ["3"]


def test_filters_are_decoded_once_more_where_they_need_it(api, client, name):
    title = f"{name()} 100% a+b"
    client.create_experiment(title)
    once = filter_of(where(EQUALS, "display_name", stringValue=title))
    for sent in (once, urllib.parse.quote(once)):
        answer = api.get("/experiments", filter=sent)
        assert [e["display_name"] for e in answer.json()["experiments"]] == [title], sent


def test_pipelines_and_versions(client, package, name):
    stem = name()
    pipelines = [client.upload_pipeline(package, f"{stem}-{number}") for number in (2, 0, 1)]
    wanted = filter_of(where(IS_SUBSTRING, "name", stringValue=stem))
    page = client.list_pipelines(page_size=2, sort_by="name desc", filter=wanted)
    rest = client.list_pipelines(page_size=2, sort_by="name desc", filter=wanted,
                                 page_token=page.next_page_token)
    assert [p.display_name[-1] for p in page.pipelines + rest.pipelines] == ["2", "1", "0"]

    first = pipelines[0].pipeline_id
    for number in (1, 2, 3):
        client.upload_pipeline_version(package, f"v{number}", pipeline_id=first)
    page = client.list_pipeline_versions(first, page_size=3, sort_by="created_at desc")
    assert [v.display_name for v in page.pipeline_versions] == ["v3", "v2", "v1"]
    assert page.total_size == 4
    rest = client.list_pipeline_versions(first, page_size=3, sort_by="created_at desc",
                                         page_token=page.next_page_token)
    assert [v.display_name for v in rest.pipeline_versions] == [f"{stem}-2"]


def test_tags(api, package, name):
    with open(package, "rb") as file:
        content = file.read()
    stem = name()
    for number, tags in enumerate(({"team": stem}, {"team": stem, "stage": "test"}, {})):
        made = api.upload("/pipelines/upload", "p.yaml", content, name=f"{stem}-{number}",
                          tags=json.dumps(tags))
        assert made.status_code == 200, made.text

    def found(*predicates):
        answer = api.get("/pipelines", filter=filter_of(*predicates), sort_by="name")
        return [p["name"][-1] for p in answer.json().get("pipelines", [])]

    assert found(where(EQUALS, "tags.team", stringValue=stem)) == ["0", "1"]
    assert found(where(EQUALS, "tags.team", stringValue=stem),
                 where(EQUALS, "tags.stage", stringValue="test")) == ["1"]


def test_runs(client, api, package, name):
    experiment = client.create_experiment(name())
    other = client.create_experiment(name())
    runs = [client.create_run_from_pipeline_package(
        package, arguments={}, run_name=f"r{number}", experiment_name=experiment.display_name,
        enable_caching=False) for number in (1, 0, 2)]
    page = client.list_runs(experiment_id=experiment.experiment_id, sort_by="display_name",
                            page_size=2)
    assert [r.display_name for r in page.runs] == ["r0", "r1"]
    assert page.total_size == 3
    assert client.list_runs(experiment_id=other.experiment_id).runs is None
    for run in runs:
        client.wait_for_run_completion(run.run_id, timeout=120, sleep_duration=0.1)
    done = client.list_runs(experiment_id=experiment.experiment_id,
                            filter=filter_of(where(EQUALS, "state", stringValue="SUCCEEDED")))
    assert len(done.runs) == 3
    by_id = client.list_runs(filter=filter_of(where(EQUALS, "run_id", stringValue=runs[0].run_id)))
    assert [r.run_id for r in by_id.runs] == [runs[0].run_id]
