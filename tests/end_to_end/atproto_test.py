#!/usr/bin/env python3
"""A real Bluesky is heard: an account logs in, searches for a tag, and hears what others write, and what they take away again."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.atproto_peer import PASSWORD, Bluesky
from support.daemon import Daemon
from support.processes import main, until


class BlueskyIsHeard(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.servers = self.enterContext(Bluesky(self.folder / "bluesky"))

    def source(self, account):
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        return {"name": "bluesky", "platform": "bluesky", "mode": "search", "api": self.servers.pds, "hashtags": "#nhssm",
                "identifier": account.handle, "password_file": str(password), "session_file": str(self.folder / "session"),
                "every": "500ms"}

    def kept(self, daemon):
        return {post["id"]: post["text"] for post in daemon.posts()}

    def wait_for(self, daemon, expected):
        try:
            until(lambda: self.kept(daemon) == expected, 60)
        except AssertionError:
            self.assertEqual(self.kept(daemon), expected, daemon.log()[-3000:])

    def test_posts_with_a_tag_are_heard_and_deletions_followed(self):
        us, maud = self.servers.account("comms"), self.servers.account("maud")
        first = {maud.post("Six hours in A&E today #nhssm"): "Six hours in A&E today #nhssm"}
        maud.post("Nothing that anybody listens to")
        daemon = self.enterContext(Daemon(self.folder / "daemon", [self.source(us)], recheck={"every": "3s"})).start()
        self.wait_for(daemon, first)

        later = {}
        for number in range(120):  # more than a page
            text = f"Ward {number} was kind 🙂 #nhssm"
            later[maud.post(text)] = text
        self.wait_for(daemon, first | later)

        gone = next(iter(first))
        maud.delete(gone)
        self.wait_for(daemon, later)
        self.assertEqual({post["platform"] for post in daemon.posts()}, {"bluesky"})
        self.assertEqual(daemon.verify().returncode, 0)

        # The session outlives the daemon: no second login.
        self.assertEqual(daemon.terminate(), 0)
        more = maud.post("While nobody listened #nhssm")
        daemon.start()
        self.wait_for(daemon, later | {more: "While nobody listened #nhssm"})
        self.assertEqual(len(json.loads((self.folder / "session").read_text())["logins"]), 1)
        self.assertEqual(daemon.terminate(), 0)


if __name__ == "__main__":
    main()
