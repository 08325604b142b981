"""What the dashboard and the alert rules ask Prometheus for is what the daemon tells it."""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
DASHBOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
NAME = re.compile(r"\bbarometer_\w+")


def declared():
    text = "".join(file.read_text() for file in (ROOT / "daemon").glob("*metrics*"))
    return set(re.findall(r'"(barometer_\w+)"', text))


def asked_for(text):
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in NAME.findall(text)}


class Names(unittest.TestCase):
    def test_the_alert_rules_use_metrics_that_exist(self):
        self.assertLessEqual(asked_for((ROOT / "deploy/alerts.yml").read_text()), declared())

    def test_dashboards_use_metrics_that_exist(self):
        self.assertTrue(DASHBOARDS)
        for file in DASHBOARDS:
            with self.subTest(file.name):
                self.assertLessEqual(asked_for(file.read_text()), declared())


class Dashboards(unittest.TestCase):
    def test_every_panel_asks_something_and_fits_the_grid(self):
        for file in DASHBOARDS:
            panels = json.loads(file.read_text())["panels"]
            self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
            for panel in panels:
                with self.subTest(panel["title"]):
                    place = panel["gridPos"]
                    self.assertLessEqual(place["x"] + place["w"], 24)
                    if panel["type"] != "row":
                        self.assertTrue(all(target["expr"] for target in panel["targets"]))
                        self.assertTrue(panel["targets"])


if __name__ == "__main__":
    unittest.main()
