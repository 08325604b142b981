#!/usr/bin/env python3
"""Whatever a mail server does, and whenever barometer is killed: nothing is lost, nothing is doubled but in one window, all is visible."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.platforms import Platforms, Timeline, status
from support.processes import main, until
from support.smtp_script import SmtpScript

GRAVE = "They operated on the wrong knee at the hospital"

# Where, what the server does there, and the reason that metrics and log give.
FAULTS = (
    ("greeting", "421 too many connections", "busy"),
    ("greeting", "554 no mail here", "refused"),
    ("greeting", "break", "unreachable"),
    ("EHLO", "421 going down", "busy"),
    ("EHLO", "break", "unreachable"),
    ("MAIL", "451 local error", "busy"),
    ("MAIL", "530 authentication required", "login"),
    ("MAIL", "break", "unreachable"),
    ("RCPT", "451 4.7.1 greylisted, come again", "busy"),
    ("RCPT", "450 mailbox busy", "busy"),
    ("RCPT", "550 5.1.1 <lead@trust.example>: no such person", "refused"),
    ("RCPT", "421 going down", "busy"),
    ("DATA", "451 no room", "busy"),
    ("DATA", "554 no", "refused"),
    ("body", "break", "unreachable"),
    ("taken", "452 no room", "busy"),
    ("taken", "554 looks like spam", "refused"),
)


class MailFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline([status(1, "A quiet day on the ward")])
        self.server = self.enterContext(SmtpScript())
        self.number = 1

    def daemon(self, recipients=("lead",), **mail):
        sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "100ms"}]
        settings = {"server": self.server.address, "from": "barometer@trust.example", "require_tls": False, "retry_every": "100ms",
                    "recipients": [{"name": name, "address": f"{name}@trust.example"} for name in recipients], **mail}
        # An issue a place, so that each post is told by itself.
        services = [{"id": f"site-{i}", "name": f"Northvale Infirmary {i}"} for i in range(2, 40)]
        return self.enterContext(Daemon(self.folder / "daemon", sources, mail=settings, services=services))

    def report(self):
        """One more red flag, at a place of its own, by somebody else."""
        self.number += 1
        self.timeline.add(status(self.number, f"{GRAVE}, at Northvale Infirmary {self.number}", author=f"jo{self.number}"))

    def sent(self, daemon, number):
        """All alerts, once so many have been sent."""
        return until(lambda: sum(bool(alert["sent_at"]) for alert in daemon.alerts()) >= number and daemon.alerts(), 60,
                     f"{number} sent alerts: {daemon.alerts()}")

    def ids(self):
        return [message["Message-ID"] for message in self.server.messages()]

    def test_each_fault_is_seen_and_the_message_arrives_once(self):
        daemon = self.daemon().start()
        for told, (point, does, reason) in enumerate(FAULTS, start=1):
            with self.subTest(point=point, does=does):
                before = daemon.metric("barometer_notifications_failed_total", channel="mail", reason=reason)
                self.server.fault(point, does)
                self.report()
                alert = max(self.sent(daemon, told), key=lambda alert: alert["raised_at"])
                self.assertEqual(daemon.metric("barometer_notifications_failed_total", channel="mail", reason=reason), before + 1)
                self.assertEqual(alert["attempts"], 2)
                self.assertNotIn("@", daemon.log())
                self.assertEqual(len(self.ids()), told)
                self.assertEqual(len(set(self.ids())), told)
        self.assertEqual(daemon.metric("barometer_notifications_total", channel="mail"), len(FAULTS))

    def test_what_fails_is_shown_until_it_is_over(self):
        self.server.fault("RCPT", "451 greylisted", times=1000)
        daemon = self.daemon().start()
        self.report()
        waiting, = until(lambda: [a for a in daemon.alerts() if a["attempts"] >= 2], 60, "two attempts")
        self.assertIsNone(waiting["sent_at"])
        self.assertIn("451", waiting["last_error"])
        self.assertEqual(daemon.metric("barometer_notifications_total", channel="mail"), 0)
        self.server.heal()
        alert, = self.sent(daemon, 1)
        self.assertEqual(alert["attempts"], self.server.reached("RCPT"))
        self.assertEqual(len(self.ids()), 1)

    def test_one_recipient_of_several_that_is_refused_hurts_no_other(self):
        self.server.fault("RCPT", "550 no such person", times=3, to="gone@trust.example")
        daemon = self.daemon(recipients=("lead", "gone", "deputy")).start()
        self.report()
        self.sent(daemon, 3)
        to = [message["To"].addresses[0].addr_spec for message in self.server.messages()]
        self.assertEqual(sorted(to[:2]), ["deputy@trust.example", "lead@trust.example"])
        self.assertEqual(to[2], "gone@trust.example")
        self.assertEqual(len(set(self.ids())), 3)

    def test_a_slow_server_gets_each_message_once(self):
        for point in ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "taken", "goodbye"):
            self.server.fault(point, "slow")
        daemon = self.daemon().start()
        self.report()
        self.sent(daemon, 1)
        self.assertEqual(len(self.ids()), 1)
        self.assertEqual(daemon.metric("barometer_notifications_failed_total", channel="mail"), 0)

    def test_a_server_that_is_never_heard_to_say_yes_gets_the_same_message_again(self):
        # The one window: it has taken charge, and we cannot know.
        self.server.fault("taken", "break")
        daemon = self.daemon().start()
        self.report()
        self.sent(daemon, 1)
        self.assertEqual(len(self.ids()), 2)
        self.assertEqual(len(set(self.ids())), 1)

    def test_without_the_tls_that_is_asked_for_nothing_leaves(self):
        for offers, answer in ((False, None), (True, "454 no TLS now")):
            with self.subTest(offers=offers):
                self.server.offers_tls = offers
                if answer:
                    self.server.fault("STARTTLS", answer, times=1000)
                daemon = self.daemon(require_tls=True)
                daemon.start()
                self.report()
                until(lambda: (daemon.metric("barometer_notifications_failed_total", channel="mail", reason="tls") or 0) >= 2, 60, "two attempts")
                self.assertIn("mail.ca_file", daemon.logged("mail_failed", "reason=tls")[0])
                self.assertEqual(daemon.terminate(), 0)
                self.assertEqual(self.server.reached("MAIL"), 0)
        self.assertEqual(self.ids(), [])

    def test_killed_at_every_point_it_loses_nothing_and_doubles_in_the_one_window_alone(self):
        daemon = self.daemon().start()
        told = 0
        for point in ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "taken", "goodbye"):
            with self.subTest(point=point):
                before, reached = len(self.ids()), self.server.reached(point)
                self.server.fault(point, "hang")
                self.report()
                until(lambda: self.server.reached(point) > reached, 60, "the server to get there")
                daemon.kill()
                daemon.start()
                told += 1
                self.sent(daemon, told)
                new = self.ids()[before:]
                self.assertEqual(len(set(new)), 1)
                # The server had taken it, and our note of that was not on disk.
                self.assertEqual(len(new), 2 if point in ("taken", "goodbye") else 1)

    def test_killed_before_it_connects_it_tells_after_the_restart(self):
        daemon = self.daemon(server="smtp://127.0.0.1:1").start()
        self.report()
        until(lambda: [a for a in daemon.alerts() if a["attempts"] >= 1], 30, "an attempt")
        daemon.kill()
        daemon.settings["mail"]["server"] = self.server.address
        daemon.write()
        daemon.start()
        self.sent(daemon, 1)
        self.assertEqual(len(self.ids()), 1)


if __name__ == "__main__":
    main()
