"""The article's pipeline, for either generation of the SDK, from the article's own components."""

import kfp
from kfp import dsl
from kfp.dsl import Dataset

import components

# kfp 2.0 compiles the article's own pipeline function. Later generations want If, Else and OneOf,
# because a pipeline's output may no longer come from inside a condition.
ARTICLE_COMPILES = tuple(int(part) for part in kfp.__version__.split(".")[:2]) < (2, 1)


def with_one_of(article):
    @dsl.pipeline(name="census-pipeline",
                  description="Pipeline that will download Census data and save to MinIO.")
    def census_pipeline(bucket: str, dataset: str, table_code: str, year: int) -> Dataset:
        exists = article.table_data_exists(bucket=bucket, table_code=table_code, year=year)

        with dsl.If(exists.output == False):  # noqa: E712: the DSL overloads ==
            downloaded = article.download_table_data(dataset=dataset, table_code=table_code,
                                                     year=year)
            article.save_table_data(bucket=bucket, table_code=table_code, year=year,
                                    table_df=downloaded.outputs["table_df"])
        with dsl.Else():
            stored = article.get_table_data(bucket=bucket, table_code=table_code, year=year)

        return dsl.OneOf(downloaded.outputs["table_df"], stored.outputs["table_df"])

    return census_pipeline


def build(folder, access_key, secret_key, census_key, endpoint=None):
    """The pipeline function, ready for create_run_from_pipeline_func."""
    source = components.filled_source(access_key, secret_key, census_key, endpoint)
    article = components.load(folder, source, with_pipeline=ARTICLE_COMPILES)
    return article.census_pipeline if ARTICLE_COMPILES else with_one_of(article)
