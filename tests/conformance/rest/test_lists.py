"""Every list, every key, every operation: what the server finds, in its order and page by page, is what a plain
reading of the rows says."""

import base64
import json
import urllib.parse

import pytest

EQUALS, NOT_EQUALS, GREATER, GREATER_EQUALS, LESS, LESS_EQUALS, IN, PART = 1, 2, 3, 5, 6, 7, 8, 9
WORDS = {EQUALS: "EQUALS", NOT_EQUALS: "NOT_EQUALS", GREATER: "GREATER_THAN",
         GREATER_EQUALS: "GREATER_THAN_EQUALS", LESS: "LESS_THAN", LESS_EQUALS: "LESS_THAN_EQUALS",
         IN: "IN", PART: "IS_SUBSTRING"}
COMPARE = {EQUALS: lambda a, b: a == b, NOT_EQUALS: lambda a, b: a != b, GREATER: lambda a, b: a > b,
           GREATER_EQUALS: lambda a, b: a >= b, LESS: lambda a, b: a < b, LESS_EQUALS: lambda a, b: a <= b}

# Each list: the answer's member, and for each key that may be asked for the field it is of.
TIMES = {"created_at", "finished_at", "scheduled_at", "updated_at", "last_run_created_at"}
LISTS = {
    "/experiments": ("experiments", {
        "experiment_id": "experiment_id", "id": "experiment_id", "display_name": "display_name",
        "name": "display_name", "created_at": "created_at", "description": "description",
        "last_run_created_at": "last_run_created_at", "namespace": "", "storage_state": "storage_state"}),
    "/pipelines": ("pipelines", {
        "pipeline_id": "pipeline_id", "id": "pipeline_id", "name": "name", "display_name": "display_name",
        "created_at": "created_at", "description": "description", "namespace": ""}),
    "/pipelines/{pipeline_id}/versions": ("pipeline_versions", {
        "pipeline_version_id": "pipeline_version_id", "id": "pipeline_version_id", "name": "name",
        "display_name": "display_name", "created_at": "created_at", "description": "description"}),
    "/runs": ("runs", {
        "run_id": "run_id", "id": "run_id", "display_name": "display_name", "name": "display_name",
        "created_at": "created_at", "finished_at": "finished_at", "scheduled_at": "scheduled_at",
        "description": "description", "storage_state": "storage_state", "state": "state",
        "status": "state", "namespace": "", "experiment_id": "experiment_id",
        "recurring_run_id": "recurring_run_id"}),
    "/recurringruns": ("recurringRuns", {
        "recurring_run_id": "recurring_run_id", "id": "recurring_run_id", "display_name": "display_name",
        "name": "display_name", "created_at": "created_at", "updated_at": "updated_at",
        "description": "description", "namespace": ""}),
    "/triggers": ("triggers", {
        "trigger_id": "trigger_id", "display_name": "display_name", "created_at": "created_at"}),
    "/webhooks": ("webhooks", {
        "webhook_id": "webhook_id", "display_name": "display_name", "created_at": "created_at"}),
    "/tasks": ("tasks", {"task_id": "task_id", "run_id": "run_id", "name": "name"}),
    "/artifacts": ("artifacts", {"artifact_id": "artifact_id", "name": "name",
                                 "created_at": "created_at"}),
    "/artifact_tasks": ("artifact_tasks", {"task_id": "task_id", "run_id": "run_id"}),
    "/cache_entries": ("cache_entries", {"task_id": "task_id", "created_at": "created_at"}),
}
TEXTS = ["Alpha", "beta", "alpha beta", "x_y", "xzy", "100%", "ö", "Ö", "it's"]


def filter_of(*predicates):
    return json.dumps({"predicates": list(predicates)})


