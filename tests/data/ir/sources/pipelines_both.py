"""Constructs that both generations of the SDK compile."""
from typing import Dict, List, Optional

from kfp import dsl
from kfp.dsl import Dataset, Input, Model, Output

import components as c


@dsl.container_component
def container_all(text: str, number: int, data: Input[Dataset], out: Output[Model],
                  result: dsl.OutputPath(str), extra: Optional[str] = None):
    return dsl.ContainerSpec(
        image='alpine:3.20',
        command=['sh', '-c', 'cat "$0" > "$1"', data.path, out.path],
        args=[
            '--text', text, '--number', number, '--uri', data.uri, '--to', out.uri, '--result', result,
            dsl.ConcatPlaceholder(['prefix-', text, '-', number]),
            dsl.IfPresentPlaceholder(input_name='extra', then=['--extra', extra], else_=['--no-extra']),
            dsl.IfPresentPlaceholder(
                input_name='extra',
                then=dsl.ConcatPlaceholder(['--joined=', extra])),
        ])


@dsl.pipeline(name='types', description='every parameter type, with defaults')
def types(text: str = 'x', number: int = 3, real: float = 2.5, flag: bool = True,
          items: List[int] = [1, 2], mapping: Dict[str, int] = {'a': 1},
          maybe: Optional[str] = None) -> int:
    c.halve(number=real)
    c.double(number=number)
    c.echo(text=text)
    c.echo(text=f'{text} and {number}')
    return c.add(numbers=items).output


@dsl.pipeline(name='chain')
def chain(text: str) -> str:
    first = c.echo(text=text)
    second = c.echo(text=first.output)
    third = c.echo(text=f'{first.output} then {second.output}').after(second)
    third.set_caching_options(False)
    third.set_display_name('The third')
    return third.output


@dsl.pipeline(name='artifacts')
def artifacts(text: str = 'abc') -> Model:
    data = c.make_data(text=text)
    trained = c.train(data=data.outputs['data'])
    c.use_model(model=trained.outputs['model'])
    c.any_artifact(thing=trained.outputs['model'])
    return trained.outputs['model']


@dsl.pipeline(name='conditions')
def conditions(text: str, number: int = 4, real: float = 1.5):
    coin = c.flip()
    with dsl.Condition(coin.output == 'heads', name='it is heads'):
        c.echo(text='heads')
        with dsl.Condition(number > 5):
            c.echo(text=text)
    with dsl.Condition(coin.output != 'heads'):
        c.echo(text='tails')
    with dsl.Condition(real <= 1.25):
        c.echo(text='small')
    long = c.is_long(text=text)
    with dsl.Condition(long.output == True):
        c.echo(text='long')


@dsl.pipeline(name='loops')
def loops(text: str, names: List[str]):
    with dsl.ParallelFor(['a', 'b', 'c'], parallelism=2) as item:
        c.echo(text=item)
    with dsl.ParallelFor([{'x': 1, 'y': 'one'}, {'x': 2, 'y': 'two'}]) as item:
        c.echo(text=f'{item.y}')
        c.echo(text=f'{item.x}')
    with dsl.ParallelFor(names) as name:
        c.echo(text=name)
        with dsl.ParallelFor([1, 2]) as number:
            c.echo(text=f'{name} {number}')
    split = c.words(text=text)
    with dsl.ParallelFor(split.output) as word:
        c.echo(text=word)
    table = c.rows(number=2)
    with dsl.ParallelFor(table.output) as row:
        c.echo(text=f'{row.a}')
        with dsl.Condition(row.b > 0):
            c.echo(text='positive')


@dsl.pipeline(name='collected')
def collected() -> int:
    with dsl.ParallelFor([1, 22, 333]) as number:
        counted = c.count(text=f'{number}')
    total = c.add(numbers=dsl.Collected(counted.output))
    return total.output


@dsl.component
def report(status: dsl.PipelineTaskFinalStatus, text: str):
    print(status, text)


@dsl.pipeline(name='exit-handlers')
def exit_handlers(text: str = 'x'):
    last = report(text=text)
    with dsl.ExitHandler(last, name='guard'):
        c.echo(text=text)
        c.fail()
    other = c.echo(text='after all')
    with dsl.ExitHandler(other):
        first = c.echo(text=text)
        c.echo(text=first.output)


@dsl.pipeline(name='inner')
def inner(text: str, number: int = 2) -> str:
    c.double(number=number)
    return c.echo(text=text).output


@dsl.pipeline
def inner_artifact(text: str) -> Dataset:
    return c.make_data(text=text).outputs['data']


@dsl.pipeline(name='nested')
def nested(text: str = 't') -> str:
    one = inner(text=text)
    data = inner_artifact(text=one.output)
    c.train(data=data.output)
    with dsl.ParallelFor([1, 2]) as number:
        inner(text=f'loop {number}')
    return one.output


@dsl.pipeline(name='importers')
def importers(place: str = 'minio://bucket/key'):
    fixed = dsl.importer(artifact_uri='minio://bucket/fixed', artifact_class=Dataset, reimport=False,
                         metadata={'rows': 3})
    given = dsl.importer(artifact_uri=place, artifact_class=Model, reimport=True,
                         metadata={'from': place})
    c.train(data=fixed.output)
    c.use_model(model=given.output)


@dsl.pipeline(name='containers')
def containers(text: str = 't', number: int = 1, extra: str = 'e'):
    data = c.make_data(text=text)
    container_all(text=text, number=number, data=data.outputs['data'])
    container_all(text=text, number=number, data=data.outputs['data'], extra=extra)


@dsl.pipeline(name='settings')
def settings(text: str = 't'):
    task = c.echo(text=text)
    task.set_cpu_request('500m').set_cpu_limit('2').set_memory_request('1Gi').set_memory_limit('2Gi')
    task.set_accelerator_type('nvidia.com/gpu').set_accelerator_limit(1)
    task.set_env_variable('COLOUR', 'blue')
    task.set_retry(num_retries=3, backoff_duration='10s', backoff_factor=1.5, backoff_max_duration='1h')
    failing = c.fail()
    c.echo(text='still').after(failing).ignore_upstream_failure()


ALL = [types, chain, artifacts, conditions, loops, collected, exit_handlers, nested, importers, containers, settings]
