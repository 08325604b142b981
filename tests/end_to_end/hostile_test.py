#!/usr/bin/env python3
"""What somebody who means ill can send to the page of a running barometer: it goes on answering everybody else."""

import pathlib
import random
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon, barometer
from support.processes import main, needs, until
from support.push import SECRET, lines, post, send, signed

PASSWORD = "correct horse battery"
IDLE = 10_000
SLOW = 600
PATIENCE = 10  # seconds for a page, beside all of that, from a sanitised binary on a busy machine


class Hostile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def daemon(self, **web):
        made = barometer("user", "lead-1", "--role", "lead", stdin=PASSWORD.encode() + b"\n")
        self.assertEqual(made.returncode, 0, made.stderr)
        users = self.folder / "users"
        users.write_bytes(made.stdout)
        daemon = self.enterContext(Daemon(self.folder / "daemon", [{"name": "here", "platform": "push", "secret_file": self.secret()}]))
        daemon.settings["web"] |= {"users_file": str(users), **web}
        daemon.write()
        return daemon

    def secret(self):
        file = self.folder / "secret"
        file.write_text(SECRET + "\n")
        file.chmod(0o600)
        return str(file)

    def connect(self, daemon):
        return socket.create_connection(("127.0.0.1", daemon.port), timeout=PATIENCE)

    def send(self, daemon, request):
        """All that comes back for these bytes."""
        with self.connect(daemon) as raw:
            answer = b""
            try:
                raw.sendall(request)
                while part := raw.recv(65536):
                    answer += part
            except (TimeoutError, ConnectionError):
                pass
            return answer

    def answers(self, daemon):
        begun = time.monotonic()
        status, text = daemon.get("/sign-in")
        self.assertEqual(status, 200)
        self.assertIn("Sign in", text)
        self.assertLess(time.monotonic() - begun, PATIENCE)

    def test_ten_thousand_idle_connections_keep_nobody_out(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard != resource.RLIM_INFINITY and hard < IDLE + 100:
            self.skipTest(f"this machine allows {hard} open files, and the test needs {IDLE + 100}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (IDLE + 100, hard))
        daemon = self.daemon().start()
        for number in range(IDLE):
            self.enterContext(self.connect(daemon))
            if number % 2500 == 0:
                self.answers(daemon)
        self.answers(daemon)

    def test_those_who_never_finish_asking_keep_nobody_out(self):
        daemon = self.daemon().start()
        slow = []
        for number in range(SLOW):
            one = self.enterContext(self.connect(daemon))
            one.sendall([b"GET / HTTP/1.1\r\nX-", b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\nname="][number % 2])
            slow.append(one)
        for _ in range(5):
            for one in slow:
                try:
                    one.sendall(b"a")
                except OSError:
                    pass  # made room
            self.answers(daemon)

    def test_nothing_is_read_that_is_not_a_page(self):
        daemon = self.daemon().start()
        for target in ("/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/assets/../../etc/passwd",
                       "/posts/..%2f..%2f..%2fetc%2fpasswd", "/issues/%00", "/sources/..", "file:///etc/passwd", "http://169.254.169.254/latest"):
            with self.subTest(target):
                answer = self.send(daemon, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                self.assertRegex(answer, rb"^HTTP/1.1 (303|400|404|421) ")
                self.assertNotIn(b"root:", answer)

    def test_no_line_of_a_header_comes_from_whoever_asks(self):
        daemon = self.daemon().start()
        for target in ("/issues?next=%0d%0aSet-Cookie:%20stolen=1", "/posts%0d%0aSet-Cookie:%20stolen=1", "/sign-in?next=/%0d%0aSet-Cookie:%20stolen=1",
                       "/sign-in?next=//elsewhere.example", "/sign-in?next=https:%2f%2felsewhere.example"):
            with self.subTest(target):
                answer = self.send(daemon, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                head = answer.split(b"\r\n\r\n")[0]
                self.assertNotIn(b"\r\nSet-Cookie: stolen", head)
                self.assertNotIn(b"Location: //", head)
                self.assertNotIn(b"Location: http", head)
                self.assertNotIn(b'href="//elsewhere', answer)

    def test_what_is_too_large_or_has_two_lengths_is_refused(self):
        daemon = self.daemon().start()
        form = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        for why, request, status in (
                ("a long header", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", b"431"),
                ("a long address", b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"431"),
                ("many headers", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"\r\n", b"431"),
                ("a long form", form + b"Content-Length: 9000000\r\n\r\n", b"413"),
                ("a length beyond counting", form + b"Content-Length: 99999999999999999999999\r\n\r\n", b"400"),
                ("two lengths", form + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\na=bcd", b"400"),
                ("pieces and a length", form + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
                ("pieces", form + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n", b"411"),
                ("a body where none belongs", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc", b"413")):
            with self.subTest(why):
                self.assertTrue(self.send(daemon, request).startswith(b"HTTP/1.1 " + status + b" "))
                self.answers(daemon)

    def test_bytes_that_are_no_request_do_no_harm(self):
        daemon = self.daemon().start()
        chance = random.Random(2026)
        begin = b"GET /posts?words=x HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: __Host-barometer=x\r\nConnection: close\r\n\r\n"
        for _ in range(300):
            request = bytearray(begin)
            for _ in range(chance.randint(1, 8)):
                request[chance.randrange(len(request))] = chance.randrange(256)
            with self.connect(daemon) as raw:
                try:
                    raw.sendall(bytes(request) + chance.randbytes(chance.randrange(200)))
                except OSError:
                    pass
        self.answers(daemon)
        self.assertEqual(daemon.log_lines("level=error"), [])

    def test_no_name_that_a_post_brings_becomes_a_series(self):
        daemon = self.daemon().start()

        def series():
            return {line.rsplit(" ", 1)[0] for line in daemon.get("/metrics")[1].splitlines() if line and not line.startswith("#")}

        def push(posts):
            body = lines(posts)
            status, said = send(daemon.url, "here", body, signed(body))
            self.assertEqual((status, said["stored"]), (200, len(posts)), said)

        push([post(0)])
        before = series()
        odd = ['quote"', "back\\slash", "two\nlines", "{brace}", "ünï", "a" * 200, "=,", "🙂"]
        for begin in range(1, 3001, 500):
            push([post(number, f"the ward lost my notes #nhssm #odd{number}", source=f"odd {number} {odd[number % len(odd)]}",
                       platform=f"odd{number}", author=f"odd {number} {odd[number % len(odd)]}", lang=f"x-{number % 97}",
                       tags=["nhssm"] + [f"odd{number}-{more}" for more in range(20)])
                  for number in range(begin, begin + 500)])
        self.assertEqual(daemon.metric("barometer_posts_ingested_total", source="here", tag="nhssm"), 3001)
        after = series()
        self.assertEqual(sorted(after - before), [])
        self.assertEqual([name for name in after if "odd" in name], [])
        self.assertLess(len(after), 5000)
        self.assertEqual(daemon.terminate(), 0)

    def test_over_tls_with_a_certificate_that_can_be_renewed(self):
        openssl = needs("openssl")

        def certify(name):
            subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                            "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                            "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"], check=True, capture_output=True)
            (self.folder / "key.pem").chmod(0o600)
            return ssl.create_default_context(cafile=self.folder / "certificate.pem")

        def ask(trust, name):
            with self.connect(daemon) as raw, trust.wrap_socket(raw, server_hostname=name) as secure:
                secure.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                answer = b""
                while part := secure.recv(65536):
                    answer += part
                return secure.version(), answer

        trust = certify("one.trust.example")
        daemon = self.daemon(tls_certificate_file=str(self.folder / "certificate.pem"), tls_key_file=str(self.folder / "key.pem"))
        daemon.launch()
        self.assertTrue(daemon.logged("started", "https://"))
        version, answer = until(lambda: ask(trust, "one.trust.example"), 30, "an answer")
        self.assertEqual(version, "TLSv1.3")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "))
        self.assertIn(b"Strict-Transport-Security", answer)

        old = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            ask(old, "one.trust.example")

        renewed = certify("two.trust.example")
        daemon.reload()
        daemon.logged("reloaded")
        self.assertTrue(ask(renewed, "two.trust.example")[1].startswith(b"HTTP/1.1 200 "))

        (self.folder / "key.pem").write_text("no key\n")
        daemon.reload()
        daemon.logged("reload_refused")
        self.assertTrue(ask(renewed, "two.trust.example")[1].startswith(b"HTTP/1.1 200 "))


if __name__ == "__main__":
    main()
