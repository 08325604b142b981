#!/usr/bin/env python3
"""kill -9 at random moments while posts stream in: afterwards every post is there once, every count is right, no alert was lost."""

import pathlib
import random
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.mail_server import PASSWORD, USER, MailServer
from support.platforms import Feed, Platforms, Timeline, rss, status
from support.processes import main, until

KILLS = 50
SEED = 20261121
GRAVE = "They operated on the wrong knee at Northvale Infirmary {}, says my neighbour"
# Each grave post is about a place of its own and by a person of its own, so that each makes an issue of its own.
SERVICES = [{"id": f"site-{i}", "name": f"Northvale Infirmary {i}"} for i in range(0, 40_000, 40)]


class Stream(threading.Thread):
    """Adds posts until it is told to stop: several a second, one in forty of them grave, and now and then a new feed body."""

    def __init__(self, timeline, feed):
        super().__init__(daemon=True)
        self.timeline, self.feed = timeline, feed
        self.chance = random.Random(SEED)
        self.stopping = threading.Event()
        self.number = 0
        self.grave = set()
        self.items = []

    def run(self):
        while not self.stopping.wait(self.chance.uniform(0, 0.05)):
            self.number += 1
            grave = self.number % 40 == 0
            text = GRAVE.format(self.number) if grave else f"Post {self.number} about an ordinary day"
            post = status(100_000 + self.number, text, author=f"jo{self.number}" if grave else "jo")
            if grave:
                self.grave.add(post["uri"])
            self.timeline.add(post)
            if self.number % 15 == 0:
                self.items.append((f"item-{self.number}", f"News {self.number}", "from the ward"))
                self.feed.put(rss(self.items))


class Crash(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.mail, self.server = None, None
        try:
            self.server = MailServer(self.folder / "mail")
        except unittest.SkipTest as why:
            print(f"without mail: {why}", file=sys.stderr)
        if self.server:
            self.addCleanup(self.server.stop)
            self.server.start()
            secret = self.folder / "password"
            secret.write_text(PASSWORD)
            secret.chmod(0o600)
            self.mail = {"server": self.server.address, "user": USER, "password_file": str(secret), "from": "barometer@trust.example",
                         "ca_file": self.server.certificate, "retry_every": "200ms",
                         "recipients": [{"name": "lead", "address": "lead@trust.example"}]}

    def test_fifty_kills_lose_nothing_and_double_nothing(self):
        platforms = self.enterContext(Platforms())
        timeline = platforms.timelines["nhssm"] = Timeline([status(100_000, "the first")])
        feed = platforms.feeds["/blog"] = Feed(rss([]))
        sources = [{"name": "here", "platform": "mastodon", "url": platforms.url, "hashtag": "nhssm", "every": "100ms"},
                   {"name": "blog", "platform": "feed", "url": platforms.url + "/blog", "every": "100ms"}]
        daemon = self.enterContext(Daemon(self.folder / "daemon", sources, mail=self.mail, services=SERVICES))
        stream = Stream(timeline, feed)
        self.addCleanup(stream.stopping.set)
        stream.start()

        chance = random.Random(SEED)
        print(f"seed {SEED}", file=sys.stderr)
        while_up = 0
        for kill in range(KILLS):
            # Half of them anywhere, opening the store included; the other half while posts stream in.
            if kill % 2:
                daemon.start()
                time.sleep(chance.uniform(0, 0.6))
                while_up += 1
            else:
                daemon.launch()
                time.sleep(chance.uniform(0, 1.5))
            self.assertIsNone(daemon.process.poll(), daemon.log()[-3000:])
            daemon.kill()

        daemon.start()
        time.sleep(0.5)
        stream.stopping.set()
        stream.join()
        expected = timeline.uris()
        kept = 0
        while kept < len(expected) + len(stream.items):  # a busy machine has many left to take in: as long as more come
            until(lambda: len(daemon.posts()) > kept, 60, "the last posts")
            kept = len(daemon.posts())
        posts = [post["id"] for post in daemon.posts()]
        self.assertEqual(len(posts), len(set(posts)))
        self.assertEqual(len(posts), len(expected) + len(stream.items))
        self.assertEqual({post for post in posts if post.startswith("https://social.example/")}, expected)
        verified = daemon.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        print(f"{KILLS} kills ({while_up} of them after it was ready), {len(posts)} posts, {len(stream.grave)} grave", file=sys.stderr)

        # The cursor stands at the newest post: what is asked for is what comes after it.
        newest = str(100_000 + stream.number)
        until(lambda: platforms.requests("/api/v1/timelines/tag/nhssm")[-1][1].get("min_id") == newest, 30, "a request after the newest post")
        if self.server:
            self.check_alerts(daemon, stream.grave)
        self.assertEqual(daemon.terminate(), 0)

    def check_alerts(self, daemon, grave):
        def sent():
            return sum(alert["sent_at"] is not None for alert in daemon.alerts())
        until(lambda: sent() >= len(grave), 60, "every alert to leave")
        alerts = daemon.alerts()
        self.assertEqual(sorted(alert["post"] for alert in alerts), sorted(grave))
        until(lambda: len({m["Message-ID"] for m in self.server.messages()}) >= len(grave), 30, "every message in the mailbox")
        messages = [m["Message-ID"] for m in self.server.messages()]
        self.assertEqual(set(messages), {f"<{alert['id']}@trust.example>" for alert in alerts})
        # A kill between the server's 250 and our note of it sends a message again: under the same Message-ID, and hardly ever.
        twins = len(messages) - len(set(messages))
        print(f"{len(messages)} messages, {twins} of them twins", file=sys.stderr)
        self.assertLessEqual(twins, KILLS // 5)


if __name__ == "__main__":
    main()
