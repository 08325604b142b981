#!/usr/bin/env python3
"""When a source was blind, why it is silent, and what was deleted: the gap ledger, explain-source and the re-check sweep."""

import json
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.platforms import Platforms, Timeline, status
from support.processes import main, until

TAG = "/api/v1/timelines/tag/nhssm"


class Listening(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline([status(1, "the first")])
        self.sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "200ms"}]

    def daemon(self, **settings):
        return self.enterContext(Daemon(self.folder / "daemon", self.sources, **settings))

    def heard(self, daemon, posts):
        until(lambda: len(daemon.posts()) == posts, 30, f"{posts} posts")

    def blind_seconds(self, daemon, reason):
        return daemon.metric("barometer_source_gap_seconds_total", source="here", reason=reason)

    def outage(self, daemon, mood, reason, seconds=2.0):
        """Nothing but that mood for a while; gives its gap, once it is over."""
        begun = time.time()
        self.platforms.misbehave(TAG, mood, always=True)
        until(lambda: [g for g in daemon.gaps("--reason", reason) if g["to"] is None], 30, "an open gap")
        self.assertIn("Nothing heard since", daemon.get("/sources")[1])
        until(lambda: (self.blind_seconds(daemon, reason) or 0) > 0, 30, "seconds of the gap")
        time.sleep(max(0, begun + seconds - time.time()))
        self.platforms.misbehave(TAG)
        until(lambda: [g for g in daemon.gaps("--reason", reason) if g["to"]], 30, "the gap to end")
        took = time.time() - begun
        gap, = [g for g in daemon.gaps("--reason", reason)]
        self.assertEqual((gap["source"], gap["caught_up"]), ("here", True))
        self.assertGreater(gap["seconds"], seconds - 1)
        self.assertLess(gap["seconds"], took + 0.5)
        until(lambda: abs(self.blind_seconds(daemon, reason) - gap["seconds"]) < 0.1, 10, "the metric to agree with the ledger")
        self.assertNotIn("Nothing heard since", daemon.get("/sources")[1])
        return gap

    def test_every_outage_is_in_the_ledger_with_its_reason_and_length(self):
        daemon = self.daemon().start()
        self.heard(daemon, 1)
        for reason in ("down", "limited", "misconfigured", "restarted", "capped"):
            self.assertEqual(self.blind_seconds(daemon, reason), 0)
        self.outage(daemon, "500", "down")
        self.outage(daemon, "429 seconds", "limited")
        self.outage(daemon, "401", "misconfigured")
        self.timeline.add(status(2, "the second"))
        self.heard(daemon, 2)
        self.assertEqual([g["reason"] for g in daemon.gaps()], ["misconfigured", "limited", "down"])
        self.assertEqual(daemon.gaps("--source", "elsewhere"), [])
        self.assertEqual(daemon.terminate(), 0)
        self.assertEqual(daemon.verify().returncode, 0)

    def test_a_change_of_reason_begins_another_gap(self):
        daemon = self.daemon().start()
        self.heard(daemon, 1)
        self.platforms.misbehave(TAG, "500", "500", "401", always=True)
        until(lambda: len(daemon.gaps()) == 2, 30, "two gaps")
        self.platforms.misbehave(TAG)
        until(lambda: all(g["caught_up"] for g in daemon.gaps()), 30, "both to be over")
        later, earlier = daemon.gaps()
        self.assertEqual((earlier["reason"], later["reason"]), ("down", "misconfigured"))
        self.assertEqual(earlier["to"], later["from"])

    def test_a_kill_in_the_middle_of_an_outage_keeps_it_and_adds_the_restart(self):
        daemon = self.daemon().start()
        self.heard(daemon, 1)
        self.platforms.misbehave(TAG, "500", always=True)
        gap, = until(lambda: daemon.gaps(), 30, "an open gap")
        daemon.kill()
        self.assertEqual([(g["reason"], g["from"], g["to"]) for g in daemon.gaps()], [("down", gap["from"], None)])
        dead = time.time()
        self.timeline.add(status(2, "said while nobody listened"))
        time.sleep(2)
        self.platforms.misbehave(TAG)
        daemon.start()
        self.heard(daemon, 2)
        until(lambda: all(g["to"] for g in daemon.gaps()), 30, "the gaps to end")
        restarted, down = daemon.gaps()
        self.assertEqual((down["reason"], down["from"]), ("down", gap["from"]))
        self.assertEqual((restarted["reason"], restarted["from"]), ("restarted", down["to"]))
        self.assertTrue(down["caught_up"] and restarted["caught_up"])
        # From the last sign of life, which is a few seconds old at most.
        self.assertGreater(restarted["seconds"], 2)
        self.assertLess(restarted["seconds"], time.time() - dead + 7)
        until(lambda: self.blind_seconds(daemon, "restarted") > 2, 10, "the metric")
        self.assertEqual(daemon.terminate(), 0)
        self.assertEqual(daemon.verify().returncode, 0)

    def test_a_reload_is_no_gap(self):
        daemon = self.daemon().start()
        self.heard(daemon, 1)
        daemon.reload()
        daemon.logged("reloaded")
        self.timeline.add(status(2, "after the reload"))
        self.heard(daemon, 2)
        self.assertEqual(daemon.gaps(), [])

    def test_explain_source_says_why_a_source_is_silent(self):
        daemon = self.daemon().start()
        self.heard(daemon, 1)

        def state():
            return json.loads(daemon.explain("here", "--format", "json").stdout)["state"]

        until(lambda: state() == "listening", 30, "the state to be written down")
        until(lambda: json.loads(daemon.explain("here", "--format", "json").stdout)["last_day"]["stored"] == 1, 30, "the tally")
        text = daemon.explain("here").stdout.decode()
        for words in ("here is listening.", "platform", "Nothing needs doing"):
            self.assertIn(words, text)
        tag = daemon.explain("nhssm").stdout.decode()
        self.assertIn("nhssm is a tag; 1 source can bring it.", tag)
        self.assertIn("1 posts under this tag in the last week", tag)
        unknown = daemon.explain("nowhere")
        self.assertEqual(unknown.returncode, 2)
        self.assertIn(b"  here\n", unknown.stderr)

        self.platforms.misbehave(TAG, "401", always=True)
        until(lambda: state() == "misconfigured", 30, "the wrong token to be told")
        said = json.loads(daemon.explain("here", "--format", "json").stdout)
        self.assertEqual(said["failure"]["remedy"], "ask_operator")
        self.assertGreater(said["failures_in_a_row"], 0)
        self.assertIsNone(said["gaps"][0]["to"])
        self.assertIn("does not mend itself", daemon.explain("here").stdout.decode())
        self.platforms.misbehave(TAG, "429 seconds", always=True)
        until(lambda: state() == "limited", 30, "the limit to be told")
        self.assertEqual(daemon.terminate(), 0)

    def test_what_was_deleted_there_is_deleted_here(self):
        for number in range(2, 12):
            self.timeline.add(status(number, f"post {number}"))
        daemon = self.daemon(recheck={"every": "2s", "age": "30d"}).start()
        self.heard(daemon, 11)
        self.timeline.delete(5)
        self.timeline.edit(7, "said otherwise")
        self.heard(daemon, 10)
        self.assertNotIn("5", [post["native_id"] for post in daemon.posts()])
        until(lambda: any("said otherwise" in post["text"] for post in daemon.posts()), 30, "the edit")
        until(lambda: daemon.metric("barometer_deletions_total", source="here") == 1, 10, "the deletion to be counted")
        self.assertIsNotNone(daemon.metric("barometer_deletion_recheck_lag_seconds", source="here"))
        self.assertEqual(daemon.gaps(), [])
        self.assertEqual(daemon.terminate(), 0)
        self.assertEqual(daemon.verify().returncode, 0)


if __name__ == "__main__":
    main()
