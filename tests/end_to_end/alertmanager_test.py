#!/usr/bin/env python3
"""A source that is blind and mail that does not leave reach a mailbox by way of the real Alertmanager, and are resolved; issues never do."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.alertmanager import Alertmanager
from support.daemon import Daemon
from support.mail_server import PASSWORD, USER, MailServer
from support.platforms import Feed, Platforms, Timeline, rss, status
from support.processes import free_port, main, needs, until

GRAVE = "They operated on the wrong knee at the hospital, says jo_public"


class ServiceAlerts(unittest.TestCase):
    def setUp(self):
        needs("prometheus-alertmanager")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = MailServer(self.folder / "mail")
        self.addCleanup(self.server.stop)
        self.server.start()
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline([status(1, "A quiet day on the ward")])
        self.platforms.feeds["/blog"] = Feed(rss([("one", "One", "text")]))
        self.manager = self.enterContext(Alertmanager(self.folder / "alertmanager", {
            "global": {"smtp_smarthost": f"127.0.0.1:{self.server.port}", "smtp_from": "alertmanager@trust.example",
                       "smtp_auth_username": USER, "smtp_auth_password": PASSWORD, "resolve_timeout": "5m"},
            "route": {"receiver": "those who run Barometer", "group_by": ["alertname"], "group_wait": "1s", "group_interval": "1s"},
            "receivers": [{"name": "those who run Barometer", "email_configs": [
                {"to": "duty@trust.example", "send_resolved": True, "tls_config": {"ca_file": self.server.certificate}}]}]}))

    def daemon(self, **sections):
        sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "200ms"},
                   {"name": "blog", "platform": "feed", "url": self.platforms.url + "/blog", "every": "200ms", "every_at_most": "400ms"}]
        manager = {"url": self.manager.url, "every": "1s", "blind_after": "1s", "unsent_after": "1s", "store_free": 0}
        return self.enterContext(Daemon(self.folder / "daemon", sources, alertmanager=manager, **sections))

    def fires(self, name):
        """The alert of that name, once it fires."""
        return until(lambda: [a for a in self.manager.alerts() if a["labels"]["alertname"] == name], 60, f"{name} to fire")[0]

    def mailed(self, *words):
        """The message in the mailbox whose subject has these words."""
        return until(lambda: [m for m in self.server.messages() if all(word in m["Subject"] for word in words)], 60,
                     f"a message about {words}\n{self.manager.log()}")[0]

    def test_a_blind_source_is_mailed_and_resolved(self):
        self.platforms.misbehave("/blog", "500", always=True)
        daemon = self.daemon().start()
        alert = self.fires("SourceBlind")
        self.assertEqual(alert["labels"]["source"], "blog")
        self.assertEqual(alert["labels"]["severity"], "warning")
        self.assertIn("explain-source", alert["annotations"]["description"])
        self.mailed("FIRING:1", "SourceBlind")
        self.platforms.misbehave("/blog")
        until(lambda: not self.manager.alerts(), 60, "it to be resolved")
        self.mailed("RESOLVED", "SourceBlind")
        self.assertGreater(daemon.metric("barometer_notifications_total", channel="alertmanager"), 1)
        self.assertEqual(daemon.metric("barometer_notifications_failed_total", channel="alertmanager"), 0)

    def test_mail_that_does_not_leave_is_mailed_by_another_way_without_a_word_of_the_issue(self):
        mail = {"server": f"smtp://127.0.0.1:{free_port()}", "from": "barometer@trust.example", "retry_every": "200ms",
                "recipients": [{"name": "lead", "address": "lead@trust.example"}]}
        services = [{"id": "ward-7", "name": "Northvale Infirmary"}]
        daemon = self.daemon(mail=mail, services=services).start()
        self.timeline.add(status(2, GRAVE + " at Northvale Infirmary", author="jo_public"))
        alert = self.fires("AlertUndelivered")
        self.assertEqual(alert["labels"]["severity"], "critical")
        message = self.mailed("FIRING:1", "AlertUndelivered")
        issue = daemon.alerts()[0]
        told = json.dumps(self.manager.alerts()) + message.as_string()
        for word in ("wrong knee", "jo_public", "ward-7", "Northvale", "never_event", "nhssm", issue["issue"]):
            self.assertNotIn(word, told)

    def test_an_alertmanager_that_is_away_is_told_once_and_hurts_nothing(self):
        self.platforms.misbehave("/blog", "500", always=True)
        daemon = self.daemon()
        daemon.settings["alertmanager"]["url"] = f"http://127.0.0.1:{free_port()}"
        daemon.write()
        daemon.start()
        failed = lambda: daemon.metric("barometer_notifications_failed_total", channel="alertmanager", reason="unreachable") or 0
        until(lambda: failed() >= 2, 60, "two attempts")
        self.assertEqual(len(daemon.logged("alertmanager_failed")), 1)
        daemon.settings["alertmanager"]["url"] = self.manager.url
        daemon.write()
        daemon.reload()
        self.fires("SourceBlind")
        daemon.logged("alertmanager_recovered")


if __name__ == "__main__":
    main()
