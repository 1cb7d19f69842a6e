"""The steps of the training pipeline: plain Python, no packages but for the one that stores."""

from typing import List

from kfp import dsl
from kfp.dsl import HTML, ClassificationMetrics, Dataset, Input, Markdown, Metrics, Model, Output


@dsl.component
def split(table: Input[Dataset], train: Output[Dataset], test: Output[Dataset], share: float = 0.75,
          seed: int = 7):
    """Counties as shares of their people by age, and whether they are old: with more people of 65
    and above than most. Some are for training, the rest for the test."""
    import csv
    import random
    import statistics

    bands = {"children": (3, 6), "young": (7, 12), "middle": (13, 17), "old": (20, 25)}

    def people(row, first, last):  # of both sexes: women's columns are 24 further on
        columns = [*range(first, last + 1), *range(first + 24, last + 25)]
        return sum(int(row[f"B01001_{column:03d}E"]) for column in columns)

    with open(table.path) as file:
        counties = [{name: people(row, *ages) / int(row["B01001_001E"])
                     for name, ages in bands.items()}
                    for row in csv.DictReader(file) if int(row["B01001_001E"]) > 0]
    border = statistics.median(county["old"] for county in counties)
    lines = [[county["children"], county["young"], county["middle"], int(county["old"] > border)]
             for county in counties]
    random.Random(seed).shuffle(lines)
    cut = int(len(lines) * share)
    for artifact, part in ((train, lines[:cut]), (test, lines[cut:])):
        with open(artifact.path, "w", newline="") as file:
            csv.writer(file).writerows([["children", "young", "middle", "label"], *part])
        artifact.metadata.update(rows=len(part), seed=seed)


@dsl.component
def train(kind: str, data: Input[Dataset], model: Output[Model], metrics: Output[Metrics]):
    """Trains a "logistic" regression or a "centroid" model, and keeps it as JSON."""
    import csv
    import json
    import math

    with open(data.path) as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "label"]
    points = [([float(row[name]) for name in names], int(row["label"])) for row in rows]
    count = len(points)
    means = [sum(x[i] for x, _ in points) / count for i in range(len(names))]
    spreads = [math.sqrt(sum((x[i] - means[i]) ** 2 for x, _ in points) / count) or 1.0
               for i in range(len(names))]
    scaled = [([(v - m) / s for v, m, s in zip(x, means, spreads)], y) for x, y in points]

    if kind == "logistic":
        weights, bias = [0.0] * len(names), 0.0
        for _ in range(60):
            slopes, slope = [0.0] * len(names), 0.0
            for x, y in scaled:
                wrong = 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, x)) - bias)) - y
                slopes = [g + wrong * v for g, v in zip(slopes, x)]
                slope += wrong
            weights = [w - g / count for w, g in zip(weights, slopes)]
            bias -= slope / count
    elif kind == "centroid":
        def centre(label):
            group = [x for x, y in scaled if y == label]
            return [sum(x[i] for x in group) / len(group) for i in range(len(names))]
        old, other = centre(1), centre(0)
        # Nearer to the one than to the other: a plane between them.
        weights = [2 * (a - b) for a, b in zip(old, other)]
        bias = sum(b * b for b in other) - sum(a * a for a in old)
    else:
        raise ValueError(f"there is no model of kind {kind!r}: use logistic or centroid")

    right = sum((sum(w * v for w, v in zip(weights, x)) + bias > 0) == (y == 1) for x, y in scaled)
    metrics.log_metric("training accuracy", right / count)
    model.framework = "penstock-example"
    model.metadata["kind"] = kind
    with open(model.path, "w") as file:
        json.dump({"kind": kind, "features": names, "means": means, "spreads": spreads,
                   "weights": weights, "bias": bias}, file)


@dsl.component
def compare(models: Input[List[Model]], test: Input[Dataset], best: Output[Model],
            metrics: Output[Metrics], curves: Output[ClassificationMetrics], page: Output[HTML],
            summary: Output[Markdown]) -> str:
    """Judges all models by the test set, reports on them, and hands on the better one."""
    import csv
    import json
    import math

    with open(test.path) as file:
        rows = list(csv.DictReader(file))
    labels = [int(row["label"]) for row in rows]

    def scores(model):
        parts = list(zip(model["features"], model["means"], model["spreads"], model["weights"]))
        sums = [model["bias"] + sum(w * (float(row[n]) - m) / s for n, m, s, w in parts)
                for row in rows]
        return [1 / (1 + math.exp(-max(-60.0, min(60.0, value)))) for value in sums]

    judged = []
    for artifact in models:
        with open(artifact.path) as file:
            model = json.load(file)
        found = scores(model)
        right = sum((score > 0.5) == (label == 1) for score, label in zip(found, labels))
        judged.append((right / len(labels), model, found))
    judged.sort(key=lambda entry: (-entry[0], entry[1]["kind"]))
    accuracy, chosen, found = judged[0]

    for value, model, _ in judged:
        metrics.log_metric(model["kind"], value)
    thresholds = [1.0, 0.8, 0.6, 0.5, 0.4, 0.2, 0.0]
    old, other = sum(labels), len(labels) - sum(labels)

    def rate(threshold, label, size):
        return sum(score >= threshold and l == label for score, l in zip(found, labels)) / size

    curves.log_roc_curve([rate(t, 0, other) for t in thresholds],
                         [rate(t, 1, old) for t in thresholds], thresholds)
    matrix = [[0, 0], [0, 0]]
    for score, label in zip(found, labels):
        matrix[label][score > 0.5] += 1
    curves.log_confusion_matrix(["not old", "old"], matrix)

    table = "".join(f"<tr><td>{model['kind']}</td><td>{value:.3f}</td></tr>"
                    for value, model, _ in judged)
    with open(page.path, "w") as file:
        file.write("<!doctype html><meta charset='utf-8'><title>Models compared</title>"
                   f"<table><tr><th>model</th><th>accuracy</th></tr>{table}</table>")
    with open(summary.path, "w") as file:
        file.write(f"# {chosen['kind']} is better\n\nIt is right about {accuracy:.1%} of "
                   f"{len(labels)} counties that it had not seen.\n")
    best.metadata.update(kind=chosen["kind"], accuracy=accuracy)
    with open(best.path, "w") as file:
        json.dump(chosen, file)
    return chosen["kind"]


@dsl.component(packages_to_install=["minio==7.2.15"])
def store(model: Input[Model], bucket: str, endpoint: str, days: int, run: str) -> str:
    """Puts the model where nobody can change or remove it for that many days."""
    import datetime
    import os

    from minio import Minio
    from minio.commonconfig import COMPLIANCE
    from minio.retention import Retention

    client = Minio(endpoint, os.environ["MODEL_STORE_USER"], os.environ["MODEL_STORE_PASSWORD"],
                   secure=False)
    if not client.bucket_exists(bucket):
        client.make_bucket(bucket, object_lock=True)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    with open(model.path, "rb") as file:
        kept = client.put_object(bucket, f"models/{run}.json", file, os.path.getsize(model.path),
                                 content_type="application/json",
                                 retention=Retention(COMPLIANCE, until))
    return f"{bucket}/{kept.object_name}?versionId={kept.version_id}"
