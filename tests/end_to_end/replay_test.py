#!/usr/bin/env python3
"""What is replayed is what was: the same posts give the same issues and the same alerts, in one go or in parts with restarts between."""

import datetime
import json
import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import barometer
from support.processes import main

BEGIN = datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc)
DAYS = 130
FOOD = ("My dad's meal was left out of reach", "Nan's dinner taken away untouched again", "Nobody helped my wife to eat all weekend",
        "The water jug was empty the whole day, mum was parched", "He was given no food for two days", "They forgot my sister's lunch and tea")
BELL = ("Nobody answered the call bell for two hours", "I pressed the buzzer and nobody came, all night long",
        "My mother rang and rang, no one answered her buzzer", "They switched dad's buzzer off and walked away",
        "She was shouting for help and was ignored", "Had to ring the ward from my bed since the bell was ignored",
        "The call bell was left out of his reach again", "Forty minutes with the buzzer going, not one nurse came",
        "My gran's bell went unanswered until the morning")


def posts():
    """Four months on two wards: a complaint now and then, nine people about the bell within days, one red flag, six about food. In the order
    in which they arrive, up to an hour after they were made."""
    chance = random.Random(5)
    said = [(day, words, ward) for day in range(DAYS) for ward in (7, 8) for many in (FOOD, BELL)
            if chance.random() < 0.02 for words in [chance.choice(many)]]
    said += [(day, "A quiet day", 7) for day in range(DAYS)]
    said += [(70 + number % 4, words, 7) for number, words in enumerate(BELL)]
    said += [(100 + number % 3, words, 8) for number, words in enumerate(FOOD)]
    said.append((90, "They operated on the wrong knee", 8))
    heard = []
    for number, (day, words, ward) in enumerate(said):
        made = BEGIN + datetime.timedelta(days=day, seconds=chance.randrange(86_400))
        arrived = made + datetime.timedelta(seconds=chance.randrange(3_600))
        heard.append({"platform": "mastodon", "id": f"p{number}", "author": f"somebody{number}@one.example",
                      "text": f"{words} on Ward {ward}. #nhssm", "tags": ["nhssm"], "made_at": made.isoformat(), "arrived_at": arrived.isoformat()})
    return [json.dumps(post) for post in sorted(heard, key=lambda post: post["arrived_at"])]


class Replayed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def settings(self, name):
        file = self.folder / f"{name}.yaml"
        file.write_text(json.dumps({
            "store": {"path": str(self.folder / name)}, "tags": [{"name": "nhssm", "match": "#nhssm"}],
            "services": [{"id": "w7", "name": "Ward 7"}, {"id": "w8", "name": "Ward 8"}],
            "mail": {"server": "smtp://127.0.0.1:1", "from": "barometer@trust.example",
                     "recipients": [{"name": "lead", "address": "lead@trust.example"}]}}))
        return file

    def replay(self, settings, lines):
        done = barometer("replay", "--config", settings, "-", stdin="\n".join(lines).encode())
        self.assertEqual(done.returncode, 0, done.stderr)

    def told(self, verb, settings):
        done = barometer(verb, "--config", settings, "--format", "json", "--limit", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_ten_parts_with_restarts_between_give_what_one_go_gives(self):
        lines = posts()
        whole, parts = self.settings("whole"), self.settings("parts")
        self.replay(whole, lines)
        size = len(lines) // 10 + 1
        for begin in range(0, len(lines), size):
            self.replay(parts, lines[begin:begin + size])
        issues, alerts = self.told("issues", whole), self.told("alerts", whole)
        self.assertEqual([(issue["kind"], issue["theme"], issue["place"]) for issue in issues],
                         [("burst", "call_bell", "w7"), ("red_flag", "never_event", "w8"), ("burst", "food_water", "w8")])
        self.assertEqual([alert["kind"] for alert in alerts if alert["issue"] == issues[1]["id"]], ["opened", "closed"])
        self.assertEqual(issues, self.told("issues", parts))
        self.assertEqual(alerts, self.told("alerts", parts))


if __name__ == "__main__":
    main()
