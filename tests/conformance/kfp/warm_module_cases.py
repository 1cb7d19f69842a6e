"""Bodies of components that use what their worker has imported ahead, as in warm_cases.py.

Each says which module tells that its worker is ready for it. Those of FEW need little to be installed.
"""

FEW_PACKAGES = ["numpy==2.2.6", "requests==2.32.3", "pillow==12.0.0"]
PACKAGES = ["numpy==2.4.6", "pandas==3.1.1", "scikit-learn==1.9.1", "pyarrow==26.0.1", "matplotlib==3.11.2",
            "pillow==13.0.0", "boto3==1.44.8", "pyyaml", "jinja2==3.1.6", "joblib==1.6.0", "sqlalchemy==2.1.9",
            "lightgbm==4.7.0", "seaborn==0.13.2", "openpyxl", "tqdm", "minio", "pydantic", "requests"]

# What a task may find before and after an import.
LOOK = """import os, sys, threading, warnings, atexit, logging, signal
    packages = {'numpy', 'pandas', 'scipy', 'sklearn', 'joblib', 'pyarrow', 'matplotlib', 'PIL', 'boto3', 'botocore', 'requests', 'urllib3', 'minio', 'sqlalchemy', 'lightgbm', 'seaborn', 'narwhals', 'dateutil', 'openpyxl', 'jinja2', 'yaml', 'kiwisolver', 'cycler', '__mp_main__'}
    def look(when):
        print(when, sorted({name.partition('.')[0] for name in sys.modules} & packages))
        print(when, sorted(str(f) for f in warnings.filters), [type(f).__name__ for f in sys.meta_path if type(f).__name__ != 'Hidden'])
        print(when, sorted(os.environ), sorted(p for d in os.walk(os.path.expanduser('~')) for p in d[1] + d[2]), [n for n in os.listdir('/tmp') if n[:4] != 'tmp.'])
        print(when, threading.active_count(), logging.getLogger().handlers, signal.getsignal(2), len(sys.path))
    look('before')
    MODULES
    look('after')"""

FEW = {
    "numpy": ("numpy", "import numpy as np; print(np.arange(9).reshape(3, 3) @ np.ones(3), np.linalg.inv(np.eye(2) * 2), np.__spec__.name, np.__spec__.loader)"),
    "numpy_seen": ("numpy", LOOK.replace("MODULES", "import numpy")),
    "requests_seen": ("requests", LOOK.replace("MODULES", "import requests")),
    "found_only": ("numpy", "import importlib.util as u, sys; print(u.find_spec('numpy').loader, 'numpy' in sys.modules)\n    import numpy.linalg; print('numpy' in sys.modules, numpy.linalg.__spec__, u.find_spec('numpy') is numpy.__spec__)"),
    "picture": ("PIL", "import io, hashlib\n    from PIL import Image, ImageDraw; i = Image.new('RGB', (40, 40)); ImageDraw.Draw(i).line((0, 0, 40, 40), fill=(9, 8, 7)); b = io.BytesIO(); i.save(b, 'PNG'); print(hashlib.sha256(b.getvalue()).hexdigest(), Image.open(b).getpixel((3, 3)))"),
}

