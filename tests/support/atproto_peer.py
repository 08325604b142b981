"""Bluesky's own servers on the loopback, from npm's @atproto/dev-env: accounts and posts (PDS), and the AppView that finds them."""

import json
import os
import pathlib
import pwd
import shutil
import subprocess
import unittest
import urllib.error
import urllib.request
from datetime import datetime, timezone

from support.processes import free_port, needs, until

HERE = pathlib.Path(__file__).resolve().parent / "atproto"
PASSWORD = "a password of tests"


class Postgres:
    """A database server of its own in a folder; it refuses to run as root, so then it runs as the user of Debian's package."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = f"postgres://tester@127.0.0.1:{self.port}/postgres"
        self.running = False

    def __enter__(self):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise unittest.SkipTest("postgresql is not installed")
        self.bin = found[-1].parent
        self.folder.mkdir(parents=True)
        self.run_as = []
        if os.geteuid() == 0:
            self.run_as = [needs("runuser"), "-u", "postgres", "--"]
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            for parent in self.folder.parents[:-2]:  # of a temporary folder, which only root may enter
                parent.chmod(parent.stat().st_mode | 0o001)
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "tester")
        options = f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start")
        self.running = True
        return self

    def __exit__(self, *_):
        if self.running:
            self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def _run(self, program, *arguments):
        subprocess.run([*self.run_as, self.bin / program, *map(str, arguments)], check=True, timeout=120, cwd="/",
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


class Bluesky:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.process = None
        self.database = None

    def __enter__(self):
        node = needs("node")
        installed = os.environ.get("BAROMETER_ATPROTO", "")
        if not (pathlib.Path(installed or "/none") / "node_modules/@atproto/dev-env").is_dir():
            raise unittest.SkipTest("npm's @atproto/dev-env is not installed (474 packages, 360 MB): run "
                                    "tests/support/atproto/install.sh FOLDER and set BAROMETER_ATPROTO=FOLDER")
        self.folder.mkdir(parents=True)
        self.database = Postgres(self.folder / "postgres").__enter__()
        try:
            self.log = open(self.folder / "log", "wb")
            self.process = subprocess.Popen(
                [node, HERE / "peer.cjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                env={**os.environ, "NODE_PATH": str(pathlib.Path(installed).resolve() / "node_modules"),
                     "DB_POSTGRES_URL": self.database.url})
            said = self.process.stdout.readline()
            if not said:
                raise AssertionError("dev-env did not start:\n" + (self.folder / "log").read_text()[-3000:])
            places = json.loads(said)
            self.pds, self.appview = places["pds"], places["appview"]
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.process:
            self.process.stdin.close()
            self.process.wait(60)
            self.process.stdout.close()
            self.log.close()
        if self.database:
            self.database.__exit__()

    def account(self, name):
        return Account(self, name)


class Account:
    """Somebody who writes, with a session of their own."""

    def __init__(self, servers, name):
        self.pds = servers.pds
        self.handle = f"{name}.test"
        self.token = None
        made = self._do("com.atproto.server.createAccount",
                        {"handle": self.handle, "email": f"{name}@trust.example", "password": PASSWORD})
        self.did, self.token = made["did"], made["accessJwt"]

    def post(self, text):
        """Its at:// address. Tags are told apart from the text, as apps do."""
        facets = []
        for word in text.split():
            if word.startswith("#"):
                begin = len(text[:text.index(word)].encode())
                facets.append({"index": {"byteStart": begin, "byteEnd": begin + len(word.encode())},
                               "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": word[1:]}]})
        record = {"$type": "app.bsky.feed.post", "text": text, "langs": ["en"], "facets": facets,
                  "createdAt": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        return self._do("com.atproto.repo.createRecord",
                        {"repo": self.did, "collection": "app.bsky.feed.post", "record": record})["uri"]

    def delete(self, uri):
        self._do("com.atproto.repo.deleteRecord",
                 {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": uri.rsplit("/", 1)[1]})

    def _do(self, method, body):
        request = urllib.request.Request(f"{self.pds}/xrpc/{method}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method}: {error.code} {error.read().decode()}") from error
