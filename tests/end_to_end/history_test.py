#!/usr/bin/env python3
"""Ninety days of posts, asked for by the time they were made: the real Prometheus by remote read, the same from blocks that
promtool made, and `barometer series` agree to the last post."""

import collections
import datetime
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.processes import main, needs
from support.prometheus import Prometheus

DAY = 86_400
DAYS = 90
TEXTS = ["Thank you to all the nurses, wonderful care", "Nobody answered the call bell for an hour on the ward",
         "The canteen is on the first floor", "Left for nineteen hours on a trolley in the corridor at the hospital"]


def posts(midnight):
    """Made over ninety days up to that midnight, in no order, some twice, some edited, some taken back."""
    chance = random.Random(7)
    lines = []
    for i in range(3_000):
        made = midnight - DAYS * DAY + chance.randrange(DAYS * DAY)
        post = {"platform": "demo", "source": f"demo {i % 2}", "id": f"demo:{i}", "made_at": stamp(made),
                "text": f"{chance.choice(TEXTS)} {i}", "tags": ["nhssm"] if i % 3 else ["ward7"], "lang": "en"}
        lines.append(post)
        if i % 20 == 0:
            lines.append(post)
        if i % 50 == 0:
            lines.append({**post, "text": TEXTS[i // 50 % len(TEXTS)], "edited_at": stamp(made + 60)})
        if i % 70 == 0:
            lines.append({"platform": "demo", "source": post["source"], "id": post["id"], "deleted": True})
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """One field of a protobuf message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(message):
    at = 0

    def number():
        nonlocal at
        out = shift = 0
        while True:
            byte = message[at]
            at += 1
            out |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return out
    while at < len(message):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            size = number()
            yield key >> 3, message[at:at + size]
            at += size


def chunked_request(begin, end):
    """A request for chunks of our posts' counter, as snappy that compresses nothing (one literal)."""
    matcher = field(1, 0) + field(2, b"__name__") + field(3, b"barometer_posts_made_total")
    hints = field(3, begin * 1000) + field(4, end * 1000) + field(7, DAY * 1000)
    message = field(1, field(1, begin * 1000) + field(2, end * 1000) + field(3, matcher) + field(4, hints)) + field(2, 1)
    return varint(len(message)) + struct.pack("<BH", 61 << 2, len(message) - 1) + message


def castagnoli(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Bits:
    def __init__(self, data):
        self.bits = int.from_bytes(data, "big")
        self.left = len(data) * 8

    def take(self, count):
        self.left -= count
        return self.bits >> self.left & (1 << count) - 1

    def varint(self):
        out = shift = 0
        while True:
            byte = self.take(8)
            out |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return out


def samples_of(chunk):
    """Of a XOR chunk: [(milliseconds, value)]."""
    bits = Bits(chunk[2:])
    out = []
    when = step = value = leading = trailing = 0
    for i in range(int.from_bytes(chunk[:2], "big")):
        if i == 0:
            when = bits.varint()
            when = when >> 1 ^ -(when & 1)
            value = bits.take(64)
        else:
            if i == 1:
                step = bits.varint()
            elif bits.take(1):
                for width in (14, 17, 20, 64):
                    if width == 64 or not bits.take(1):
                        change = bits.take(width)
                        step += change - (1 << width) if change > 1 << width - 1 else change
                        break
            when += step
            if bits.take(1):
                if bits.take(1):
                    leading = bits.take(5)
                    trailing = 64 - leading - (bits.take(6) or 64)
                value ^= bits.take(64 - leading - trailing) << trailing
        out.append((when, struct.unpack(">d", value.to_bytes(8, "big"))[0]))
    return out


def streamed(url, begin, end):
    """Labels → samples, from a server's streamed answer; every frame's checksum is right."""
    request = urllib.request.Request(url, chunked_request(begin, end), {
        "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Read-Version": "0.1.0"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["Content-Type"] == "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
        body = answer.read()
    found = collections.defaultdict(list)
    at = 0
    while at < len(body):
        size = shift = 0
        while True:
            byte = body[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        frame = body[at + 4:at + 4 + size]
        assert castagnoli(frame) == int.from_bytes(body[at:at + 4], "big")
        at += 4 + size
        for number, series in fields(frame):
            if number != 1:
                continue
            labels = tuple(tuple(part.decode() for _, part in fields(label)) for kind, label in fields(series) if kind == 1)
            for kind, chunk in fields(series):
                if kind == 2:
                    found[labels] += samples_of(dict(fields(chunk))[4])
    return found


class History(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs("prometheus")
        cls.promtool = needs("promtool")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.midnight = int(time.time()) // DAY * DAY
        cls.daemon = cls.enterClassContext(Daemon(
            cls.folder / "daemon", [],
            tags=[{"name": "nhssm", "match": "#nhssm"}, {"name": "ward 7", "match": "#ward7"}]))
        done = barometer("replay", "--config", cls.daemon.config, "-", stdin=posts(cls.midnight))
        assert done.returncode == 0, done.stderr
        done = barometer("series", "--config", cls.daemon.config, "--resolution", "day", "--limit", "0")
        cls.days = [json.loads(line) for line in done.stdout.splitlines()]
        cls.open_metrics = cls.folder / "history.om"
        done = barometer("series", "--config", cls.daemon.config, "--resolution", "hour", "--format", "openmetrics",
                         "--limit", "0")
        assert done.returncode == 0, done.stderr
        cls.open_metrics.write_bytes(done.stdout)
        cls.daemon.start()
        cls.read_url = cls.daemon.url + "/api/v1/read"

    def by_day(self, *keys):
        """What the series say: (day's end, value of each key …) → posts."""
        found = collections.Counter()
        for point in self.days:
            day = int(datetime.datetime.fromisoformat(point["bucket"].replace("Z", "+00:00")).timestamp()) + DAY
            for sentiment in ("negative", "neutral", "positive"):
                if point[sentiment]:
                    found[(day, *({**point, "sentiment": sentiment}[key] for key in keys))] += point[sentiment]
        return found

    def asked(self, prometheus, query, *keys):
        answer = prometheus.api("query_range", query=query, start=self.midnight - (DAYS - 1) * DAY, end=self.midnight, step=DAY)
        found = collections.Counter()
        for series in answer["result"]:
            for when, value in series["values"]:
                if float(value):
                    found[(int(when), *(series["metric"][key] for key in keys))] = float(value)
        return found

    def same_as_series(self, prometheus):
        for keys in (("sentiment",), ("tag",), ("tag", "source", "sentiment")):
            with self.subTest(by=keys):
                query = f"sum by ({', '.join(keys)}) (increase(barometer_posts_made_total[1d]))"
                self.assertEqual(self.asked(prometheus, query, *keys), self.by_day(*keys))
        negative = {key: posts for key, posts in self.by_day("sentiment").items() if key[1] == "negative"}
        found = self.asked(prometheus, 'sum by (sentiment) (increase(barometer_posts_made_total{sentiment=~"neg.+",tag!~"x.*"}[1d]))',
                           "sentiment")
        self.assertEqual(found, negative)

    def test_remote_read_says_what_the_series_say(self):
        self.assertGreater(sum(self.by_day("sentiment").values()), 2_900)
        with Prometheus(self.folder / "remote", remote_read=self.read_url) as prometheus:
            self.same_as_series(prometheus)
            total = prometheus.api("query", query="sum(barometer_posts_made_total)", time=self.midnight)["result"]
            self.assertEqual(float(total[0]["value"][1]), sum(self.by_day("tag").values()))
            concerns = prometheus.api("query", query='sum by (theme) (increase(barometer_concerns_made_total[90d]))',
                                      time=self.midnight)["result"]
            self.assertIn("call_bell", [one["metric"]["theme"] for one in concerns])

    def test_blocks_of_promtool_say_the_same_and_so_do_chunks(self):
        folder = self.folder / "blocks"
        made = subprocess.run([self.promtool, "tsdb", "create-blocks-from", "--max-block-duration=720h", "openmetrics",
                               self.open_metrics, folder / "tsdb"], capture_output=True)
        self.assertEqual(made.returncode, 0, made.stderr)
        with Prometheus(folder, flags=["--storage.tsdb.retention.time=10y"]) as prometheus:
            self.same_as_series(prometheus)
            begin, end = self.midnight - 30 * DAY, self.midnight
            theirs = streamed(prometheus.url + "/api/v1/read", begin, end)
            ours = streamed(self.read_url, begin, end)
            self.assertGreater(len(ours), 6)
            for labels, samples in ours.items():
                self.assertEqual(len(samples), 30 * 24 + 1)
                hours = {when: value for when, value in theirs[labels] if begin * 1000 <= when <= end * 1000}
                self.assertEqual(hours, dict(samples), labels)

    def test_what_is_no_request_is_refused(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(self.read_url, b"hello"), timeout=20)
        self.assertEqual(refused.exception.code, 400)
        self.assertIn(b"snappy", refused.exception.read())


if __name__ == "__main__":
    main()
