#!/usr/bin/env python3
"""The real Prometheus scrapes barometer: target up, metrics clean, and the dashboard's and the alert rules' queries have data."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Daemon
from support.platforms import Feed, Platforms, Timeline, rss, status
from support.processes import REPOSITORY, free_port, main, needs, until
from support.prometheus import Prometheus

DEPLOY = REPOSITORY / "deploy"


def dashboard_queries():
    """Title and query of each panel, with Grafana's variables filled in as Grafana does."""
    boards = [json.loads(file.read_text()) for file in sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))]
    fill = {"__rate_interval": "30s", "__interval": "5s", "__range": "5m"}

    def filled(query):
        return re.sub(r"\$\{?(\w+)(?::\w+)?\}?", lambda m: fill.get(m[1], ".*"), query)

    def panels(of):
        for panel in of.get("panels", []):
            yield panel
            yield from panels(panel)
    return [(panel["title"], filled(target["expr"])) for board in boards for panel in panels(board)
            for target in panel.get("targets", [])]


class Scrape(unittest.TestCase):
    def setUp(self):
        needs("prometheus")
        self.promtool = needs("promtool")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        platforms = self.enterContext(Platforms())
        platforms.timelines["nhssm"] = self.timeline = Timeline(
            [status(i, "Left for nineteen hours on a trolley in the corridor at the hospital, nobody came") for i in range(1, 30)])
        platforms.feeds["/blog"] = Feed(rss([("one", "One", "thank you to all the nurses, wonderful care")]))
        sources = [{"name": "here", "platform": "mastodon", "url": platforms.url, "hashtag": "nhssm", "every": "200ms"},
                   {"name": "blog", "platform": "feed", "url": platforms.url + "/blog", "every": "200ms"}]
        mail = {"server": f"smtp://127.0.0.1:{free_port()}", "from": "barometer@trust.example", "retry_every": "200ms",
                "recipients": [{"name": "lead", "address": "lead@trust.example", "min_severity": 1}]}
        self.daemon = self.enterContext(Daemon(self.folder / "daemon", sources, mail=mail)).start()
        until(lambda: len(self.daemon.posts()) == 30, 30, "the posts")

    def test_promtool_finds_nothing_to_complain_of(self):
        code, metrics = self.daemon.get("/metrics")
        self.assertEqual(code, 200)
        done = subprocess.run([self.promtool, "check", "metrics"], input=metrics.encode(), capture_output=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""))
        done = subprocess.run([self.promtool, "check", "rules", DEPLOY / "alerts.yml"], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def rule(self, prometheus, name):
        return next(rule for group in prometheus.api("rules")["groups"] for rule in group["rules"] if rule["name"] == name)

    def test_no_label_says_who_or_what(self):
        _, metrics = self.daemon.get("/metrics")
        for private in ("social.example", "statuses", "trolley", "lead@", "~"):
            self.assertNotIn(private, metrics)

    def test_the_target_is_up_and_every_query_has_data(self):
        with Prometheus(self.folder, scrape=f"127.0.0.1:{self.daemon.port}", rules=[DEPLOY / "alerts.yml"]) as prometheus:
            target = until(lambda: [t for t in prometheus.api("targets")["activeTargets"] if t["health"] != "unknown"], 60)[0]
            self.assertEqual(target["health"], "up", target["lastError"])
            for i in range(30, 40):  # so that rates see something happen
                self.timeline.add(status(i, f"Nobody answered the call bell for an hour on the ward, {i}"))
                time.sleep(0.3)
            queries = dashboard_queries()
            self.assertGreater(len(queries), 8)
            for title, query in queries:
                with self.subTest(panel=title, query=query):
                    until(lambda: prometheus.api("query", query=query)["result"], 20, f"data for {title}: {query}")
            self.assertEqual(prometheus.api("query", query='up{job="barometer"}')["result"][0]["value"][1], "1")
            rules = [rule["name"] for group in prometheus.api("rules")["groups"] for rule in group["rules"]]
            self.assertGreater(len(rules), 5)
            for name in rules:
                with self.subTest(rule=name):
                    until(lambda: self.rule(prometheus, name)["health"] == "ok", 20, f"{name} to be evaluated")
            until(lambda: any(a["labels"]["alertname"] == "Watchdog" for a in prometheus.api("alerts")["alerts"]), 30, "the watchdog to fire")


if __name__ == "__main__":
    main()
