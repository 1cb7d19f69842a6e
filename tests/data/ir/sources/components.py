"""Components that the sample pipelines are made of."""
from typing import Dict, List, NamedTuple

from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input, Metrics, Model, Output


@dsl.component
def flip(seed: int = 7) -> str:
    return 'heads' if seed % 2 else 'tails'


@dsl.component
def count(text: str) -> int:
    return len(text)


@dsl.component
def halve(number: float) -> float:
    return number / 2


@dsl.component
def double(number: int) -> int:
    return number * 2


@dsl.component
def is_long(text: str, limit: int = 3) -> bool:
    return len(text) > limit


@dsl.component
def words(text: str) -> List[str]:
    return text.split()


@dsl.component
def rows(number: int) -> List[Dict[str, int]]:
    return [{'a': i, 'b': i * i} for i in range(number)]


@dsl.component
def describe(text: str) -> Dict[str, str]:
    return {'text': text}


@dsl.component
def add(numbers: List[int]) -> int:
    return sum(numbers)


@dsl.component
def echo(text: str) -> str:
    return text


@dsl.component
def two(text: str) -> NamedTuple('Two', [('first', str), ('length', int)]):
    return (text[0], len(text))


@dsl.component
def make_data(text: str, data: Output[Dataset]):
    with open(data.path, 'w') as f:
        f.write(text)


@dsl.component
def train(data: Input[Dataset], model: Output[Model], metrics: Output[Metrics], rate: float = 0.5):
    metrics.log_metric('rate', rate)
    with open(model.path, 'w') as f:
        f.write(open(data.path).read())


@dsl.component
def use_model(model: Input[Model]) -> str:
    return model.uri


@dsl.component
def any_artifact(thing: Input[Artifact]) -> str:
    return thing.uri


@dsl.component
def fail():
    raise RuntimeError('on purpose')
