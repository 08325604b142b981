"""The real Alertmanager of this machine, in a folder of its own, on a free port."""

import json
import pathlib
import subprocess
import urllib.request

from support.processes import free_port, needs, until


class Alertmanager:
    """with Alertmanager(folder, config) as manager: …; `config` is a mapping, as in alertmanager.yml."""

    def __init__(self, folder, config):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (self.folder / "alertmanager.yml").write_text(json.dumps(config))

    def __enter__(self):
        self._log = open(self.folder / "alertmanager.log", "wb")
        self._process = subprocess.Popen(
            [needs("prometheus-alertmanager"), f"--config.file={self.folder / 'alertmanager.yml'}",
             f"--storage.path={self.folder / 'data'}", f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="],
            stdout=self._log, stderr=self._log)
        until(self._ready, 60, "Alertmanager to be ready")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def alerts(self):
        """Those that fire, as its API gives them."""
        with urllib.request.urlopen(self.url + "/api/v2/alerts", timeout=20) as answer:
            return json.load(answer)

    def log(self):
        return (self.folder / "alertmanager.log").read_text(errors="replace")

    def _ready(self):
        try:
            return urllib.request.urlopen(self.url + "/-/ready", timeout=5).status == 200
        except OSError:
            return False
