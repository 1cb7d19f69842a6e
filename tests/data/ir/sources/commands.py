"""Components whose generated command lines differ in every way that the SDK offers."""
import inspect

from kfp import dsl


def variants(version):
    def plain(text: str) -> str:
        return text

    new = {'pip_trusted_hosts': ['packages.example'], 'use_venv': True}
    settings = {
        'plain': {},
        'packages': {'packages_to_install': ['requests>=2,<3', 'tabulate==0.9.0']},
        'quotes': {'packages_to_install': ['thing; python_version<"3.9"', "other; sys_platform=='linux'"]},
        'kfp-given': {'packages_to_install': ['kfp==2.0.1', 'requests']},
        'index': {'pip_index_urls': ['https://packages.example/simple']},
        'indexes': {'packages_to_install': ['requests'],
                    'pip_index_urls': ['https://packages.example/simple', 'http://other.example:8080/simple']},
        'no-kfp': {'install_kfp_package': False},
        'no-kfp-packages': {'install_kfp_package': False, 'packages_to_install': ['requests']},
        'kfp-path': {'kfp_package_path': 'git+https://git.example/kfp.git@refs/pull/1/merge'},
        'target-image': {'target_image': 'registry.example/image:1'},
        'target-image-packages': {'target_image': 'registry.example/image:1', 'packages_to_install': ['requests']},
    }
    if version != '2.0.1':
        settings.update({
            'trusted': {'packages_to_install': ['requests'], 'pip_index_urls': ['https://packages.example/simple'],
                        'pip_trusted_hosts': ['packages.example']},
            'no-trusted': {'pip_index_urls': ['https://packages.example/simple'], 'pip_trusted_hosts': []},
            'venv': {'use_venv': True},
            'venv-packages': {'use_venv': True, 'packages_to_install': ['requests']},
        })
    for name, options in settings.items():
        options = {k: list(v) if isinstance(v, list) else v for k, v in options.items()}
        component = dsl.component(plain, base_image='python:3.11', **options)
        yield name, component.component_spec.implementation.container
