#!/usr/bin/env python3
"""A red flag becomes one message in the mailbox of the person named, through a real Postfix with STARTTLS and AUTH."""

import html.parser
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.mail_server import PASSWORD, USER, MailServer
from support.platforms import Platforms, Timeline, status
from support.processes import main, until

GRAVE = "They operated on the wrong knee at the hospital. My NHS number is 999 000 0018, ring me on 07700 900123. @jo_public"
ANOTHER = "My dad fell at the hospital and broke his hip and died of it."  # of another theme and, from another person, another issue
PRIVATE = ("wrong knee", "999 000 0018", "9990000018", "07700", "900123", "jo_public", "/@", "statuses/")


# What a message says, in its order.
PARTS = ("Red flag", "A concern of the gravest kind, ", "Why you are getting this", "Rules that fired", "How sure this is",
         "Independent people", "What we could not see", "What is said, without quoting", "Suggested owner and next step",
         "Please do not", "Acknowledge", "You hear of it here again", "Reference: ")


class Words(html.parser.HTMLParser):
    """What a page shows, where it leads, and what it would load."""

    def __init__(self, page):
        super().__init__()
        self.text, self.links, self.loaded, self.hidden = "", [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.hidden += tag in ("title", "style", "script")
        if tag == "a":
            self.links.append(named["href"])
        elif named.get("src") or named.get("href"):
            self.loaded.append(tag)

    def handle_endtag(self, tag):
        self.hidden -= tag in ("title", "style", "script")

    def handle_data(self, data):
        self.text += "" if self.hidden else data


class Mail(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = MailServer(self.folder / "mail")
        self.addCleanup(self.server.stop)
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline([status(1, "A quiet day on the ward")])

    def daemon(self, password=PASSWORD, recipients=("lead",), **mail):
        secret = self.folder / "password"
        secret.write_text(password + "\n")
        secret.chmod(0o600)
        settings = {
            "server": self.server.address, "user": USER, "password_file": str(secret), "from": "barometer@trust.example",
            "ca_file": self.server.certificate, "retry_every": "500ms",
            "recipients": [{"name": name.replace(".", " "), "address": f"{name}@trust.example"} for name in recipients], **mail}
        sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "200ms"}]
        return self.enterContext(Daemon(self.folder / "daemon", sources, mail=settings))

    def arrived(self, number=1):
        return until(lambda: len(self.server.messages()) >= number and self.server.messages(), 60, f"{number} messages in the mailbox")

    def still(self, daemon, number):
        """Some rounds of polling later there are no more messages."""
        asked = len(self.platforms.requests())
        until(lambda: len(self.platforms.requests()) > asked + 5, 30)
        self.assertEqual(len(self.server.messages()), number)
        self.assertEqual(sum(alert["sent_at"] is None for alert in daemon.alerts()), 0)

    def test_a_grave_post_is_told_once_and_quotes_nobody(self):
        self.server.start()
        daemon = self.daemon().start()
        self.timeline.add(status(2, GRAVE, author="jo_public"))
        message, = self.arrived()

        alert, = daemon.alerts()
        self.assertEqual(message["Message-ID"], f"<{alert['id']}@trust.example>")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message["To"].addresses[0].addr_spec, "lead@trust.example")
        self.assertEqual(message["From"].addresses[0].addr_spec, "barometer@trust.example")
        self.assertIn("ESMTPSA", message["Received"])  # over TLS, signed in
        self.assertTrue(message["Date"] and message["List-Id"])
        self.assertTrue(message["Subject"].startswith("Red flag: "), message["Subject"])

        self.assertEqual(message.get_content_type(), "multipart/alternative")
        self.assertEqual([part.get_content_type() for part in message.iter_parts()], ["text/plain", "text/html"])
        for part in message.iter_parts():
            text = part.get_content()
            self.assertIn("https://barometer.trust.example/", text)
            self.assertIn(alert["id"], text)
            self.assertIn("lead", text)
            for rule in alert["rules"]:
                self.assertIn(rule, text)
        for private in PRIVATE:
            self.assertNotIn(private, message["Subject"] + "".join(part.get_content() for part in message.iter_parts()))
            self.assertNotIn(private, daemon.log())
        self.assertNotIn("lead@trust.example", daemon.log())

        # Neither running on nor a restart tells it again; nor does the next look at the same post.
        self.still(daemon, 1)
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.still(daemon, 1)
        self.assertEqual(daemon.metric("barometer_notifications_failed_total"), 0)

    def test_the_message_of_an_issue_is_whole_and_its_buttons_work_once(self):
        self.server.start()
        daemon = self.daemon().start()
        self.timeline.add(status(2, GRAVE, author="jo_public"))
        message, = self.arrived()
        alert, = daemon.alerts()
        self.assertEqual(alert["kind"], "opened")
        self.assertEqual(alert["issue_kind"], "red_flag")
        self.assertTrue(alert["issue"])
        self.assertEqual(message["X-Barometer-Reference"], alert["id"])
        plain, page = (part.get_content() for part in message.iter_parts())
        self.assertLess(len(message.as_bytes()), 100_000)
        words = Words(page)
        for text in (plain, words.text):
            places = [text.find(part) for part in PARTS]
            self.assertNotIn(-1, places, [part for part, place in zip(PARTS, places) if place < 0])
            self.assertEqual(places, sorted(places))
            self.assertIn(alert["issue"], text)
            self.assertIn("The one source was heard all the time.", text)
        self.assertEqual(words.loaded, [])  # nothing that a mail program would fetch
        self.assertTrue(all(link.startswith("https://barometer.trust.example/") for link in words.links), words.links)

        # A red flag has no button that silences it.
        self.assertNotIn("Silence", plain)
        link, other = [link for link in words.links if "/act/" in link]
        self.assertIn("Not a concern", plain)
        self.assertIn(other, plain)
        self.assertIn(link, plain)
        path = link.removeprefix("https://barometer.trust.example")
        status_code, shown = daemon.get(path)  # as a mail scanner does
        self.assertEqual(status_code, 200)
        self.assertIn('method="post"', shown)
        self.assertIsNone(daemon.alerts()[0]["acknowledged_at"])
        self.assertEqual(daemon.post(path)[0], 200)
        self.assertTrue(daemon.alerts()[0]["acknowledged_at"])
        self.assertEqual(daemon.post(path)[0], 410)
        self.assertEqual(daemon.get(path[:-1] + ("0" if path[-1] != "0" else "1"))[0], 404)

        # Others who say the same join the issue: nobody is told again.
        self.timeline.add(status(3, GRAVE, author="another"))
        self.still(daemon, 1)
        self.assertEqual(len(daemon.alerts()), 1)

    def test_a_server_that_was_down_for_the_whole_run_gets_it_afterwards_once(self):
        daemon = self.daemon().start()
        self.timeline.add(status(2, GRAVE))
        until(lambda: (daemon.metric("barometer_notifications_failed_total", reason="unreachable") or 0) >= 2, 60, "two attempts")
        self.assertEqual(len(daemon.logged("mail_failed")), 1, daemon.log())
        self.assertIn("check mail.server", daemon.logged("mail_failed")[0])
        self.assertEqual(daemon.terminate(), 0)

        self.server.start()
        daemon.start()
        self.arrived()
        self.still(daemon, 1)

    def test_a_server_that_comes_back_is_noticed(self):
        daemon = self.daemon().start()
        self.timeline.add(status(2, GRAVE), status(3, ANOTHER, author="sam"))
        until(lambda: (daemon.metric("barometer_notifications_failed_total", reason="unreachable") or 0) >= 2, 60, "two attempts")
        self.server.start()
        self.arrived(2)
        daemon.logged("mail_recovered")
        self.assertEqual(len(daemon.logged("mail_failed")), 1)
        self.still(daemon, 2)
        self.assertEqual(daemon.metric("barometer_notifications_total"), 2)

    def test_a_wrong_password_is_told_once_with_what_to_do(self):
        self.server.start()
        daemon = self.daemon(password="wrong").start()
        self.timeline.add(status(2, GRAVE))
        until(lambda: (daemon.metric("barometer_notifications_failed_total", reason="login") or 0) >= 2, 60, "two attempts")
        line, = daemon.logged("mail_failed")
        self.assertIn("mail.password_file", line)
        self.assertNotIn("wrong", line)
        # The password is read at each connection.
        (self.folder / "password").write_text(PASSWORD)
        self.arrived()
        self.still(daemon, 1)

    def test_a_certificate_that_nobody_vouches_for_gets_no_mail(self):
        self.server.start()
        daemon = self.daemon(ca_file="").start()
        self.timeline.add(status(2, GRAVE))
        until(lambda: (daemon.metric("barometer_notifications_failed_total", reason="tls") or 0) >= 1, 60, "an attempt")
        self.assertIn("mail.ca_file", daemon.logged("mail_failed")[0])
        self.assertEqual(self.server.messages(), [])

    def test_one_refused_recipient_hurts_no_other(self):
        self.server.start()
        daemon = self.daemon(recipients=("nobody.here", "lead")).start()
        self.timeline.add(status(2, GRAVE), status(3, ANOTHER, author="sam"))
        messages = self.arrived(2)
        self.assertEqual({m["To"].addresses[0].addr_spec for m in messages}, {"lead@trust.example"})
        until(lambda: (daemon.metric("barometer_notifications_failed_total", reason="refused") or 0) >= 2, 30, "two refusals")
        line, = daemon.logged("mail_failed", "nobody here")
        self.assertNotIn("@", line)
        waiting = [alert for alert in daemon.alerts() if alert["sent_at"] is None]
        self.assertEqual({alert["recipient"] for alert in waiting}, {"nobody here"})
        self.assertIn("550", waiting[0]["last_error"])


if __name__ == "__main__":
    main()
