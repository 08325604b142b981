#!/usr/bin/env python3
"""The page in Debian's Chromium: every page, with scripts and without, at a desk's and a phone's width, and axe has nothing to say."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from datetime import datetime, timedelta, timezone

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.platforms import Platforms, Timeline, status
from support.processes import main, needs, until

HERE = pathlib.Path(__file__).resolve().parent / "page"
PASSWORD = "correct horse battery"
PICTURES = os.environ.get("PAGE_PICTURES", "-")  # a folder, to look at what the walk saw


class Page(unittest.TestCase):
    def setUp(self):
        self.chromium = needs("chromium")
        needs("node")
        needs("npm")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        platforms = self.enterContext(Platforms())
        hostile = "</blockquote><script>document.title='stolen'</script><img src=x onerror=alert(1)> nobody answered the bell"
        self.timeline = platforms.timelines["nhssm"] = Timeline(
            [status(i, "Left for nineteen hours on a trolley in the corridor, nobody came") for i in range(1, 30)]
            + [status(30, hostile)])
        self.sources = [{"name": "here", "platform": "mastodon", "url": platforms.url, "hashtag": "nhssm", "every": "200ms"},
                        {"name": "away #nhssm", "platform": "feed", "url": platforms.url + "/nowhere", "every": "200ms"}]

    def tools(self):
        """A folder with the browser's driver."""
        tools = self.folder / "tools"
        if not tools.exists():
            tools.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, tools)
            subprocess.run(["npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"],
                           cwd=tools, check=True, stdout=subprocess.DEVNULL)
        return tools

    def walk(self, daemon, paths, person="-"):
        """The complaints about all these pages."""
        done = subprocess.run(["node", HERE / "walk.mjs", self.chromium, daemon.url, PICTURES, person, *paths],
                              cwd=self.tools(), capture_output=True, text=True, timeout=500)
        pages = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(pages), 3 * len(paths), done.stderr)
        return [(page["path"], page["name"], page["complaints"]) for page in pages if page["complaints"]]

    def guarded(self, folder, **people):
        """A daemon whose people have these roles, all with one password, and the secret of a token that reads posts."""
        made = [barometer("user", name.replace("_", "-"), "--role", role, stdin=PASSWORD.encode() + b"\n") for name, role in people.items()]
        self.assertEqual([done.returncode for done in made], [0] * len(made))
        token = barometer("token", "check", "--scope", "posts")
        users = self.folder / "users"
        users.write_bytes(b"".join(done.stdout for done in [*made, token]))
        daemon = self.enterContext(Daemon(self.folder / folder, self.sources))
        daemon.settings["web"]["users_file"] = str(users)
        daemon.write()
        return daemon, token.stderr.decode().split(": ")[1].strip()

    def a_post(self, daemon, token=None):
        request = urllib.request.Request(daemon.url + "/api/v1/posts?limit=1")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return "/posts/" + json.load(answer)["posts"][0]["key"]

    def test_every_page_stands_on_a_desk_and_on_a_phone_with_scripts_and_without(self):
        daemon = self.enterContext(Daemon(self.folder / "daemon", self.sources)).start()
        until(lambda: len(daemon.posts()) == 30, 30, "the posts")
        paths = ["/", "/posts", "/posts?severity=1&words=trolley", "/posts?theme=none", "/posts?tag=none", self.a_post(daemon),
                 "/issues", "/issues?state=all", "/trends", "/trends?span=1d", "/trends?tag=none", "/sources", "/sources/here", "/sources/away%20%23nhssm", "/reports",
                 "/reports/board", "/reports/digest", "/reports/chats", "/trends?span=7d&against=2026-01-01", "/silences"]
        self.assertEqual(self.walk(daemon, paths), [])

    def test_people_sign_in_and_see_what_their_role_may(self):
        daemon, secret = self.guarded("daemon", auditor_1="auditor", reviewer_1="reviewer", administrator_1="administrator")
        daemon.start()
        until(lambda: len(daemon.posts()) == 30, 30, "the posts")
        self.assertIn("Sign in", daemon.get("/")[1])
        self.assertEqual(self.walk(daemon, ["/sign-in"]), [])
        post = self.a_post(daemon, secret)
        self.assertEqual(self.walk(daemon, ["/", "/posts", post, "/review/sample"], f"reviewer-1:{PASSWORD}"), [])
        self.assertEqual(self.walk(daemon, ["/audit"], f"auditor-1:{PASSWORD}"), [])
        office = ["/admin", "/admin/subscriptions", "/admin/retention", "/subjects", "/silences"]
        self.assertEqual(self.walk(daemon, office, f"administrator-1:{PASSWORD}"), [])
        self.assertNotIn("bell", daemon.log())

    def test_what_is_new_appears_without_reloading(self):
        daemon = self.enterContext(Daemon(self.folder / "daemon", self.sources)).start()
        until(lambda: len(daemon.posts()) == 30, 30, "the posts")
        with subprocess.Popen(["node", HERE / "live.mjs", self.chromium, daemon.url], cwd=self.tools(), stdout=subprocess.PIPE, text=True) as looking:
            self.assertEqual(looking.stdout.readline(), "ready\n")
            self.timeline.add(status(500, "The tea was cold again"))
            self.assertEqual(json.loads(looking.stdout.read())["complaints"], [])
        self.assertEqual(daemon.terminate(), 0)

    def test_an_issue_is_read_taken_judged_passed_on_and_closed(self):
        red = ["They left my mother in her own faeces for hours and hit her when she cried, the ward staff abused her",
               "The nurse slapped my father and held him down, he was abused on the ward",
               "Surgeons operated on the wrong leg, my sister was maimed"]
        last_week = datetime.now(timezone.utc) - timedelta(days=7)
        self.timeline.add(*[status(40 + i, text, author=f"a{i}") for i, text in enumerate(red)],
                          *[status(60 + i, f"The canteen has new chairs, number {i}", author=f"b{i}", made_at=last_week) for i in range(5)])
        for scripts, width in (("on", "desk"), ("off", "desk"), ("on", "phone")):
            with self.subTest(scripts=scripts, width=width):
                daemon, secret = self.guarded(scripts + width, reviewer_1="reviewer", reviewer_2="reviewer", lead_1="lead")
                daemon.start()
                until(lambda: len(daemon.posts()) == 38, 30, "the posts")
                issue = next(issue["id"] for issue in daemon.issues() if issue["severity"] == 4)
                done = subprocess.run(["node", HERE / "review.mjs", self.chromium, daemon.url, PICTURES, PASSWORD, scripts, width, issue],
                                      cwd=self.tools(), capture_output=True, text=True, timeout=300)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["complaints"], [])
                judged = daemon.verdicts()
                self.assertEqual(judged["issue", "red_flag"]["right"], 1)
                self.assertEqual(judged["sample", "unflagged"]["judged"], 1)
                _, metrics = daemon.get("/metrics")
                self.assertIn('barometer_unflagged_sample_review_total{verdict="fine"} 1', metrics)
                self.assertEqual(daemon.terminate(), 0)
                self.assertEqual(daemon.verify().returncode, 0)


if __name__ == "__main__":
    main()
