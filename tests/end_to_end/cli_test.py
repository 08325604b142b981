#!/usr/bin/env python3
"""The command as scripts and operators use it: any bytes scored, wrong files refused with what to do, reload and a drained end."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.platforms import Platforms, Timeline, status
from support.processes import REPOSITORY, binary, main, until

SETTINGS = REPOSITORY / "tests" / "fixtures" / "config"
ODD_FILES = [SETTINGS / "tags-too-broad.yaml"]  # allowed, with a warning
WRONG_FILES = sorted(set(SETTINGS.glob("*.yaml")) - set(ODD_FILES))


class Score(unittest.TestCase):
    def test_one_line_in_is_one_line_out(self):
        texts = ["The nurses were wonderful", "", "They operated on the wrong knee at the hospital", "Parking was full again"]
        done = barometer("score", stdin="\n".join(texts).encode() + b"\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(rows), len(texts))
        self.assertEqual(rows[0]["sentiment"], "positive")
        self.assertEqual(rows[2]["severity"], 4)

    def test_any_bytes_are_scored(self):
        chance = random.Random(7)
        lines = [bytes(b for b in chance.randbytes(chance.randrange(400)) if b not in b"\n") for _ in range(300)]
        lines += [b"\x00" * 1000, b"\xff\xfe" * 500, b"\xed\xa0\x80", "\U0001f499".encode() * 100, b"\r", b"a\rb", b"&lt;<p>" * 200]
        for form in ("json", "tsv"):
            done = barometer("score", "--format", form, stdin=b"\n".join(lines) + b"\n")
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            self.assertEqual(done.stdout.count(b"\n"), len(lines), form)
            done.stdout.decode("utf-8")
        for line in barometer("score", stdin=b"\n".join(lines)).stdout.splitlines():
            json.loads(line)

    def test_lines_of_a_megabyte_are_scored(self):
        lines = [b"the ward was cold " * 60_000, b"\x80" * 1_000_000, b"a" * 1_000_000, b"<b>" * 333_333, b"short"]
        done = barometer("score", stdin=b"\n".join(lines) + b"\n", timeout=240)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        self.assertEqual(len(done.stdout.splitlines()), len(lines))

    def test_explain_says_which_rule(self):
        done = barometer("explain", "They operated on the wrong knee at the hospital")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"wrong knee", done.stdout)


class Libraries(unittest.TestCase):
    def test_libcurl_is_loaded_by_those_who_speak_to_servers_only(self):
        needed = subprocess.run([binary()], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, timeout=60).stdout
        self.assertIn(b"libc.so", needed)
        self.assertNotIn(b"libcurl", needed)

    def test_a_libcurl_that_cannot_be_loaded_is_named_with_what_to_do(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "libcurl.so.4").write_bytes(b"no library")
            settings = pathlib.Path(folder, "barometer.yaml")
            settings.write_text("sources:\n  - name: a\n    platform: feed\n    url: http://127.0.0.1:1/\n")
            without = dict(os.environ, LD_LIBRARY_PATH=folder)
            done = subprocess.run([binary(), "fetch", "--config", settings, "a"], env=without, capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(b"install the package libcurl4", done.stderr)
            scored = subprocess.run([binary(), "score"], env=without, input=b"Good care\n", capture_output=True, timeout=60)
            self.assertEqual(scored.returncode, 0, scored.stderr)


class Settings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_every_wrong_file_is_refused_with_its_line_and_what_to_write(self):
        self.assertGreaterEqual(len(WRONG_FILES), 10)
        for file in WRONG_FILES:
            with self.subTest(file=file.name):
                done = barometer("check-config", file)
                self.assertEqual(done.returncode, 78, done.stderr)
                said = (done.stdout + done.stderr).decode()
                self.assertRegex(said, rf"{file.name}:\d+: .{{20,}}")
                self.assertEqual(barometer("run", "--config", file, timeout=30).returncode, 78)

    def test_an_odd_file_is_taken_with_a_warning(self):
        for file in ODD_FILES:
            done = barometer("check-config", file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertRegex((done.stdout + done.stderr).decode(), rf"{file.name}:\d+: .{{20,}}")

    def test_what_print_config_prints_is_a_file_to_start_from(self):
        printed = barometer("print-config")
        self.assertEqual(printed.returncode, 0)
        (self.folder / "all.yaml").write_bytes(printed.stdout)
        done = barometer("check-config", self.folder / "all.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_settings_that_we_ship_are_right(self):
        done = barometer("check-config", REPOSITORY / "deploy" / "barometer.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_wrong_usage_is_told_apart(self):
        self.assertEqual(barometer("no-such-command").returncode, 2)
        self.assertEqual(barometer("posts", "--no-such-option").returncode, 2)
        self.assertEqual(barometer("check-config", self.folder / "absent.yaml").returncode, 78)

    def test_platforms_are_listed(self):
        done = barometer("parse", "--list")
        self.assertEqual(done.returncode, 0)
        for platform in (b"mastodon", b"feed"):
            self.assertIn(platform, done.stdout)

    def test_version_names_model_and_taxonomy(self):
        done = barometer("version")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"2026.1", done.stdout)


class Replay(unittest.TestCase):
    def test_posts_are_taken_from_a_stream_and_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            def line(i):
                return json.dumps({"platform": "feed", "id": f"p{i}", "made_at": "2026-11-21T20:15:00.000Z", "text": f"post {i}", "tags": ["nhssm"]})
            lines = [line(i) for i in range(500)] + [line(3), "not json", '{"platform":"feed"}']
            done = barometer("replay", "--store", folder + "/store", "-", stdin="\n".join(lines).encode())
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            summary = json.loads(done.stdout)
            self.assertEqual((summary["posts"], summary["stored"], summary["duplicates"], summary["rejected"]), (503, 500, 1, 2))
            posts = barometer("posts", "--store", folder + "/store", "--limit", "0")
            self.assertEqual(len(posts.stdout.splitlines()), 500)
            self.assertEqual(barometer("verify", "--store", folder + "/store").returncode, 0)

    def test_the_board_report_has_six_words_in_every_shape_and_nobodys_words(self):
        post = {"platform": "mastodon", "id": "https://social.example/1", "made_at": "2026-03-04T20:15:00Z", "author": "jo_public",
                "text": "They operated on the wrong knee at the hospital", "tags": ["nhssm"]}
        words = ["Inputs", "Outputs", "Outtakes", "Outcomes", "Impact", "Learning and innovation"]
        with tempfile.TemporaryDirectory() as folder:
            store = ["--store", folder + "/store"]
            self.assertEqual(barometer("replay", *store, "-", stdin=json.dumps(post).encode()).returncode, 0)
            shapes = {}
            for form in ("text", "html", "csv", "json"):
                done = barometer("report", *store, "--from", "2026-03-01", "--to", "2026-04-01", "--format", form)
                self.assertEqual(done.returncode, 0, done.stderr)
                shapes[form] = done.stdout.decode()
                places = [shapes[form].index(word) for word in words]
                self.assertEqual(places, sorted(places), form)
                for private in ("wrong knee", "jo_public", "social.example/1"):
                    self.assertNotIn(private, shapes[form])
            rows = [json.loads(line) for line in shapes["json"].splitlines()]
            heard, = [row for row in rows if row["measure"].startswith("Posts heard")]
            self.assertEqual((heard["value"], heard["sample"]), ("1", "1 post"))
            self.assertEqual(shapes["csv"].count("\n"), len(rows) + 1)
            self.assertTrue(shapes["html"].startswith("<!DOCTYPE html>"))
            self.assertEqual(barometer("report", *store, "--from", "2026-03-02", "--to", "2026-03-01").returncode, 2)

    def test_posts_are_found_by_word_a_page_after_the_other(self):
        with tempfile.TemporaryDirectory() as folder:
            def line(i):
                text = "nobody answered the call bell" if i % 10 == 0 else "the bell was answered at the first call"
                return json.dumps({"platform": "feed", "id": f"p{i}", "made_at": f"2026-11-{1 + i % 20:02}T20:15:00.000Z", "text": text})
            store = ("--store", folder + "/store")
            done = barometer("replay", *store, "-", stdin="\n".join(map(line, range(100))).encode())
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])

            def found(*options):
                done = barometer("posts", *store, *options)
                self.assertEqual(done.returncode, 0, done.stderr)
                return [json.loads(row) for row in done.stdout.splitlines()]
            self.assertEqual(len(found("--word", "Bell", "--word", "answered", "--limit", "0")), 100)
            whole = [post["id"] for post in found("--word", "call bell", "--limit", "0")]
            self.assertEqual(sorted(whole), sorted(f"p{i}" for i in range(0, 100, 10)))
            pages, after = [], ()
            while page := found("--word", "call bell", "--limit", "4", *after):
                pages += [post["id"] for post in page]
                after = ("--after", page[-1]["cursor"])
            self.assertEqual(pages, whole)
            for wrong in (("--after", "soon"), ("--voice", "ghost")):
                self.assertEqual(barometer("posts", *store, *wrong).returncode, 2)
            verified = json.loads(barometer("verify", *store, "--json", "--from", "2026-11-03", "--to", "2026-11-05").stdout)
            self.assertEqual((verified["posts"], verified["differences"]), (10, []))


class Rules(unittest.TestCase):
    OWN = """version: trust-1
