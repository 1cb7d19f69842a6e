"""A package index on this machine, with an SDK that needs no other packages."""

import hashlib
import http.server
import threading
import zipfile

# Stands in for the SDK in the environments of these tasks.
EXECUTOR = """
import sys
if __name__ == "__main__":
    path = sys.argv[sys.argv.index("--component_module_path") + 1]
    scope = {"__name__": "component"}
    source = "\\n".join(line for line in open(path).read().split("\\n") if "kfp" not in line)
    exec(compile(source, path, "exec"), scope)
    scope[sys.argv[sys.argv.index("--function_to_execute") + 1]]()
"""


def make_wheel(folder, name, version, files):
    path = folder / name / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {**files, f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"]))


class Index:
    """A package index on this machine, whose answers are asked for again each time."""

    def __init__(self, folder):
        self.folder = folder
        for name, version in (("pip", "24.0"), ("setuptools", "70.0.0"), ("wheel", "0.43.0")):
            make_wheel(folder, name, version, {f"{name}/__init__.py": ""})
        make_wheel(folder, "kfp", "0.0.1", {"kfp/__init__.py": "", "kfp/dsl/__init__.py": "",
                                            "kfp/dsl/executor_main.py": EXECUTOR})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, version, name="tinypackage"):
        make_wheel(self.folder, name, version, {f"{name}.py": f"VERSION = '{version}'\n"})

    def close(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def handler(self):
        folder = self.folder

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.do_GET()

            def do_GET(self):
                place = folder / self.path.strip("/").removeprefix("simple").strip("/")
                if place.is_dir():
                    links = "".join(f'<a href="{file.name}#sha256={hashlib.sha256(file.read_bytes()).hexdigest()}">'
                                    f"{file.name}</a>\n" for file in sorted(place.iterdir()))
                    return self.send(f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html")
                return self.send(place.read_bytes(), "application/octet-stream") if place.is_file() else self.send_error(404)

            def send(self, body, kind):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "max-age=0" if kind == "text/html" else "max-age=600")
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *words):
                pass

        return Handler
