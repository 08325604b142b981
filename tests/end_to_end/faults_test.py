#!/usr/bin/env python3
"""A source that hangs, a mail server that is away, a disk that takes nothing: each is told once with its remedy, and hurts nothing else."""

import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.platforms import Feed, Platforms, Timeline, rss, status
from support.processes import free_port, main, needs, until

GRAVE = "They operated on the wrong knee at the hospital"


class Faults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline([status(1, "the first")])
        self.sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "100ms"}]

    def daemon(self, **settings):
        return self.enterContext(Daemon(self.folder / "daemon", self.sources, **settings))

    def told(self, daemon, *words):
        """The warnings and errors that hold these words."""
        return [line for line in daemon.log_lines(*words) if "level=warn" in line or "level=error" in line]

    def test_a_source_that_hangs_waits_alone(self):
        self.platforms.feeds["/stuck"] = Feed(rss([("one", "One", "text")]))
        self.platforms.misbehave("/stuck", "hang", always=True)
        self.sources.append({"name": "stuck", "platform": "feed", "url": self.platforms.url + "/stuck", "every": "100ms"})
        daemon = self.daemon(http={"connect_timeout": "1s", "total_timeout": "1s"}).start()
        until(lambda: len(self.platforms.requests("/stuck")) >= 1, 30, "the stuck source to be asked")
        asked = len(self.platforms.requests("/api/v1/timelines/tag/nhssm"))
        for i in range(2, 6):
            self.timeline.add(status(i, f"post {i}"))
        until(lambda: len(daemon.posts()) == 5, 30, "the other source's posts")
        until(lambda: (daemon.metric("barometer_source_requests_total", source="stuck", code="net") or 0) >= 3, 60, "three attempts")
        self.assertGreater(len(self.platforms.requests("/api/v1/timelines/tag/nhssm")), asked + 10)
        line, = self.told(daemon, "stuck")
        self.assertIn("remedy=retry", line)
        self.assertEqual(daemon.metric("barometer_source_up", source="stuck"), 0)
        self.assertEqual(daemon.metric("barometer_source_up", source="here"), 1)
        self.platforms.misbehave("/stuck")
        until(lambda: len(daemon.posts()) == 6, 60, "the source to be heard again")
        self.assertEqual(len(self.told(daemon, "stuck")), 1)
        self.assertEqual(self.told(daemon, "source=here"), [])

    def test_a_mail_server_that_is_away_for_the_whole_run_hurts_nothing(self):
        mail = {"server": f"smtp://127.0.0.1:{free_port()}", "from": "barometer@trust.example", "retry_every": "200ms",
                "recipients": [{"name": "lead", "address": "lead@trust.example"}]}
        # At ten places, by ten people, so that these are ten issues.
        services = [{"id": f"site-{i}", "name": f"Northvale Infirmary {i}"} for i in range(2, 12)]
        daemon = self.daemon(mail=mail, services=services).start()
        for i in range(2, 12):
            self.timeline.add(status(i, f"They operated on the wrong knee at Northvale Infirmary {i}", author=f"jo{i}"))
        until(lambda: len(daemon.posts()) == 11, 30, "the posts")
        until(lambda: (daemon.metric("barometer_notifications_failed_total", channel="mail", reason="unreachable") or 0) >= 3, 60)
        line, = daemon.logged("mail_failed")
        self.assertIn("check mail.server", line)
        until(lambda: daemon.metric("barometer_alerts_waiting") == 10, 60, "the waiting alerts to be shown")
        self.assertEqual(daemon.get("/-/healthy")[0], 200)
        self.assertEqual(daemon.terminate(), 0)
        alerts = daemon.alerts()
        self.assertEqual(len(alerts), 10)
        self.assertTrue(all(alert["sent_at"] is None for alert in alerts))
        self.assertTrue(any(alert["attempts"] >= 3 and alert["last_error"] for alert in alerts))

    def test_a_mail_server_that_never_speaks_holds_up_neither_the_daemon_nor_its_end(self):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            mail = {"server": f"smtp://127.0.0.1:{mute.getsockname()[1]}", "from": "barometer@trust.example",
                    "recipients": [{"name": "lead", "address": "lead@trust.example"}]}
            daemon = self.daemon(mail=mail).start()
            self.timeline.add(status(2, GRAVE))
            connection, _ = mute.accept()
            with connection:
                self.timeline.add(status(3, "and on it goes"))
                until(lambda: len(daemon.posts()) == 3, 30, "the posts")
                begun = time.monotonic()
                self.assertEqual(daemon.get("/-/healthy")[0], 200)
                self.assertLess(time.monotonic() - begun, 5)
                self.assertEqual(daemon.terminate(), 0)
                self.assertLess(time.monotonic() - begun, 30)
            self.assertIsNone(daemon.alerts()[0]["sent_at"])

    def test_a_disk_that_takes_nothing_keeps_the_cursor_where_it_was(self):
        needs("prlimit")
        daemon = self.daemon().start()
        until(lambda: len(daemon.posts()) == 1, 30, "the first post")
        self.limit_files(daemon, "0")  # not even a small write fits, which would end the trouble for a moment
        for i in range(2, 60):
            self.timeline.add(status(i, f"post {i} " + "about an ordinary day " * 20))
        until(lambda: (daemon.metric("barometer_store_commit_failures_total") or 0) >= 2, 60, "commits to be refused")
        self.assertEqual(daemon.get("/-/healthy")[0], 200)
        self.assertEqual(daemon.get("/")[0], 200)
        line, = daemon.logged("store_failed")
        self.assertIn(str(daemon.store), line)
        self.assertIn("remedy=ask_operator", line)

        self.limit_files(daemon, "unlimited")
        until(lambda: len(daemon.posts()) == 59, 60, "all posts, once the disk writes again")
        self.assertEqual(len(daemon.logged("store_recovered")), 1)
        self.assertEqual(daemon.terminate(), 0)
        verified = daemon.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertEqual(len(daemon.posts()), 59)

    def limit_files(self, daemon, size):
        """Writes beyond that size fail with EFBIG, as a full disk's do with ENOSPC."""
        subprocess.run(["prlimit", f"--pid={daemon.process.pid}", f"--fsize={size}:"], check=True)


if __name__ == "__main__":
    main()