author: Marlbeck comms
date: 2026-11-22
rules:
  - rule: marlbeck.pods
    theme: environment
    severity: 3
    why: Patients were left in pods that were condemned.
    match: [red pods]
"""

    def test_a_rule_is_tried_on_the_posts_that_are_kept_then_turned_on(self):
        def line(i, text):
            return json.dumps({"platform": "mastodon", "id": f"https://social.example/{i}", "text": text, "made_at": "2026-11-21T20:15:00.000Z", "tags": ["nhssm"]})

        with tempfile.TemporaryDirectory() as folder:
            store, own = pathlib.Path(folder) / "store", pathlib.Path(folder) / "own.yaml"
            own.write_text(self.OWN)
            posts = [line(1, "Mum spent the night in the red pods by the ward"), line(2, "Sunny today")]
            barometer("replay", "--store", str(store), stdin="\n".join(posts).encode())

            tried = barometer("preview-rules", str(own), "--store", str(store), "--format", "json")
            self.assertEqual(tried.returncode, 0, tried.stderr)
            changed, counts = [json.loads(row) for row in tried.stdout.splitlines()]
            self.assertEqual((changed["change"], changed["severity"]), ("flagged", 3))
            self.assertIn("red pods", [concern["phrase"] for concern in changed["added"]])
            self.assertEqual((counts["judged"], counts["flagged"]), (2, 1))
            self.assertIn("marlbeck.pods", [rule["rule"] for rule in counts["rules"]])
            later = barometer("preview-rules", str(own), "--store", str(store), "--from", "2026-11-22")
            self.assertIn(b"0 posts judged", later.stderr)
            self.assertIn(b"marlbeck.pods", barometer("preview-rules", str(own), "--store", str(store)).stdout)

            settings = pathlib.Path(folder) / "barometer.yaml"
            settings.write_text(f"store: {{path: {store}}}\nanalysis: {{rules_file: {own}}}\ntags: [{{name: nhssm, match: '#nhssm'}}]\n")
            barometer("replay", "--config", str(settings), stdin=line(3, "Another night in the red pods by the ward").encode())
            flagged = barometer("posts", "--store", str(store), "--severity", "3")
            self.assertEqual(len(flagged.stdout.splitlines()), 1, flagged.stdout)

            own.write_text(self.OWN.replace("environment", "weather"))
            wrong = barometer("preview-rules", str(own), "--store", str(store))
            self.assertEqual(wrong.returncode, 78)
            self.assertIn(b"own.yaml:6: unknown theme 'weather'", wrong.stderr)


class Running(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.platforms = self.enterContext(Platforms())
        for tag in ("nhssm", "carers"):
            self.platforms.timelines[tag] = Timeline([status(1 if tag == "nhssm" else 2, f"about {tag}")])

    def source(self, tag):
        return {"name": f"here #{tag}", "platform": "mastodon", "url": self.platforms.url, "hashtag": tag, "every": "100ms"}

    def test_a_reload_takes_new_sources_and_refuses_a_wrong_file(self):
        daemon = self.enterContext(Daemon(self.folder, [self.source("nhssm")])).start()
        until(lambda: len(daemon.posts()) == 1, 30, "the first post")
        daemon.settings["sources"].append(self.source("carers"))
        daemon.write()
        daemon.reload()
        until(lambda: len(daemon.posts()) == 2, 30, "the new source's post")
        self.assertEqual(daemon.metric("barometer_config_last_reload_successful"), 1)

        daemon.write("nonsense: true\n")
        daemon.reload()
        until(lambda: daemon.metric("barometer_config_last_reload_successful") == 0, 30, "the wrong file to be refused")
        daemon.logged("nonsense")
        self.platforms.timelines["nhssm"].add(status(3, "still listening"))
        until(lambda: len(daemon.posts()) == 3, 30, "a post after the refused reload")

        daemon.settings["sources"].pop()
        daemon.write()
        daemon.reload()
        until(lambda: daemon.metric("barometer_config_last_reload_successful") == 1, 30, "the right file to be taken")
        until(lambda: daemon.metric("barometer_source_up", source="here #carers") is None, 30, "the old source to leave the metrics")
        self.assertEqual(daemon.terminate(), 0)

    def test_sigterm_drains_and_leaves_a_whole_store(self):
        self.platforms.timelines["nhssm"].add(*[status(100 + i, f"post {i}") for i in range(300)])
        daemon = self.enterContext(Daemon(self.folder, [self.source("nhssm")])).start()
        until(lambda: self.platforms.requests(), 30, "the first request")
        self.assertEqual(daemon.terminate(), 0)
        kept = len(daemon.posts())
        self.assertEqual(daemon.verify().returncode, 0)
        daemon.start()
        until(lambda: len(daemon.posts()) == 301, 60, "the rest")
        self.assertGreaterEqual(301, kept)
        self.assertEqual(daemon.terminate(), 0)

    def test_a_second_daemon_on_the_same_store_says_why_it_cannot_start(self):
        daemon = self.enterContext(Daemon(self.folder, [self.source("nhssm")])).start()
        other = json.loads(daemon.config.read_text())
        other["web"]["listen"] = "127.0.0.1:0"
        (self.folder / "other.yaml").write_text(json.dumps(other))
        done = barometer("run", "--config", self.folder / "other.yaml", timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(daemon.store).encode(), done.stderr)

    def test_the_demo_is_heard_without_a_network(self):
        daemon = self.enterContext(Daemon(self.folder, [])).start("--demo")
        until(lambda: len(daemon.posts()) > 100, 120, "posts of the demo stream")
        self.assertEqual(daemon.verify().returncode, 0)
        code, page = daemon.get("/")
        self.assertEqual(code, 200)
        self.assertIn("demo", page.lower())


if __name__ == "__main__":
    main()