@pytest.fixture(scope="module")
def rows(api, upload, pipeline, start, name):
    """Some of everything, with names and descriptions that tell operations apart."""
    for text in TEXTS:
        made = api.make("POST", "/experiments", {"display_name": f"{text} {name()}", "description": text})
        api.make("POST", "/recurringruns", {
            "display_name": f"{text} {name()}", "description": text, "max_concurrency": 1,
            "mode": "DISABLE", "trigger": {"cron_schedule": {"cron": "@yearly"}},
            "pipeline_version_reference": {"pipeline_id": pipeline["pipeline_id"]}})
        upload(name=f"{text} {name()}", description=text, display_name=text)
        api.make("POST", "/pipelines/{pipeline_id}/versions", {
            "name": f"{text} {name()}", "description": text, "display_name": text,
            "package_url": None, "pipeline_spec": json.loads(PACKAGE_TEXT)},
            pipeline_id=pipeline["pipeline_id"])
        api.make("POST", "/webhooks", {"display_name": f"{text} {name()}", "url": "http://127.0.0.1:9/",
                                       "enabled": False})
        api.make("POST", "/triggers", {
            "display_name": f"{text} {name()}", "bucket": "b", "enabled": False,
            "pipeline_version_reference": {"pipeline_id": pipeline["pipeline_id"]}})
    for text in TEXTS[:4]:
        run = start(enable_caching=False, display_name=f"{text} {name()}", description=text, experiment_id=made["experiment_id"])
    api.make("POST", "/runs/{run_id}:archive", run_id=run["run_id"])
    return {"pipeline_id": pipeline["pipeline_id"]}


PACKAGE_TEXT = None


@pytest.fixture(scope="module", autouse=True)
def package_text():
    global PACKAGE_TEXT
    from conftest import PACKAGE
    PACKAGE_TEXT = PACKAGE.decode()


def path_of(pattern, rows):
    return rows if "{pipeline_id}" in pattern else {}


def every(api, pattern, rows, size=200, **query):
    """All rows of a list, page by page."""
    member = LISTS[pattern][0]
    found, token = [], ""
    while True:
        page = api.make("GET", pattern, query={"page_size": size, "page_token": token, **query},
                        **path_of(pattern, rows))
        assert len(page.get(member, [])) <= size
        found += page.get(member, [])
        token = page.get("next_page_token", "")
        if not token:
            assert page.get("total_size", 0) == len(found)
            return found
        assert len(page[member]) == size


def identity(pattern, row):
    return row.get("id") or next(row[key] for key in LISTS[pattern][1] if key in row)


def seconds(time):
    return time[:19]  # in UTC, so texts compare as times do


@pytest.mark.parametrize("pattern", LISTS)
def test_pages_and_orders(api, rows, pattern):
    keys = LISTS[pattern][1]
    oldest = every(api, pattern, rows)
    assert len({identity(pattern, row) for row in oldest}) == len(oldest) > 0
    for size in (1, 3, 7):
        if len(oldest) // size < 60:
            assert every(api, pattern, rows, size=size) == oldest
    for key, field in keys.items():
        for words, descending in ((key, False), (f"{key} asc", False), (f"{key} DESC", True)):
            listed = every(api, pattern, rows, size=5, sort_by=words)
            assert {identity(pattern, row) for row in listed} == {
                identity(pattern, row) for row in oldest}
            if not field or not all(field in row for row in listed):
                continue
            values = [row[field] for row in listed]
            if key not in TIMES:
                values = [value.encode() for value in values]
            else:
                # Unset ones are the epoch, however it is written. Microseconds may well be 1970.
                values = ["" if value.startswith("1970") else value for value in values]
            assert values == sorted(values, reverse=descending), (key, words)
    newest = every(api, pattern, rows, sort_by="created_at desc") if "created_at" in keys else None
    if newest:
        assert newest == oldest[::-1]


