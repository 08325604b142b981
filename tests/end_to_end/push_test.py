#!/usr/bin/env python3
"""Posts that others send to a running barometer, and posts in files that it follows or imports: each once, whatever is killed between."""

import http.client
import json
import os
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.processes import main, until
from support.push import SECRET, lines, post, send, signed


class OfOthers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def daemon(self, *sources, **settings):
        return self.enterContext(Daemon(self.folder / "daemon", list(sources), **settings))

    def settle(self, daemon, expected, seconds=30):
        expected = sorted(expected)
        kept = lambda: sorted(one["id"] for one in daemon.posts())
        try:
            until(lambda: kept() == expected, seconds)
        except AssertionError:
            self.assertEqual(kept(), expected)
        verified = daemon.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


class Push(OfOthers):
    def setUp(self):
        super().setUp()
        secret = self.folder / "secret"
        secret.write_text(SECRET + "\n")
        self.source = {"name": "the intranet", "platform": "push", "secret_file": str(secret)}

    def send(self, daemon, posts, **how):
        body = lines(posts)
        return send(daemon.url, "the intranet", body, signed(body, **how))

    def test_what_is_sent_is_durable_when_it_is_answered(self):
        daemon = self.daemon(self.source).start()
        sent, number = {}, 0
        for _ in range(6):
            batch = [post(number + i) for i in range(50)]
            status, said = self.send(daemon, batch)
            self.assertEqual((status, said["received"], said["stored"]), (200, 50, 50))
            sent.update({one["id"]: one for one in batch})
            number += 50
            daemon.kill()
            daemon.start()
            time.sleep(1.1)  # signatures of the second in which it was killed are not taken again
        status, said = self.send(daemon, list(sent.values())[-100:])
        self.assertEqual((status, said["stored"], said["duplicates"]), (200, 0, 100))
        self.assertEqual(daemon.metric("barometer_source_up", source="the intranet"), 1)
        self.settle(daemon, sent)

    def test_a_request_that_was_heard_is_refused_a_second_time(self):
        daemon = self.daemon(self.source).start()
        body = lines([post(1), post(2)])
        headers = signed(body)
        self.assertEqual(send(daemon.url, "the intranet", body, headers)[0], 200)
        self.assertEqual(send(daemon.url, "the intranet", body, headers)[0], 401)
        daemon.kill()
        daemon.start()
        status, said = send(daemon.url, "the intranet", body, headers)
        self.assertEqual(status, 401, said)
        self.assertIn("remedy", said)
        self.settle(daemon, ["intranet:1", "intranet:2"])

    def test_edits_and_deletions_are_sent_as_posts_are(self):
        daemon = self.daemon(self.source).start()
        self.send(daemon, [post(1), post(2)])
        status, said = self.send(daemon, [post(1, "an answer at last #nhssm", edited_at="2026-11-20T10:00:00Z"),
                                          {"platform": "intranet", "id": "intranet:2", "deleted": True}])
        self.assertEqual((status, said["edited"], said["deleted"]), (200, 1, 1))
        self.settle(daemon, ["intranet:1"])
        self.assertEqual(daemon.posts()[0]["text"], "an answer at last #nhssm")

    def test_what_is_wrong_is_refused_and_no_word_of_it_is_logged(self):
        daemon = self.daemon(self.source).start()
        good = post(1, "unmistakable words #nhssm", author="somebody")
        body = lines([good, {"platform": "intranet", "id": "2"}])
        status, said = send(daemon.url, "the intranet", body, signed(body))
        self.assertEqual((status, said["line"]), (422, 2))
        self.assertIn("made_at", said["error"])
        self.assertEqual(self.send(daemon, [good], secret="another secret of length")[0], 401)
        self.assertEqual(self.send(daemon, [good], timestamp=int(time.time()) - 301)[0], 401)
        body = lines([good])
        self.assertEqual(send(daemon.url, "nobody", body, signed(body))[0], 404)
        self.assertEqual(send(daemon.url, "the intranet", body, {**signed(body), "Content-Type": "text/plain"})[0], 415)
        client = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=20)
        client.putrequest("POST", "/push/the%20intranet")
        client.putheader("Content-Length", str(10**9))
        client.endheaders()
        self.assertEqual(client.getresponse().status, 413)
        client.close()
        self.assertEqual(daemon.get("/push/the%20intranet")[0], 405)
        self.assertEqual(daemon.posts(), [])
        self.assertEqual(self.send(daemon, [good])[0], 200)
        self.assertEqual(daemon.terminate(), 0)
        self.assertNotIn("unmistakable", daemon.log())
        self.assertNotIn("somebody", daemon.log())
        self.assertNotIn(SECRET, daemon.log())
        self.assertTrue(daemon.log_lines("push_refused", "status=422", "made_at"))


