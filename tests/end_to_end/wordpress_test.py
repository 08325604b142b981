#!/usr/bin/env python3
"""A real WordPress is heard: its posts, an edit, a deletion and its comments, by its REST API and by its feed."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.processes import main, until
from support.wordpress import WordPress


class WordPressIsHeard(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.site = self.enterContext(WordPress(self.folder / "wordpress"))

    def source(self, name, **settings):
        return {"name": name, "platform": "wordpress", "url": self.site.url, "tag": "nhssm", "every": "300ms", **settings}

    def texts(self, daemon, source):
        return sorted(post["text"] for post in daemon.posts() if post["source"] == source)

    def wait_for(self, daemon, source, expected):
        try:
            until(lambda: self.texts(daemon, source) == sorted(expected), 60)
        except AssertionError:
            self.assertEqual(self.texts(daemon, source), sorted(expected), daemon.log()[-3000:])

    def test_posts_edits_deletions_and_comments(self):
        first = self.site.post("Flu jabs", "<p>Book your jab &amp; tell a friend #nhssm</p>")
        second = self.site.post("Parking", "<p>The car park is full 🙂 #nhssm</p>")
        self.site.comment(first, "Maud Example", "Waited six hours at the clinic #nhssm")
        daemon = self.enterContext(Daemon(
            self.folder / "daemon",
            [self.source("posts"), self.source("comments", listen="comments")],
            recheck={"every": "2s"})).start()
        jab, parking = "Book your jab & tell a friend #nhssm", "The car park is full 🙂 #nhssm"
        self.wait_for(daemon, "posts", [jab, parking])
        self.wait_for(daemon, "comments", ["Waited six hours at the clinic #nhssm"])

        self.site.edit(first, "<p>No jabs left today #nhssm</p>")
        self.wait_for(daemon, "posts", ["No jabs left today #nhssm", parking])

        self.site.comment(second, "Kit Example", "Same here #nhssm")
        self.wait_for(daemon, "comments", ["Waited six hours at the clinic #nhssm", "Same here #nhssm"])

        self.site.delete(second)
        self.wait_for(daemon, "posts", ["No jabs left today #nhssm"])
        self.assertEqual(daemon.verify().returncode, 0)
        self.assertEqual(daemon.terminate(), 0)

    def test_a_feed_tells_of_the_same_posts(self):
        number = self.site.post("Flu jabs", "<p>Book your jab #nhssm</p>")
        daemon = self.enterContext(Daemon(self.folder / "daemon", [self.source("feed", by="feed")])).start()
        self.wait_for(daemon, "feed", ["Book your jab #nhssm"])
        by_feed = daemon.posts()[0]
        self.site.edit(number, "<p>No jabs left today #nhssm</p>")
        # WordPress says that its feed is good for an hour, and is believed; a start asks anew.
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.wait_for(daemon, "feed", ["No jabs left today #nhssm"])
        self.assertEqual(daemon.posts()[0]["id"], by_feed["id"])
        self.assertEqual(daemon.terminate(), 0)


if __name__ == "__main__":
    main()
