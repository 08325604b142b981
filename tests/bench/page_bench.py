#!/usr/bin/env python3
"""How many first pages a daemon gives a second, and how late the slowest of a hundred is, by Debian's wrk on loopback; with posts coming in
or without.

usage: page_bench.py BAROMETER STORE [--seconds N] [--connections N] [--posts FILE --rate N] [--core N]

STORE is a folder that `barometer replay --store` filled; it grows by FILE (posts, one JSON object a line), which is pushed at that rate meanwhile.
The daemon stays on one core with --core, wrk and the pusher on the others. Processor time a page is told too: on a machine that does other
work, that is what holds up.
"""
import argparse
import itertools
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.push import SECRET, send, signed

PUSHED_AT_ONCE = 500


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def get(url):
    begun = time.perf_counter()
    with urllib.request.urlopen(url, timeout=60) as answer:
        first = time.perf_counter() - begun
        return first, len(answer.read())


def first_write(url):
    """Waits for the first write: before it all that the tracker of issues remembers is read, which takes a large store some time."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    body = json.dumps({"platform": "bench", "id": "https://bench.example/first", "made_at": now, "text": "first"}).encode()
    said = "no answer"
    for _ in range(20):
        try:
            status, said = send(url, "bench", body, signed(body))
            if status == 200:
                return
        except TimeoutError:
            continue
        time.sleep(1)
    sys.exit(f"the first post was not taken: {said}")


class Pusher(threading.Thread):
    """Pushes posts at a rate until it is stopped; made_at is now, or they would be of long ago."""

    def __init__(self, url, posts, rate):
        super().__init__(daemon=True)
        self.url, self.rate = url, rate
        self.posts = itertools.cycle(posts)
        self.pushed, self.number, self.stopped = 0, time.time_ns(), threading.Event()

    def run(self):
        begun = time.perf_counter()
        while not self.stopped.is_set():
            now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            lines = []
            for post in itertools.islice(self.posts, PUSHED_AT_ONCE):
                self.number += 1
                lines.append(json.dumps({**post, "id": f"https://bench.example/{self.number}", "made_at": now}))
            body = "\n".join(lines).encode()
            status, said = send(self.url, "bench", body, signed(body))
            if status != 200:
                sys.exit(f"pushing was refused: {said}")
            self.pushed += len(lines)
            time.sleep(max(0, self.pushed / self.rate - (time.perf_counter() - begun)))


def bench(options, folder):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    secret = folder / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    config = folder / "barometer.yaml"
    source = {"name": "bench", "platform": "push", "secret_file": str(secret)}
    config.write_text(json.dumps({"store": {"path": str(options.store)}, "web": {"listen": f"127.0.0.1:{port}"}, "retention": {"text": "400d"},
                                  "tags": [{"name": "nhs", "match": "#nhs"}], "sources": [source] if options.posts else []}))
    pin = ["taskset", "-c", str(options.core)] if options.core is not None else []
    daemon = subprocess.Popen([*pin, options.barometer, "run", "--config", config], stderr=(folder / "log").open("w"))
    try:
        for _ in range(600):
            try:
                get(url + "/-/ready")
                break
            except OSError:
                time.sleep(0.1)
        cold, size = get(url + "/")
        pusher = None
        if options.posts:
            posts = [json.loads(line) for line in itertools.islice(options.posts.open(), 50_000)]
            first_write(url)
            pusher = Pusher(url, posts, options.rate)
            pusher.start()
            time.sleep(3)
        before, begun = processor_seconds(daemon), time.perf_counter()
        said = subprocess.run(["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "--latency", url + "/"], capture_output=True,
                              text=True, check=True).stdout
        used, lasted = processor_seconds(daemon) - before, time.perf_counter() - begun
        if pusher:
            pusher.stopped.set()
            pusher.join(60)
        pages = int(re.search(r"(\d+) requests in", said)[1])
        first = sorted(get(url + "/")[0] for _ in range(50))[25]
        result = {"pages_per_second": round(pages / lasted), "p99": re.search(r"99%\s+(\S+)", said)[1], "page_bytes": size,
                  "first_byte_cold_ms": round(1000 * cold, 1), "first_byte_ms": round(1000 * first, 1),
                  "processor_us_per_page": round(1e6 * used / pages), "cores_used": round(used / lasted, 2)}
        if pusher:
            result["posts_per_second"] = round(pusher.pushed / (time.perf_counter() - begun + 3))
        print(json.dumps(result))
    finally:
        daemon.terminate()
        daemon.wait(60)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("barometer", type=pathlib.Path)
    parser.add_argument("store", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--posts", type=pathlib.Path)
    parser.add_argument("--rate", type=int, default=5_000)
    parser.add_argument("--core", type=int)
    with tempfile.TemporaryDirectory() as folder:
        bench(parser.parse_args(), pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
