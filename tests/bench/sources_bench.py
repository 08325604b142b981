#!/usr/bin/env python3
"""Many sources in one daemon, against a server on the loopback: memory and processor of idle ones, feeds a second, and how long
a post takes from a stream to its row in the store while the feeds are polled.

usage: sources_bench.py BAROMETER [FEEDS [IDLE]]      5000 and 1000 unless given
"""

import asyncio
import json
import multiprocessing
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

ITEMS = 20
STREAMED = 60
HEARTBEAT = 15  # seconds, as Mastodon's streams do; a stream that says nothing for long is taken for broken
TICKS = os.sysconf("SC_CLK_TCK")


def iso(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def feed(number):
    items = "".join(f"<item><guid isPermaLink='false'>{number}-{i}</guid><title>Item {i}</title><description>An ordinary day on "
                    f"ward {i}.</description><pubDate>Sat, 21 Nov 2026 20:{i:02}:00 GMT</pubDate></item>" for i in range(ITEMS))
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


def status(number):
    uri = f"https://social.example/users/jo/statuses/{number}"
    return {"id": str(number), "uri": uri, "url": uri, "created_at": iso(datetime.now(timezone.utc)), "edited_at": None,
            "account": {"id": "1", "acct": "jo", "username": "jo", "display_name": "Jo", "url": "https://social.example/@jo",
                        "bot": False, "noindex": False, "indexable": True},
            "content": f"<p>Post {number} about the ward</p>", "spoiler_text": "", "language": "en", "visibility": "public",
            "tags": [{"name": "nhssm"}], "mentions": [], "media_attachments": [], "in_reply_to_id": None, "reblog": None,
            "favourites_count": 0, "reblogs_count": 0, "replies_count": 0}


class Server(multiprocessing.Process):
    """Feeds with validators, one hashtag and its stream. Says on a pipe when it has streamed a post, and answers how many it served."""

    def __init__(self):
        super().__init__(daemon=True)
        self.pipe, self.inner = multiprocessing.Pipe()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        self.served, self.number, self.streams, self.posts = 0, 1000, [], []
        server = await asyncio.start_server(self.client, "127.0.0.1", 0, backlog=4096)
        self.inner.send(server.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        beating = asyncio.create_task(self.beat())
        while not beating.done():
            wish = await loop.run_in_executor(None, self.inner.recv)
            if wish == "served":
                self.inner.send(self.served)
            elif wish == "streams":
                self.inner.send(len(self.streams))
            elif wish == "post":
                self.number += 1
                post = status(self.number)
                self.posts.append(post)
                event = f"event: update\ndata: {json.dumps(post)}\n\n".encode()
                sent = time.time()
                for stream in self.streams:
                    stream.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
                self.inner.send(sent)

    async def beat(self):
        while True:
            await asyncio.sleep(HEARTBEAT)
            for stream in self.streams:
                stream.write(b"9\r\n:thump\n\n\n\r\n")

    async def client(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self.answer(head.split(b" ", 2)[1].decode(), head, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if writer in self.streams:
                self.streams.remove(writer)
            writer.close()

    async def answer(self, path, head, writer):
        if path.startswith("/feed/"):
            self.served += 1
            if b"if-none-match" in head.lower():
                writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')
            else:
                body = feed(path[6:])
                writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: "a"\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
        elif path.startswith("/api/v1/streaming"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:)\n\r\n")
            self.streams.append(writer)
        elif path == "/robots.txt":
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            body = json.dumps(list(reversed(self.posts))[:40] if "/timelines/" in path else {}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def ask(self, wish):
        self.pipe.send(wish)
        return self.pipe.recv()


class Daemon:
    """barometer run; its log is read as it comes."""

    def __init__(self, barometer, folder, sources, every):
        folder.mkdir()
        settings = {"store": {"path": str(folder / "store")}, "web": {"listen": "127.0.0.1:0"}, "polling": {"host_pace": "0s"},
                    "tags": [{"name": "nhssm", "match": "#nhssm"}], "sources": [{"every": every, **s} for s in sources]}
        config = folder / "barometer.yaml"
        config.write_text(json.dumps(settings))
        self.stored = []  # when the log said that posts of the stream were kept
        self.process = subprocess.Popen([barometer, "run", "--config", config], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stderr:
            if "event=page_kept" in line and "source=stream" in line:
                self.stored.append(time.time())

    def memory(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024

    def processor(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def feeds(server_url, number):
    return [{"name": f"feed {i}", "platform": "feed", "url": f"{server_url}/feed/{i}"} for i in range(number)]


def served_after(server, before, number, seconds):
    end = time.monotonic() + seconds
    while server.ask("served") - before < number and time.monotonic() < end:
        time.sleep(0.2)


def idle(barometer, folder, server, url, number):
    """What so many feeds without news cost, against one feed."""
    memory = {}
    for count in (1, number):
        before = server.ask("served")
        daemon = Daemon(barometer, folder / f"idle {count}", feeds(url, count), "120s")
        served_after(server, before, count, 120)
        time.sleep(10)
        begun, used = time.monotonic(), daemon.processor()
        time.sleep(60)
        share = (daemon.processor() - used) / (time.monotonic() - begun)
        memory[count] = daemon.memory()
        print(f"{count} idle feeds: {memory[count] / 1e6:.1f} MB, {share:.2%} of a core")
        daemon.stop()
    print(f"  one more feed: {(memory[number] - memory[1]) / (number - 1) / 1000:.1f} kB; {number}: "
          f"{(memory[number] - memory[1]) / 1e6:.1f} MB")


def polled(barometer, folder, server, url, number, every):
    """All polled as fast as `every` says, while a stream brings posts: how many a second, and how long the posts take."""
    token = folder / "token"
    token.write_text("none")
    token.chmod(0o600)
    stream = {"name": "stream", "platform": "mastodon", "url": url, "hashtag": "nhssm", "stream": "yes", "streaming_url": url,
              "token_file": str(token)}
    before = server.ask("served")
    daemon = Daemon(barometer, folder / f"polled {every}", [stream, *feeds(url, number)], every)
    begun = time.monotonic()
    served_after(server, before, number, 300)
    print(f"{number} feeds every {every}: all asked for the first time in {time.monotonic() - begun:.1f} s")
    while not server.ask("streams"):
        time.sleep(0.2)
    time.sleep(2)
    served, used, begun = server.ask("served"), daemon.processor(), time.monotonic()
    took = []
    chance = random.Random(1)
    for _ in range(STREAMED):
        seen = len(daemon.stored)
        sent = server.ask("post")
        while len(daemon.stored) == seen and time.time() - sent < 10:
            time.sleep(0.001)
        took.append((daemon.stored[-1] if len(daemon.stored) > seen else float("inf")) - sent)
        time.sleep(chance.uniform(0.1, 0.4))
    seconds = time.monotonic() - begun
    rate, share = (server.ask("served") - served) / seconds, (daemon.processor() - used) / seconds
    took.sort()
    print(f"  {rate:.0f} feeds a second, {share:.0%} of a core, {daemon.memory() / 1e6:.0f} MB; stream to store: "
          f"median {statistics.median(took) * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms of {STREAMED}")
    daemon.stop()


def main():
    barometer = str(pathlib.Path(sys.argv[1]).resolve())
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    quiet = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    server = Server()
    server.start()
    url = f"http://127.0.0.1:{server.pipe.recv()}"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        idle(barometer, folder, server, url, quiet)
        polled(barometer, folder, server, url, number, "120s")
        polled(barometer, folder, server, url, number, "1s")
    server.terminate()


main()
