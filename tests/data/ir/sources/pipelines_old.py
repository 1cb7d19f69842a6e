"""What only 2.0.1 compiles: outputs that name a task inside a group."""
from kfp import dsl
from kfp.dsl import Dataset

import components as c


@dsl.pipeline(name='output-in-condition')
def output_in_condition(text: str) -> Dataset:
    exists = c.is_long(text=text)
    with dsl.Condition(exists.output == False):
        data = c.make_data(text=text)
    with dsl.Condition(exists.output == True):
        data = c.make_data(text=text)
    return data.outputs['data']


@dsl.pipeline(name='output-in-nested-condition')
def output_in_nested_condition(text: str) -> str:
    with dsl.Condition(text == 'a'):
        with dsl.Condition(text != 'b'):
            said = c.echo(text=text)
    return said.output


@dsl.pipeline(name='output-in-exit-handler')
def output_in_exit_handler(text: str) -> str:
    last = c.echo(text='end')
    with dsl.ExitHandler(last):
        said = c.echo(text=text)
    return said.output


@dsl.pipeline(name='output-in-loop')
def output_in_loop(text: str) -> str:
    with dsl.ParallelFor(['a', 'b']) as item:
        said = c.echo(text=item)
    return said.output


@dsl.pipeline(name='inner-condition')
def inner_condition(text: str) -> str:
    with dsl.Condition(text == 'a'):
        said = c.echo(text=text)
    return said.output


@dsl.pipeline(name='output-in-inner-condition')
def output_in_inner_condition(text: str) -> str:
    return inner_condition(text=text).output


ALL = [output_in_condition, output_in_nested_condition, output_in_exit_handler, output_in_loop,
       output_in_inner_condition]
