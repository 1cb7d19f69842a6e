"""Compiles every sample with the SDK that runs this script."""
import json
import pathlib
import warnings

import kfp
from kfp import compiler

import commands
import pipelines_both

warnings.simplefilter('ignore')
HERE = pathlib.Path(__file__).parent
VERSION = kfp.__version__
if VERSION == '2.0.1':
    import pipelines_old as own
else:
    import pipelines_new as own

for pipeline in pipelines_both.ALL + own.ALL:
    target = HERE.parent / 'good' / f'{VERSION}-{pipeline.name}.yaml'
    try:
        compiler.Compiler().compile(pipeline, str(target))
    except Exception as error:
        print(pipeline.name, 'does not compile:', error)
        target.unlink(missing_ok=True)

for name, container in commands.variants(VERSION):
    target = HERE.parent.parent / 'lightweight' / f'{VERSION}-{name}.json'
    words = {'command': list(container.command), 'args': [str(a) for a in container.args]}
    target.write_text(json.dumps(words, indent=1) + '\n')