@pytest.mark.parametrize("pattern", [p for p in LISTS if p not in ("/tasks", "/artifact_tasks")])
def test_filters_find_what_a_plain_reading_finds(api, rows, pattern):
    member, keys = LISTS[pattern]
    everything = every(api, pattern, rows)
    for key, field in keys.items():
        values = sorted({row.get(field, "") for row in everything}) if field else [""]
        chosen = values[:2] + values[len(values) // 2:][:1] + values[-1:]
        for operation, compare in COMPARE.items():
            for value in dict.fromkeys(chosen + ["nothing"] * (key not in TIMES)):
                if key in TIMES:
                    predicate = {"key": key, "operation": operation, "timestamp_value": value}
                    wanted = [row for row in everything if compare(seconds(row[field]), seconds(value))]
                else:
                    predicate = {"key": key, "operation": WORDS[operation], "stringValue": value}
                    wanted = [row for row in everything
                              if compare(row.get(field, "").encode(), value.encode())]
                found = every(api, pattern, rows, filter=filter_of(predicate))
                assert found == wanted, predicate
        if key in TIMES:
            continue
        among = {"key": key, "operation": IN, "string_values": {"values": chosen[:2]}}
        assert every(api, pattern, rows, filter=filter_of(among)) == [
            row for row in everything if row.get(field, "") in chosen[:2]]


def like(text, part):
    """LIKE '%part%', for parts in which only '_' and '%' are special and at most one is there."""
    def fold(of):
        return "".join(c.lower() if c.isascii() else c for c in of)

    text, part = fold(text), fold(part)
    if "%" in part:
        first, _, second = part.partition("%")
        return first in text and second in text[text.find(first) + len(first):]
    if "_" not in part:
        return part in text
    return any(all(p in ("_", c) for p, c in zip(part, text[i:])) and i + len(part) <= len(text)
               for i in range(len(text) + 1))


@pytest.mark.parametrize("pattern", ["/experiments", "/pipelines", "/pipelines/{pipeline_id}/versions",
                                     "/runs", "/recurringruns"])
def test_parts_of_texts(api, rows, pattern):
    everything = every(api, pattern, rows)
    for key in ("display_name", "description"):
        for part in ("alpha", "ALPHA", "a", "x_y", "0%", "ö", "it's", "nothing like it", "lp_a"):
            predicate = {"key": key, "operation": PART, "string_value": part}
            wanted = [row for row in everything if like(row.get(key, ""), part)]
            found = every(api, pattern, rows, filter=filter_of(predicate), size=3)
            assert found == wanted, predicate
            # Together with another predicate, and in another order.
            both = filter_of(predicate, {"key": "created_at", "operation": GREATER,
                                         "timestampValue": "2020-01-01T00:00:00Z"},
                             {"key": "display_name", "operation": PART, "string_value": "e"})
            wanted = [row for row in wanted if like(row["display_name"], "e")]
            assert every(api, pattern, rows, filter=both, sort_by="created_at desc") == wanted[::-1]


def test_parts_of_names_of_runs_of_an_experiment(api, rows):
    everything = every(api, "/runs", rows)
    archived, = [run for run in everything if run["storage_state"] == "ARCHIVED"][-1:]
    of = archived["experiment_id"]
    for part in ("a", "alpha", "x_y"):
        for state in ("AVAILABLE", "ARCHIVED"):
            both = filter_of({"key": "name", "operation": PART, "string_value": part},
                             {"key": "storage_state", "operation": EQUALS, "string_value": state})
            found = every(api, "/runs", rows, filter=both, experiment_id=of)
            assert found == [run for run in everything if run["experiment_id"] == of
                             and like(run["display_name"], part) and run["storage_state"] == state]


@pytest.mark.parametrize("pattern", LISTS)
@pytest.mark.parametrize("query", [
    {"page_size": "-1"}, {"page_size": "ten"}, {"page_size": "1.5"}, {"page_size": "99999999999"},
    {"page_token": "nope"}, {"page_token": base64.b64encode(b"{}").decode()},
    {"page_token": base64.b64encode(b"[1]").decode()}, {"sort_by": "nope"},
    {"sort_by": "id upwards"}, {"sort_by": "id asc desc"}, {"sort_by": ";"}, {"filter": "nope"},
    {"filter": "[]"}, {"filter": '{"predicates":{}}'}, {"filter": '{"predicates":[1]}'},
    {"filter": filter_of({"key": "nope", "operation": 1, "string_value": "x"})},
    {"filter": filter_of({"key": "id", "operation": 4, "string_value": "x"})},
    {"filter": filter_of({"key": "id", "operation": "ALIKE", "string_value": "x"})},
    {"filter": filter_of({"key": "id", "string_value": "x"})},
    {"filter": filter_of({"key": "id", "operation": 1})},
    {"filter": filter_of({"key": "id", "operation": IN, "string_value": "x"})},
    {"filter": filter_of({"key": "id", "operation": 1, "string_values": {"values": ["x"]}})},
    {"filter": filter_of({"key": "id", "operation": PART, "int_value": 1})},
    {"filter": filter_of({"key": "id", "operation": PART, "string_values": {"values": ["x"]}})},
    {"filter": filter_of({"key": "created_at", "operation": 1, "timestamp_value": "yesterday"})},
    {"filter": filter_of({"key": "id", "operation": 1, "int_value": "x"})},
], ids=str)
def test_wrong_queries(api, rows, pattern, query):
    api.refused(400, 3, "", "GET", pattern, query=query, **path_of(pattern, rows))


@pytest.mark.parametrize("pattern", LISTS)
def test_queries_that_are_none(api, rows, pattern):
    """Empty is absent, what is not known is not looked at, and names go in both forms."""
    def listed(**query):
        return api.make("GET", pattern, query=query, **path_of(pattern, rows))

    plain = listed()
    assert listed(page_size="", page_token="", sort_by="", filter="", namespace="", nope="1") == plain
    assert listed(page_size="0", filter="{}").get("total_size") == plain.get("total_size")
    assert listed(pageSize="2", sortBy="") == listed(page_size="2")
    member = LISTS[pattern][0]
    assert len(plain.get(member, [])) <= 20


@pytest.mark.parametrize("value", [{"int_value": 5}, {"long_value": "5"}, {"intValue": 5},
                                   {"longValue": 5}, {"string_value": "5"}, {"stringValue": "5"}])
def test_kinds_of_values(api, name, value):
    called = "5"
    if not any(e["display_name"] == "5" for e in api.make(
            "GET", "/experiments", query={"page_size": 200}).get("experiments", [])):
        api("POST", "/experiments", {"display_name": called})
    predicate = filter_of({"key": "display_name", "operation": 1, **value})
    assert len(api.make("GET", "/experiments", query={"filter": predicate})["experiments"]) == 1
    kind, = value
    several = kind + "s"
    among = filter_of({"key": "display_name", "operation": "IN",
                       several: {"values": [value[kind], value[kind]]}})
    assert len(api.make("GET", "/experiments", query={"filter": among})["experiments"]) == 1
    encoded = urllib.parse.quote(predicate)  # some clients encode twice
    assert len(api.make("GET", "/experiments", query={"filter": encoded})["experiments"]) == 1


def test_at_most_200_at_a_time(api, name):
    stem = name()
    for number in range(203):
        api.make("POST", "/experiments", {"display_name": f"{stem} {number:03}"})
    wanted = filter_of({"key": "display_name", "operation": PART, "string_value": stem})
    for asked, got in ((None, 20), (0, 20), (1, 1), (200, 200), (201, 200), (100000, 200)):
        query = {"filter": wanted, **({} if asked is None else {"page_size": asked})}
        page = api.make("GET", "/experiments", query=query)
        assert len(page["experiments"]) == got
        assert page["total_size"] == 203


def test_a_token_is_for_its_own_list(api, rows):
    first = api.make("GET", "/experiments", query={"page_size": 2, "sort_by": "display_name"})
    token = first["next_page_token"]
    api.make("GET", "/experiments", query={"page_size": 5, "sort_by": "display_name", "page_token": token})
    for other in ({"sort_by": "created_at"}, {"sort_by": "display_name desc"}, {},
                  {"sort_by": "display_name", "filter": filter_of(
                      {"key": "id", "operation": 2, "string_value": ""})}):
        api.refused(400, 3, "page_token", "GET", "/experiments",
                    query={"page_size": 2, "page_token": token, **other})


def test_tags(api, upload, name):
    stem = name()
    made = [upload(tags=json.dumps(tags)) for tags in ({"team": stem}, {"team": stem, "stage": "test"},
                                                       {"stage": "test"})]

    def found(*tags, pattern="/pipelines", member="pipelines", **path):
        predicates = [{"key": f"tags.{key}", "operation": 1, "string_value": value} for key, value in tags]
        answer = api.make("GET", pattern, query={"filter": filter_of(*predicates)}, **path)
        return [row["pipeline_id"] for row in answer.get(member, [])]

    ids = [pipeline["pipeline_id"] for pipeline in made]
    assert found(("team", stem)) == ids[:2]
    assert found(("team", stem), ("stage", "test")) == ids[1:2]
    assert found(("team", "nobody")) == []
    assert found(("stage", "test"), pattern="/pipelines/{pipeline_id}/versions",
                 member="pipeline_versions", pipeline_id=ids[1]) == ids[1:2]
    for wrong in ({"operation": 2, "string_value": "x"}, {"operation": PART, "string_value": "x"},
                  {"operation": 1, "int_value": 1}, {"operation": IN, "string_values": {"values": ["x"]}}):
        api.refused(400, 3, "tags.team", "GET", "/pipelines",
                    query={"filter": filter_of({"key": "tags.team", **wrong})})


def test_runs_by_metric(api, rows):
    for words in ("metric:accuracy", "metric:accuracy desc"):
        assert len(every(api, "/runs", rows, sort_by=words)) == len(every(api, "/runs", rows))


@pytest.mark.parametrize("pattern", LISTS)
def test_an_empty_list_is_an_empty_message(api, rows, pattern):
    never = filter_of({"key": next(iter(LISTS[pattern][1])), "operation": 1, "string_value": "never"})
    assert api.make("GET", pattern, query={"filter": never}, **path_of(pattern, rows)) == {}