class Files(OfOthers):
    def test_a_file_is_followed_through_rotation_and_kills(self):
        file = self.folder / "posts.ndjson"
        source = {"name": "file", "platform": "ndjson", "path": str(file), "every": "100ms"}
        daemon = self.daemon(source).start()
        expected, number = [], 0
        for turn in range(12):
            with file.open("ab") as out:
                for _ in range(20):
                    number += 1
                    expected.append(f"intranet:{number}")
                    line = lines([post(number)])
                    out.write(line[:30])
                    out.flush()
                    out.write(line[30:])
                if turn % 5 == 2:
                    out.write(b"{\"no\": \"post\"}\n")
            if turn % 3 == 1:
                file.rename(self.folder / f"posts.{turn}")
            if turn % 4 == 3:
                daemon.kill()
                if turn % 8 == 3:  # while it is down, once more
                    file.write_bytes((file.read_bytes() if file.exists() else b"") + lines([post(1000 + turn)]))
                    expected.append(f"intranet:{1000 + turn}")
                daemon.start()
            else:
                time.sleep(0.7)  # a name that changes twice before anybody looks cannot be followed
        self.settle(daemon, expected)
        told = daemon.logged("item_unreadable", "posts")
        self.assertTrue(all("is missing" in line for line in told), told)

    def test_a_csv_file_is_imported_twice_and_counts_once(self):
        file = self.folder / "fft.csv"
        rows = "".join(f"{i},18/11/2026 10:{i % 60:02d},\"comment {i}\r\non two lines\"\r\n" for i in range(3000))
        file.write_text("Response ID,Date,Comments\r\n" + rows, newline="")
        source = {"name": "fft", "platform": "csv", "path": str(file), "every": "200ms", "tag": "fft"}
        daemon = self.daemon(source, tags=[{"name": "fft", "match": "#fft"}]).start()
        expected = [f"csv:fft/{i}" for i in range(3000)]
        self.settle(daemon, expected)
        made = {one["made_at"] for one in daemon.posts()}
        self.assertTrue(all(one.startswith("2026-11-18T10:") for one in made), made)
        daemon.kill()
        again = file.read_bytes().replace(b'"comment 7\r\n', b'"comment seven\r\n')
        file.write_bytes(again + b"3000,18/11/2026,one more\r\n")
        daemon.start()
        self.settle(daemon, [*expected, "csv:fft/3000"])
        self.assertIn("comment seven", {one["text"].split("\n")[0] for one in daemon.posts()})

    def test_standard_input_ends_and_the_daemon_goes_on(self):
        daemon = self.daemon({"name": "stdin", "platform": "ndjson", "path": "-"},
                             {"name": "file", "platform": "ndjson", "path": str(self.folder / "later.ndjson"), "every": "100ms"})
        read, write = os.pipe()
        original = os.dup(0)
        self.addCleanup(os.close, original)
        os.dup2(read, 0)
        self.addCleanup(os.dup2, original, 0)
        daemon.start()
        os.dup2(original, 0)
        os.close(read)
        os.write(write, lines([post(1), post(2)])[:-40])
        self.settle(daemon, ["intranet:1"])
        os.write(write, lines([post(1), post(2)])[-40:-1])
        os.close(write)
        self.settle(daemon, ["intranet:1", "intranet:2"])
        (self.folder / "later.ndjson").write_bytes(lines([post(3)]))
        self.settle(daemon, ["intranet:1", "intranet:2", "intranet:3"])
        self.assertEqual(daemon.terminate(), 0)

    def test_parse_tells_of_bad_rows_by_line(self):
        done = barometer("parse", "csv", stdin=b"id,text,date\n1,good,18/11/2026\n2,bad,soon\n")
        self.assertEqual([json.loads(line)["text"] for line in done.stdout.splitlines()], ["good"])
        self.assertIn(b":3: the date cannot be read", done.stderr)


if __name__ == "__main__":
    main()
