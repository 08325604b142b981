#!/usr/bin/env python3
"""A red flag reaches a webhook, a Slack and a Teams channel once each, whatever their servers do, and quotes nobody."""

import hashlib
import hmac
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.hook import Hook
from support.platforms import Platforms, Timeline, status
from support.processes import main, until

GRAVE = "They operated on the wrong knee at the hospital. My NHS number is 999 000 0018, ring me on 07700 900123. @jo_public <!channel>"
PRIVATE = ("wrong knee", "999 000 0018", "9990000018", "07700", "900123", "jo_public", "statuses/", "<!channel>")
SECRET = "a secret of both sides"


class Channels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.hook = self.enterContext(Hook())
        self.platforms = self.enterContext(Platforms())
        self.timeline = self.platforms.timelines["nhssm"] = Timeline([status(1, "A quiet day on the ward")])

    def secret(self, name, text):
        file = self.folder / name
        file.write_text(text + "\n")
        file.chmod(0o600)
        return str(file)

    def daemon(self, *channels):
        recipients = []
        for channel in channels:
            recipient = {"name": f"{channel} people", "channel": channel, "local_network": True,
                         "url_file": self.secret(channel, f"{self.hook.url}/{channel}/T0P-5ECRET")}
            if channel == "webhook":
                recipient["secret_file"] = self.secret("key", SECRET)
            recipients.append(recipient)
        sources = [{"name": "here", "platform": "mastodon", "url": self.platforms.url, "hashtag": "nhssm", "every": "200ms"}]
        return self.enterContext(Daemon(self.folder / "daemon", sources, mail={"retry_every": "200ms", "recipients": recipients}))

    def taken(self, number=1, seconds=60):
        return until(lambda: len(self.hook.taken()) >= number and self.hook.taken(), seconds, f"{number} messages")

    def still(self, number):
        """Some rounds of polling later there are no more messages."""
        asked = len(self.platforms.requests())
        until(lambda: len(self.platforms.requests()) > asked + 5, 30)
        self.assertEqual(len(self.hook.taken()), number)

    def failed(self, daemon, reason):
        return daemon.metric("barometer_notifications_failed_total", channel="webhook", reason=reason)

    def test_a_webhook_is_signed_and_has_the_issue_and_nobodys_words(self):
        daemon = self.daemon("webhook").start()
        self.timeline.add(status(2, GRAVE, author="jo_public"))
        (path, headers, body), = self.taken()
        alert, = until(lambda: all(alert["sent_at"] for alert in daemon.alerts()) and daemon.alerts(), 30)
        self.assertEqual(path, "/webhook/T0P-5ECRET")
        self.assertEqual(headers["content-type"], "application/json")
        self.assertEqual(headers["x-barometer-id"], alert["id"])
        signed = headers["x-barometer-timestamp"].encode() + b"." + body
        self.assertEqual(headers["x-barometer-signature"], "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest())
        message = json.loads(body)
        self.assertEqual(message["kind"], "opened")
        self.assertEqual(message["issues"][0]["id"], alert["issue"])
        self.assertEqual(message["issues"][0]["kind"], "red_flag")
        for private in PRIVATE:
            self.assertNotIn(private, body.decode() + daemon.log())
        self.assertNotIn("5ECRET", daemon.log())
        self.still(1)
        self.assertEqual(daemon.metric("barometer_notifications_total", channel="webhook"), 1)
        self.assertEqual(daemon.metric("barometer_notifications_total", channel="mail"), 0)
        self.assertGreater(daemon.metric("barometer_notification_last_success_timestamp_seconds", channel="webhook"), 1.7e9)

    def test_a_server_that_misbehaves_gets_it_once_it_is_well_and_all_of_it_is_seen(self):
        self.hook.misbehave("500", "429", "reset", "redirect", "403", "400", "hang")
        daemon = self.daemon("webhook").start()
        self.timeline.add(status(2, GRAVE))
        self.taken(seconds=120)
        self.still(1)
        self.assertEqual({headers["x-barometer-id"] for _, headers, _ in self.hook.asked()}, {daemon.alerts()[0]["id"]})
        for reason, number in {"busy": 2, "unreachable": 1, "settings": 1, "login": 1, "refused": 1, "timeout": 1}.items():
            self.assertEqual(self.failed(daemon, reason), number, reason)
        alert, = daemon.alerts()
        self.assertEqual(alert["attempts"], 8)
        self.assertTrue(alert["sent_at"])
        self.assertTrue(daemon.log_lines("mail_recovered"))

    def test_what_was_taken_without_our_hearing_of_it_comes_again_under_the_same_id(self):
        self.hook.misbehave("taken, then reset")
        daemon = self.daemon("webhook").start()
        self.timeline.add(status(2, GRAVE))
        first, second = self.taken(2)
        self.assertEqual(first[1]["x-barometer-id"], second[1]["x-barometer-id"])
        self.still(2)
        self.assertTrue(daemon.alerts()[0]["sent_at"])

    def test_a_daemon_killed_while_it_posts_posts_it_after_the_restart(self):
        self.hook.misbehave("hang")
        daemon = self.daemon("webhook").start()
        self.timeline.add(status(2, GRAVE))
        until(lambda: self.hook.asked(), 60, "the message to be under way")
        daemon.kill()
        daemon.start()
        self.taken()
        self.still(1)
        first, second = self.hook.asked()
        self.assertEqual(first[1]["x-barometer-id"], second[1]["x-barometer-id"])

    def test_slack_and_teams_are_told_in_their_own_shape_and_one_that_fails_holds_up_no_other(self):
        daemon = self.daemon("slack", "teams")
        (self.folder / "slack").write_text("http://127.0.0.1:1/services/T0P-5ECRET\n")  # nobody listens there
        daemon.start()
        self.timeline.add(status(2, GRAVE, author="jo_public"))
        (path, _, body), = self.taken()
        self.assertTrue(path.startswith("/teams/"))
        card = json.loads(body)["attachments"][0]["content"]
        self.assertEqual(card["type"], "AdaptiveCard")
        words = " ".join(run["text"] for block in card["body"] for run in block["inlines"])
        self.assertIn("Red flag: ", words)
        until(lambda: daemon.metric("barometer_notifications_failed_total", channel="slack", reason="unreachable"), 30, "a failure")
        self.secret("slack", f"{self.hook.url}/slack/T0P-5ECRET")  # read for each message
        _, (path, _, other) = self.taken(2)
        self.assertTrue(path.startswith("/slack/"))
        message = json.loads(other)
        self.assertTrue(message["text"].startswith("Red flag: "))
        self.assertEqual(message["blocks"][0]["type"], "header")
        for private in PRIVATE:
            self.assertNotIn(private, body.decode() + other.decode() + daemon.log())
        self.assertNotIn("5ECRET", daemon.log())
        self.assertEqual({alert["recipient"] for alert in daemon.alerts() if alert["sent_at"]}, {"slack people", "teams people"})


if __name__ == "__main__":
    main()
