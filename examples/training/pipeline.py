"""The article's sequel: what its census pipeline returns is what two models are trained on."""

from kfp import dsl, kubernetes
from kfp.dsl import Model

import components as steps

SECRET = "model-store"  # its keys are `user` and `password`


def build(census_pipeline):
    """The pipeline around the article's own, which becomes one of its components."""

    @dsl.pipeline(name="training-pipeline",
                  description="Trains two models on Census data and keeps the better one.")
    def training_pipeline(bucket: str, dataset: str, table_code: str, year: int, endpoint: str,
                          model_bucket: str = "models", days: int = 1) -> Model:
        census = census_pipeline(bucket=bucket, dataset=dataset, table_code=table_code, year=year)
        parts = steps.split(table=census.output)
        with dsl.ParallelFor(["logistic", "centroid"], name="each-kind") as kind:
            trained = steps.train(kind=kind, data=parts.outputs["train"])
        compared = steps.compare(models=dsl.Collected(trained.outputs["model"]),
                                 test=parts.outputs["test"])
        stored = steps.store(model=compared.outputs["best"], bucket=model_bucket,
                             endpoint=endpoint, days=days, run=dsl.PIPELINE_JOB_ID_PLACEHOLDER)
        kubernetes.use_secret_as_env(stored, SECRET, {"user": "MODEL_STORE_USER",
                                                      "password": "MODEL_STORE_PASSWORD"})
        return compared.outputs["best"]

    return training_pipeline
