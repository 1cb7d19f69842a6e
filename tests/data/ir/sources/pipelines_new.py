"""What newer SDKs add."""
from typing import List

from kfp import dsl, kubernetes
from kfp.dsl import Artifact, Dataset, Input, Model, Output

import components as c
from pipelines_both import inner


@dsl.component
def join(texts: List[str]) -> str:
    return ' '.join(texts)


@dsl.component
def count_models(models: Input[List[Model]]) -> int:
    return len(models)


@dsl.component
def make_model(text: str, model: Output[Model]):
    with open(model.path, 'w') as f:
        f.write(text)


@dsl.pipeline(name='branches')
def branches(text: str = 'x', number: int = 3) -> str:
    coin = c.flip()
    with dsl.If(coin.output == 'heads'):
        one = c.echo(text='heads')
    with dsl.Elif(number >= 3):
        two = c.echo(text='big')
    with dsl.Else():
        three = c.echo(text='other')
    chosen = dsl.OneOf(one.output, two.output, three.output)
    c.echo(text=chosen)
    return chosen


@dsl.pipeline(name='branches-artifact')
def branches_artifact(flag: bool = True) -> Dataset:
    with dsl.If(flag == True, name='yes'):
        one = c.make_data(text='one')
    with dsl.Else():
        two = c.make_data(text='two')
    return dsl.OneOf(one.outputs['data'], two.outputs['data'])


@dsl.pipeline(name='fan-in')
def fan_in() -> List[Model]:
    with dsl.ParallelFor(['a', 'b'], name='outer', parallelism=1) as first:
        with dsl.ParallelFor(['c', 'd']) as second:
            said = c.echo(text=f'{first}{second}')
            model = make_model(text=second)
    join(texts=dsl.Collected(said.output))
    count_models(models=dsl.Collected(model.outputs['model']))
    return dsl.Collected(model.outputs['model'])


@dsl.pipeline(name='run-facts')
def run_facts():
    c.echo(text=dsl.PIPELINE_JOB_NAME_PLACEHOLDER)
    c.echo(text=f'{dsl.PIPELINE_JOB_ID_PLACEHOLDER} at {dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER}')


@dsl.pipeline(name='dynamic-settings')
def dynamic_settings(cpu: str = '500m', memory: str = '1Gi', image: str = 'python:3.12'):
    task = c.echo(text='x')
    task.set_cpu_limit(cpu).set_memory_limit(memory).set_container_image(image)
    other = c.echo(text='y').set_caching_options(True, cache_key='same')
    other.set_retry(2)


@dsl.pipeline(name='platform',
              pipeline_config=dsl.PipelineConfig(
                  workspace=dsl.WorkspaceConfig(size='1Gi')))
def platform(name: str = 'my-secret'):
    task = c.echo(text=f'{dsl.WORKSPACE_PATH_PLACEHOLDER}/x')
    kubernetes.use_secret_as_env(task, secret_name=name, secret_key_to_env={'key': 'VAR'})
    kubernetes.add_node_selector(task, label_key='a', label_value='b')
    kubernetes.set_timeout(task, 30)


@dsl.pipeline(name='exit-pipeline')
def exit_pipeline():
    last = inner(text='end')
    with dsl.ExitHandler(last):
        c.fail()


@dsl.pipeline(name='chooser')
def chooser(text: str) -> str:
    with dsl.If(text == 'x'):
        one = c.echo(text='one')
    with dsl.Else():
        two = c.echo(text='two')
    return dsl.OneOf(one.output, two.output)


@dsl.pipeline(name='nested-branches', display_name='Choosing twice')
def nested_branches(text: str = 'x') -> str:
    return chooser(text=chooser(text=text).output).output


ALL = [branches, branches_artifact, fan_in, run_facts, dynamic_settings, platform, exit_pipeline,
       nested_branches]
