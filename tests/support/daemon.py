"""A barometer at work: its settings, its start, its ends, and the commands that look into its store."""

import json
import pathlib
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request

from support.processes import binary, free_port, until

READY_SECONDS = 60  # a sanitised binary on a busy machine
STOP_SECONDS = 60


def barometer(*arguments, stdin=None, timeout=300):
    """Runs one command; gives its CompletedProcess, with bytes."""
    return subprocess.run([binary(), *map(str, arguments)], input=stdin, capture_output=True, timeout=timeout)


class Daemon:
    """barometer run, in a folder of its own. Settings are those of the file; what a test does not give is made for haste."""

    def __init__(self, folder, sources, tags=None, mail=None, **sections):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.store = self.folder / "store"
        self.config = self.folder / "barometer.yaml"
        self.process = None
        self._log = []
        self.settings = {
            "store": {"path": str(self.store)},
            "web": {"listen": f"127.0.0.1:{self.port}", "public_url": "https://barometer.trust.example/"},
            "http": {"connect_timeout": "2s", "total_timeout": "3s"},
            "polling": {"host_pace": "0s", "retry_ceiling": "1s"},
            "tags": tags if tags is not None else [{"name": "nhssm", "match": "#nhssm"}],
            "sources": sources,
            **({"mail": mail} if mail else {}), **sections}
        self.write()

    def write(self, text=None):
        """The settings file, as JSON, which is YAML too."""
        self.config.write_text(text if text is not None else json.dumps(self.settings, indent=1))

    def start(self, *arguments):
        """Starts it and waits until it says that it is ready."""
        self.launch(*arguments)
        until(self._ready, READY_SECONDS, "barometer to be ready")
        return self

    def launch(self, *arguments):
        """Starts it and does not wait."""
        self.process = subprocess.Popen([binary(), "run", "--config", self.config, *arguments],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        # By way of a pipe, so that a limit on the size of its files never reaches its log.
        self._reader = threading.Thread(target=self._read_log, args=(self.process.stderr,), daemon=True)
        self._reader.start()

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def terminate(self):
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self._reader.join()
        return code

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()

    def get(self, path):
        """Status and text of one of its pages."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def post(self, path, body=b""):
        """The same for what is posted to one of them."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data=body, method="POST"), timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name, **labels):
        """The sum of the samples of that name that carry these labels; None when there are none."""
        found = None
        for line in self.get("/metrics")[1].splitlines():
            match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if not match or match[1] != name:
                continue
            own = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
            if all(own.get(key) == value for key, value in labels.items()):
                found = (found or 0) + float(match[3])
        return found

    def log(self):
        return "".join(self._log)

    def log_lines(self, *words):
        """The lines that hold all these words."""
        return [line for line in self.log().splitlines() if all(word in line for word in words)]

    def logged(self, *words):
        """The same, once there is one: a line takes a moment through the pipe."""
        return until(lambda: self.log_lines(*words), 10, f"a log line with {words}")

    def posts(self, *arguments):
        return self._query("posts", "--limit", "0", *arguments)

    def issues(self, *arguments):
        return self._query("issues", *arguments)

    def verdicts(self):
        """How often people judged it right, by what it is about: ("rule", its id), ("issue", a kind) …"""
        return {(row["what"], row["name"]): row for row in self._query("review")}

    def alerts(self):
        return self._query("alerts", "--limit", "0")

    def gaps(self, *arguments):
        return self._query("gaps", "--limit", "0", *arguments)

    def explain(self, name, *arguments):
        """What explain-source says; its CompletedProcess."""
        return barometer("explain-source", name, "--config", self.config, *arguments)

    def verify(self):
        return barometer("verify", "--store", self.store)

    def _query(self, command, *arguments):
        done = barometer(command, "--store", self.store, "--format", "json", *arguments)
        if done.returncode != 0:
            raise AssertionError(f"barometer {command}: {done.stderr.decode(errors='replace')}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _read_log(self, pipe):
        with pipe:
            for line in pipe:
                self._log.append(line.decode(errors="replace"))

    def _ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"barometer ended with {self.process.returncode}:\n{self.log()[-4000:]}")
        try:
            return self.get("/-/ready")[0] == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
