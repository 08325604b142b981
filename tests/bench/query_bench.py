#!/usr/bin/env python3
"""How long a daemon takes to answer questions about a large store, through its API on loopback: by the clock, and of its processor.

usage: query_bench.py BAROMETER STORE [--asks N]

STORE is a folder that `barometer replay --store` filled with posts of make_posts.py; the daemon opens it to write, so give it a copy of one
that is to stay as it is. Each question is asked N times on one connection, every time of another tag, word or time.
"""
import argparse
import datetime
import http.client
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

from make_posts import TAGS
from page_bench import free_port, processor_seconds

MONTH = datetime.timedelta(days=30)
FREQUENT = ["waiting", "clinic", "staff", "tomorrow", "brilliant", "trolley", "pharmacy", "wednesday"]
RARE = ["edit", "hospital edit", "nobody edit", "kinder edit"]


class Daemon:
    def __init__(self, barometer, store, folder):
        port = free_port()
        config = folder / "barometer.yaml"
        config.write_text(json.dumps({"store": {"path": str(store)}, "web": {"listen": f"127.0.0.1:{port}", "api_requests": 0},
                                      "retention": {"text": "400d"}, "tags": [{"name": "nhs", "match": "#nhs"}], "sources": []}))
        self.process = subprocess.Popen([barometer, "run", "--config", config], stderr=(folder / "log").open("w"))
        self.web = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, path, **fields):
        self.web.request("GET", f"{path}?{urllib.parse.urlencode(fields)}")
        answer = self.web.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{path} {fields}: {answer.status} {body[:200]}")
        return json.loads(body)

    def wait(self):
        for _ in range(1200):
            try:
                self.web.request("GET", "/-/ready")
                if self.web.getresponse().read() is not None:
                    return
            except (OSError, http.client.HTTPException):
                self.web.close()
            time.sleep(0.1)
        sys.exit("the daemon does not become ready")

    def settle(self):
        """It begins with work of its own: it reads what the tracker of issues is to remember."""
        used = -1.0
        for _ in range(30):
            before, used = used, processor_seconds(self.process)
            if used - before < 0.05:
                break
            time.sleep(2)
        self.web.close()


def questions(chance, first, last):
    """Of each question: its name and what makes its fields."""
    def moment():
        return first + (last - first) * chance.random()

    def month():
        begin = first + (last - MONTH - first) * chance.random()
        return {"from": begin.date().isoformat(), "to": (begin + MONTH).date().isoformat()}

    def posts(**fields):
        return "/api/v1/posts", {"to": moment().date().isoformat(), "limit": 50, **fields}

    return [
        ("30 days of a tag by the hour", lambda: ("/api/v1/series", {"tag": chance.choice(TAGS), "resolution": "hour", "limit": 10_000, **month()})),
        ("50 posts", posts),
        ("50 posts of a tag", lambda: posts(tag=chance.choice(TAGS))),
        ("50 negative posts of a tag", lambda: posts(tag=chance.choice(TAGS), sentiment="negative")),
        ("50 of a tag, severity 3 and more", lambda: posts(tag=chance.choice(TAGS), severity=3)),
        ("50 with a frequent word", lambda: posts(words=chance.choice(FREQUENT))),
        ("50 with two frequent words", lambda: posts(words=" ".join(chance.sample(FREQUENT, 2)))),
        ("50 with a rare word", lambda: posts(words=chance.choice(RARE))),
        ("50 with a word that nobody said", lambda: posts(words="quetzalcoatlus")),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("barometer", type=pathlib.Path)
    parser.add_argument("store", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--asks", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(asked.barometer, asked.store, pathlib.Path(folder))
        try:
            daemon.wait()
            daemon.settle()
            last = datetime.datetime.fromisoformat(daemon.ask("/api/v1/posts", limit=1)["posts"][0]["made_at"].replace("Z", "+00:00"))
            days = daemon.ask("/api/v1/series", tag=TAGS[0], resolution="day", limit=1)["series"]
            first = datetime.datetime.fromisoformat(days[0]["bucket"].replace("Z", "+00:00"))
            chance = random.Random(1)
            print(f"{'question':36}{'median, ms':>12}{'99 of 100':>12}{'processor, ms':>15}{'rows':>8}")
            for name, fields in questions(chance, first, last):
                took, rows, before = [], 0, processor_seconds(daemon.process)
                for _ in range(asked.asks):
                    path, query = fields()
                    begun = time.perf_counter()
                    answer = daemon.ask(path, **query)
                    took.append(1000 * (time.perf_counter() - begun))
                    rows += len(answer.get("posts", answer.get("series", [])))
                used = 1000 * (processor_seconds(daemon.process) - before) / asked.asks
                took.sort()
                print(f"{name:36}{took[len(took) // 2]:12.1f}{took[len(took) * 99 // 100]:12.1f}{used:15.1f}{rows / asked.asks:8.0f}")
        finally:
            daemon.process.terminate()
            daemon.process.wait(60)


main()
