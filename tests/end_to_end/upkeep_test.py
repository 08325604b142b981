#!/usr/bin/env python3
"""What is erased is gone from the disk and stays away, beside the daemon and without it; backups are whole, and forget again."""

import json
import pathlib
import shutil
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.platforms import Platforms, Timeline, status
from support.processes import main, until

ANNA, BEN = "annaquillfeather", "benoxtoby"


def text(author, number):
    return f"Word of {author}-{number} about a trolley in the corridor"


class Upkeep(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline(
            [status(i, text(ANNA if i % 2 else BEN, i), author=ANNA if i % 2 else BEN) for i in range(1, 21)])
        self.sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "100ms"}]
        self.host = urllib.parse.urlsplit(self.platforms.url).netloc

    def daemon(self, **settings):
        daemon = self.enterContext(Daemon(self.folder / "daemon", self.sources, **settings)).start()
        until(lambda: len(daemon.posts()) == 20, 60, "the posts")
        return daemon

    def done(self, *arguments, code=0):
        done = barometer(*arguments)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return json.loads(done.stdout) if code == 0 else done.stderr.decode()

    def holding(self, store, words):
        return [path.name for path in pathlib.Path(store).rglob("*") if path.is_file() and words.encode() in path.read_bytes()]

    def verified(self, store):
        done = barometer("verify", "--store", store)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_an_author_is_forgotten_beside_the_running_daemon_and_without_it(self):
        daemon = self.daemon()
        token = next(post["author"] for post in daemon.posts() if ANNA in post["url"])
        self.assertTrue(self.holding(daemon.store, ANNA))
        handle = f"{ANNA}@{self.host}"
        forgot = self.done("forget", "--config", daemon.config, "--author", handle)
        self.assertEqual((forgot["posts"], forgot["finished"]), (10, True))
        self.assertEqual(len(daemon.posts()), 10)
        for words in (ANNA, token):
            self.assertEqual(self.holding(daemon.store, words), [])
        # Heard again, and new ones of hers: neither is kept.
        self.timeline.add(status(21, text(ANNA, 21), author=ANNA), status(22, text(BEN, 22), author=BEN))
        until(lambda: len(daemon.posts()) == 11, 30, "the other's new post")
        self.assertEqual(self.holding(daemon.store, ANNA), [])
        self.verified(daemon.store)
        self.assertEqual(daemon.terminate(), 0)
        self.assertNotIn(ANNA, daemon.log())

        forgot = self.done("forget", "--store", daemon.store, "--author", f"@{BEN}@{self.host}")
        self.assertEqual(forgot["posts"], 11)
        self.assertEqual(self.holding(daemon.store, BEN), [])
        self.verified(daemon.store)
        proofs = [json.loads(line) for line in barometer("deletions", "--store", daemon.store).stdout.splitlines()]
        self.assertEqual([(p["kind"], p["posts"], p["finished"]) for p in proofs], [("author", 10, True), ("author", 11, True)])

    def test_a_backup_beside_the_daemon_is_restored_elsewhere_and_forgets_again(self):
        daemon = self.daemon()
        backups, restored = self.folder / "backups", self.folder / "restored"
        (daemon.store / "audit.log").write_text("who read what\n")
        made = self.done("backup", backups, "--config", daemon.config)
        self.assertEqual((made["backup"], made["kept"]), (1, 1))
        first = next(post for post in daemon.posts() if BEN in post["url"])
        self.assertEqual(self.done("forget", "--config", daemon.config, "--url", first["url"])["posts"], 1)
        daemon.kill()
        self.assertIn("never overwritten", self.done("restore", backups, "--store", daemon.store, code=1))
        again = self.done("restore", backups, "--store", restored)
        self.assertEqual((again["posts"], again["forgotten_again"]), (19, 1))
        self.verified(restored)
        self.assertEqual((restored / "audit.log").read_text(), "who read what\n")
        self.assertEqual(self.holding(restored, text(BEN, first["native_id"])), [])
        # The key came with it: an author is still known by handle.
        self.assertEqual(self.done("forget", "--store", restored, "--author", f"{ANNA}@{self.host}")["posts"], 10)
        # In place of a store that was moved away, the daemon goes on where the backup was made.
        shutil.move(daemon.store, self.folder / "broken")
        self.done("restore", backups, "--config", daemon.config)
        self.timeline.add(status(30, text(BEN, 30), author=BEN))
        daemon.start()
        # What was forgotten anywhere since this backup stays forgotten: one by its address, ten of hers.
        until(lambda: len(daemon.posts()) == 10, 30, "a new post")
        self.assertEqual(daemon.terminate(), 0)
        self.verified(daemon.store)

    def test_what_is_kept_goes_when_its_time_is_over(self):
        daemon = self.daemon(retention={"text": "2s", "author": "1d", "every": "1s"})
        until(lambda: all(post["text"] == "" for post in daemon.posts()), 60, "the texts to go")
        self.assertTrue(all(post["text_gone"] and post["url"] for post in daemon.posts()))
        until(lambda: not self.holding(daemon.store, "about a trolley"), 60, "their bytes to go")
        self.verified(daemon.store)
        self.assertEqual(daemon.terminate(), 0)

    def test_a_rotated_key_makes_new_pseudonyms_and_a_destroyed_one_no_way_back(self):
        daemon = self.daemon()
        tokens = {post["author"] for post in daemon.posts()}
        self.assertEqual(self.done("pseudonym-key", "rotate", "--config", daemon.config), {"pseudonym_key": "rotated"})
        self.timeline.add(status(41, text(ANNA, 41), author=ANNA))
        until(lambda: len(daemon.posts()) == 21, 30, "a post after it")
        self.assertEqual(len({post["author"] for post in daemon.posts()} - tokens), 1)
        self.assertEqual(self.done("forget", "--config", daemon.config, "--author", f"{ANNA}@{self.host}")["posts"], 11)
        self.done("pseudonym-key", "destroy", "--config", daemon.config)
        self.assertEqual(self.done("forget", "--config", daemon.config, "--author", f"{BEN}@{self.host}")["posts"], 0)
        self.assertEqual(len(daemon.posts()), 10)
        self.assertEqual(daemon.terminate(), 0)

    def test_a_hold_keeps_posts_from_being_forgotten(self):
        daemon = self.daemon(retention={"text": "1s", "every": "1s", "holds": [{"name": "inquiry", "tag": "nhssm"}]})
        refused = self.done("forget", "--config", daemon.config, "--author", f"{ANNA}@{self.host}", code=1)
        self.assertIn("10 of the posts to forget are under a hold", refused)
        self.assertTrue(all(post["text"] for post in daemon.posts()))


if __name__ == "__main__":
    main()
