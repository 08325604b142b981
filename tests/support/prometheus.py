"""The real Prometheus of this machine, in a folder of its own, on a free port."""

import json
import pathlib
import subprocess
import urllib.parse
import urllib.request

from support.processes import free_port, needs, until


class Prometheus:
    """Scrapes one target, or reads history from one address; `flags` go to its command line."""

    def __init__(self, folder, scrape=None, rules=(), remote_read=None, flags=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "tsdb"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.flags = flags
        self.process = None
        config = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "rule_files": [str(rule) for rule in rules]}
        if scrape:
            config["scrape_configs"] = [{"job_name": "barometer", "static_configs": [{"targets": [scrape]}]}]
        if remote_read:
            config["remote_read"] = [{"url": remote_read, "read_recent": True}]
        (self.folder / "prometheus.yml").write_text(json.dumps(config))

    def __enter__(self):
        self.log = open(self.folder / "prometheus.log", "wb")
        self.process = subprocess.Popen(
            [needs("prometheus"), f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.data}",
             f"--web.listen-address=127.0.0.1:{self.port}", *self.flags], stdout=self.log, stderr=self.log)
        until(self._ready, 60, "Prometheus to be ready")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()

    def api(self, path, **query):
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=60) as answer:
            return json.load(answer)["data"]

    def _ready(self):
        try:
            return urllib.request.urlopen(self.url + "/-/ready", timeout=5).status == 200
        except OSError:
            return False
