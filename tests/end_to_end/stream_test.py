#!/usr/bin/env python3
"""What platforms say goes through `barometer run` into the store, onto the page and into `barometer posts`: every public post, once."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.platforms import Feed, Platforms, Timeline, rss, status
from support.processes import RECORDINGS, main, until

FLAGGED = "They operated on the wrong knee at the hospital and nobody will tell us why"

CONTENT_TYPES = {".json": "application/feed+json", ".html": "text/html", ".atom": "application/atom+xml"}


def mastodon(platforms, tag, **settings):
    return {"name": f"here #{tag}", "platform": "mastodon", "url": platforms.url, "hashtag": tag, "every": "200ms", **settings}


def feed(platforms, path, name=None):
    return {"name": name or path, "platform": "feed", "url": platforms.url + path, "every": "300ms"}


class Stream(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.platforms = self.enterContext(Platforms())

    def daemon(self, sources, **settings):
        return self.enterContext(Daemon(self.folder / "daemon", sources, **settings))

    def kept(self, daemon):
        return sorted(post["id"] for post in daemon.posts())

    def settle(self, daemon, expected, seconds=60):
        """Waits until just the expected posts are kept, and checks that the counts agree with them."""
        expected = sorted(expected)
        try:
            until(lambda: self.kept(daemon) == expected, seconds)
        except AssertionError:
            self.assertEqual(self.kept(daemon), expected)
        verified = daemon.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_public_posts_of_many_pages_are_kept_once_and_no_others(self):
        first = [status(1000 + i, f"post {i}") for i in range(205)]
        hidden = [status(2000, "for friends", visibility="private"), status(2001, "to one", visibility="direct"),
                  status(2002, "not in public lists", visibility="unlisted")]
        shy = status(2003, "please do not index me")
        shy["account"]["noindex"] = True
        timeline = self.platforms.timelines["nhssm"] = Timeline([*first, *hidden, shy])
        public = {s["uri"] for s in first}
        daemon = self.daemon([mastodon(self.platforms, "nhssm")]).start()
        self.settle(daemon, public)

        # More than a page at once while it runs: caught up with by min_id, page by page.
        later = [status(3000 + i, f"later {i}") for i in range(130)]
        timeline.add(*later)
        self.settle(daemon, public | {s["uri"] for s in later})
        self.assertTrue(any("min_id" in query for _, query, _ in self.platforms.requests()))
        self.assertEqual(daemon.terminate(), 0)

    def test_a_platform_that_stumbles_costs_no_post(self):
        timeline = self.platforms.timelines["nhssm"] = Timeline([status(100 + i, f"post {i}") for i in range(100)])
        self.platforms.feeds["/blog"] = Feed(rss([(f"guid-{i}", f"Item {i}", "about a ward") for i in range(20)]))
        path = "/api/v1/timelines/tag/nhssm"
        self.platforms.misbehave(path, "500", "truncated", "slow", "429 seconds", "reset", "wall", "503", "429 reset", "gzip bomb", "429 date")
        self.platforms.misbehave("/blog", "truncated", "reset", "500", "wall", "slow", "429 bare", "to a file", "hang")
        daemon = self.daemon([mastodon(self.platforms, "nhssm"), feed(self.platforms, "/blog", "blog")]).start()
        until(lambda: self.platforms.moods_left() == 0, 120, "every mood to be met")
        timeline.add(status(900, "after the storm"))
        until(lambda: len(daemon.posts()) >= 121, 60, "all posts to be kept")
        self.assertEqual(len(daemon.posts()), 121)
        self.assertEqual(daemon.verify().returncode, 0)
        self.assertGreater(daemon.metric("barometer_source_requests_total", code="429"), 0)
        self.assertGreater(daemon.metric("barometer_source_requests_total", code="5xx"), 0)
        until(lambda: daemon.metric("barometer_source_up") == 2, 30, "both sources to be up again")

    def test_an_unchanged_feed_is_asked_with_its_validators(self):
        self.platforms.feeds["/blog"] = Feed(rss([("one", "One", "first"), ("two", "Two", "second")]))
        daemon = self.daemon([feed(self.platforms, "/blog", "blog")]).start()
        until(lambda: (daemon.metric("barometer_source_requests_total", source="blog", code="304") or 0) >= 2, 30, "two 304s")
        self.assertEqual(len(daemon.posts()), 2)
        self.platforms.feeds["/blog"].put(rss([("one", "One", "first"), ("two", "Two", "second"), ("three", "Three", "third")]))
        until(lambda: len(daemon.posts()) == 3, 30, "the third item")
        # And after a restart, since the validators are kept with the posts.
        daemon.terminate()
        before = len(self.platforms.requests("/blog"))
        daemon.start()
        request = until(lambda: self.platforms.requests("/blog")[before:], 30, "a request after the restart")[0]
        self.assertEqual(request[2].get("If-None-Match"), self.platforms.feeds["/blog"].etag)

    def test_the_page_and_the_command_show_what_was_said(self):
        self.platforms.timelines["nhssm"] = Timeline([status(1, "The nurses were wonderful, thank you"), status(2, FLAGGED, author="sam")])
        daemon = self.daemon([mastodon(self.platforms, "nhssm"), feed(self.platforms, "/gone", "a blog that is gone")]).start()
        until(lambda: len(daemon.posts()) == 2, 30, "two posts")
        posts = {post["id"]: post for post in daemon.posts()}
        self.assertEqual(posts["https://social.example/users/sam/statuses/2"]["text"], FLAGGED)
        flagged = daemon.posts("--severity", "3")
        self.assertEqual([post["id"] for post in flagged], ["https://social.example/users/sam/statuses/2"])
        self.assertFalse(any("sam" in post["author"] or "jo" == post["author"] for post in posts.values()))
        code, page = daemon.get("/")
        self.assertEqual(code, 200)
        for words in ("wrong knee", "here #nhssm"):
            self.assertIn(words, page)
        self.assertIn("a blog that is gone", daemon.get("/sources")[1])
        self.assertNotIn("Sam", page)

    @unittest.skipUnless(RECORDINGS.is_dir(), "no recordings beside the checkout")
    def test_recorded_timelines_and_feeds_go_through(self):
        expected, sources = set(), []
        timelines = {"recorded": ["tag_page1.json", "tag_page2.json", "tag_page3_last.json"], "other": ["tag_timeline_bigbone.json"]}
        for tag, files in timelines.items():
            statuses = [s for file in files for s in json.loads((RECORDINGS / "mastodon" / file).read_text())]
            self.platforms.timelines[tag] = Timeline(statuses)
            expected |= {s["uri"] for s in statuses if s["visibility"] == "public"}
            sources.append(mastodon(self.platforms, tag, limit=10, first_age="36500d"))
        for file in sorted((RECORDINGS / "feeds").iterdir()):
            if file.suffix == ".md" or file.name.endswith(".headers"):
                continue
            path = "/feeds/" + file.name
            content_type = CONTENT_TYPES.get(file.suffix, "application/xml")
            self.platforms.feeds[path] = Feed(file.read_bytes(), content_type)
            sources.append({**feed(self.platforms, path), "first_age": "36500d"})
            parsed = barometer("parse", "feed", "--base-url", self.platforms.url + path, stdin=file.read_bytes())
            for line in parsed.stdout.splitlines():
                post = json.loads(line)
                if post["visibility"] == "public" and (post["text"] or post["title"]):
                    expected.add(post["id"])
        self.assertGreater(len(expected), 300)
        for i, path in enumerate(sorted(self.platforms.feeds)):  # every feed stumbles once, each in its way
            self.platforms.misbehave(path, ("429 seconds", "500", "truncated", "slow", "reset")[i % 5])
        daemon = self.daemon(sources).start()
        self.settle(daemon, expected, 120)
        code, page = daemon.get("/sources")
        self.assertEqual(code, 200)
        self.assertIn("here #recorded", page)


if __name__ == "__main__":
    main()