MORE = {
    "reloaded": ("numpy", "import importlib, sys\n    import jinja2; old = jinja2.Template; importlib.reload(jinja2); print(jinja2.Template is old)\n    del sys.modules['jinja2']\n    import jinja2 as again; print(again is jinja2, again.Template('{{ a }}').render(a=1))"),
    "threads_import": ("numpy", "import threading\n    def f():\n        import numpy, PIL.Image; print(numpy.ones(2).sum(), PIL.Image.new('L', (2, 2)).size)\n    t = [threading.Thread(target=f) for _ in range(4)]; [x.start() for x in t]; [x.join() for x in t]"),
    "not_there": ("numpy", "import numpy\n    try: import numpy.nothing\n    except ImportError as e: print(repr(e))\n    from numpy import nothing"),
    "destructor_of_an_array": ("numpy", "import numpy\n    class A(numpy.ndarray):\n        def __del__(self): print('del')\n    global K; K = numpy.ones(3).view(A); print('end')"),
    "destructor": ("numpy", "import numpy\n    class A:\n        def __del__(self): print('del')\n    global K; K = A(); print('end')"),
    "destructor_with_pandas": ("pandas", "import pandas\n    class A(dict):\n        def __del__(self): print('del', end='')\n    global K; K = A(); print('end')"),
    "destructor_with_parquet": ("pyarrow", "import pyarrow.parquet\n    class A(dict):\n        def __del__(self): print('del', end='')\n    global K; K = A(); print('end')"),
    "pandas_seen": ("pandas", LOOK.replace("MODULES", "import pandas")),
    "sklearn_seen": ("sklearn", LOOK.replace("MODULES", "from sklearn.linear_model import Ridge")),
    "matplotlib_seen": ("matplotlib", LOOK.replace("MODULES", "import matplotlib.pyplot as plt")),
    "boto3_seen": ("boto3", LOOK.replace("MODULES", "import boto3")),
    "sqlalchemy_seen": ("sqlalchemy", LOOK.replace("MODULES", "import sqlalchemy")),
    "fits": ("sklearn", "import numpy as np; from sklearn.datasets import make_classification; from sklearn.linear_model import LogisticRegression; from sklearn.ensemble import RandomForestClassifier, HistGradientBoostingClassifier\n    x, y = make_classification(2000, random_state=1)\n    for m in (LogisticRegression(), RandomForestClassifier(20, n_jobs=2, random_state=1), HistGradientBoostingClassifier(random_state=1)): print(type(m).__name__, m.fit(x, y).predict_proba(x).sum(axis=0).round(6))"),
    "clusters": ("sklearn", "import numpy as np; from sklearn.cluster import KMeans; from threadpoolctl import threadpool_info; r = np.random.RandomState(1).rand(5000, 8); print(KMeans(8, n_init=2, random_state=1).fit(r).inertia_ // 1, sorted({(i['user_api'], i['num_threads']) for i in threadpool_info()}))"),
    "jobs": ("joblib", "import joblib, numpy as np\n    from math import sqrt\n    print(joblib.Parallel(n_jobs=2)(joblib.delayed(sqrt)(i) for i in range(6)), joblib.Parallel(n_jobs=2, prefer='threads')(joblib.delayed(sqrt)(i) for i in range(3)))\n    joblib.dump({'a': np.arange(5)}, 'm.joblib', compress=3); print(joblib.load('m.joblib'))"),
    "model_saved": ("sklearn", "import joblib, pickle, numpy as np; from sklearn.pipeline import make_pipeline; from sklearn.preprocessing import StandardScaler; from sklearn.linear_model import Ridge\n    x = np.random.RandomState(2).rand(50, 3); p = make_pipeline(StandardScaler(), Ridge()).fit(x, x.sum(axis=1)); joblib.dump(p, 'p'); print(joblib.load('p').predict(x[:2]), pickle.loads(pickle.dumps(p)))"),
    "sklearn_warns": ("sklearn", "import numpy as np, warnings; warnings.filterwarnings('error'); from sklearn.linear_model import LogisticRegression\n    x = np.random.RandomState(2).rand(50, 3); LogisticRegression(max_iter=1).fit(x, x[:, 0] > .5)"),
    "parquet": ("pyarrow", "import pandas as pd, pyarrow as pa, pyarrow.parquet as pq, pyarrow.dataset as ds\n    d = pd.DataFrame({'a': range(100000), 'b': [str(i % 9) for i in range(100000)]}); d.to_parquet('t.parquet'); t = pq.read_table('t.parquet'); print(t.schema.field('a'), t.num_rows, pd.read_parquet('t.parquet').b.value_counts().sort_index().to_dict())\n    print(ds.dataset('t.parquet').to_table(filter=ds.field('a') < 5).to_pydict(), pa.default_memory_pool().backend_name)"),
    "parquet_left_open": ("pyarrow", "import pyarrow as pa, pyarrow.parquet as pq; global W; W = pq.ParquetWriter('w', pa.schema([('a', pa.int64())])); W.write_table(pa.table({'a': [1]})); print('open')"),
    "table": ("pandas", "import pandas as pd, numpy as np, io\n    d = pd.DataFrame({'k': list('abcab'), 'v': np.arange(5.)}); print(d.groupby('k').v.agg(['sum', 'mean'])); print(pd.read_csv(io.StringIO(d.to_csv())).dtypes); d.to_excel('x.xlsx'); print(pd.read_excel('x.xlsx').shape, d.merge(d, on='k').shape)"),
    "figure": ("matplotlib", "import matplotlib; print(matplotlib.get_backend()); matplotlib.use('Agg'); import matplotlib.pyplot as plt, hashlib\n    f, a = plt.subplots(); a.plot([1, 2, 3], label='x'); a.legend(); a.set_title('titel'); f.savefig('f.png', metadata={'Software': None}); print(hashlib.sha256(open('f.png', 'rb').read()).hexdigest()); f.savefig('f.svg'); f.savefig('f.pdf'); print(plt.get_fignums())"),
    "figure_of_seaborn": ("seaborn", "import seaborn as sns, pandas as pd; g = sns.barplot(pd.DataFrame({'a': [1, 2], 'b': [3, 4]}), x='a', y='b'); g.figure.savefig('s.png'); print(len(g.patches))"),
    "clients": ("boto3", "import boto3, yaml, json; c = boto3.client('s3', region_name='eu-west-1', endpoint_url='http://127.0.0.1:9', aws_access_key_id='a', aws_secret_access_key='b'); print(c.generate_presigned_url('get_object', {'Bucket': 'bucket', 'Key': 'k'}).partition('?')[0], yaml.safe_load('a: [1, 2]'))"),
    "minio_client": ("minio", "from minio import Minio; print(Minio('127.0.0.1:9', 'a', 'b', secure=False, region='x').presigned_get_object('bucket', 'k').partition('?')[0])"),
    "database": ("sqlalchemy", "import sqlalchemy as sa; from sqlalchemy import create_engine, text; global E; E = create_engine('sqlite:///d.db')\n    with E.begin() as c: c.execute(text('create table t (x int)')); c.execute(text('insert into t values (4)')); print(c.execute(text('select * from t')).fetchall())"),
    "statistics": ("scipy", "from scipy import stats, optimize, sparse, signal, interpolate; import numpy as np; print(stats.norm.cdf(1.5).round(9), optimize.minimize(lambda v: (v - 2) ** 2, 0.).x.round(5), sparse.eye(3).nnz, signal.windows.hann(4).round(6), interpolate.interp1d([0, 1], [0, 2])(.5))"),
    "boosted": ("lightgbm", "import lightgbm as lgb, numpy as np; r = np.random.RandomState(1).rand(500, 4); m = lgb.train({'objective': 'regression', 'verbose': -1, 'deterministic': True, 'num_threads': 2}, lgb.Dataset(r, r[:, 0]), 5); print(m.predict(r[:3]).round(6))"),
    "templates": ("jinja2", "import jinja2, tqdm, pydantic, openpyxl\n    class M(pydantic.BaseModel): a: int\n    print(jinja2.Template('{{ a }}!').render(a=M(a='3').a), list(tqdm.tqdm([1], disable=True))); w = openpyxl.Workbook(); w.active['A1'] = 3; w.save('w.xlsx'); print(openpyxl.load_workbook('w.xlsx').active['A1'].value)"),
    "processes_after": ("numpy", "import multiprocessing as m, numpy as np\n    np.random.RandomState(0).rand(300, 300) @ np.ones((300, 300))\n    with m.get_context('fork').Pool(2) as p: print(p.map(np.sum, [[1, 2], [3]]))\n    with m.get_context('spawn').Pool(1) as p: print(p.map(np.sum, [[1, 2], [3]]))"),
}
