#!/usr/bin/env python3
"""Makes the pictures of the README anew: an invented trust's three months, replayed, then the daemon on them, looked at in Chromium, and
the mail about a red flag, through a real Postfix.

usage: BAROMETER=build/release/barometer tests/end_to_end/pictures.py deploy/pictures
"""

import base64
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from support.daemon import Daemon, barometer
from support.mail_server import PASSWORD, USER, MailServer
from support.platforms import Platforms, Timeline, iso, status
from support.processes import until

NOW = datetime.now(timezone.utc).replace(microsecond=0)
SERVICES = [{"id": "marlbeck", "name": "Marlbeck Hospital"},
            {"id": "marlbeck-ward-7", "name": "Ward 7", "parent": "marlbeck"},
            {"id": "marlbeck-outpatients", "name": "the outpatient clinic", "parent": "marlbeck"}]
ORDINARY = ["Volunteers' week at Marlbeck Hospital, thank you all", "New cycle racks at Marlbeck Hospital",
            "The porters at Marlbeck Hospital made my nan laugh today", "Flu clinic open on Saturday",
            "So grateful to the midwives at Marlbeck Hospital", "Car park machine out of order again",
            "Proud of our apprentices", "What is everyone reading on the digital plan?",
            "Kind, calm, quick: A&E at Marlbeck Hospital last night", "Board papers are out"]
NOW_AND_THEN = ["Two hours past our appointment at Marlbeck Hospital and still waiting",
                "Letter from Marlbeck Hospital with the wrong date on it again",
                "Cold tea and a cold dinner on the ward at Marlbeck Hospital"]
WHO = ["Mum", "Dad", "my gran", "my husband", "my sister", "our neighbour", "my uncle", "my best friend", "Grandad", "my wife", "my aunt", "my son"]
WHEN = ["last night", "on Sunday", "all morning", "at three in the morning", "again today", "through the evening", "while we visited",
        "before breakfast", "on Tuesday night", "this week", "after her operation", "twice yesterday"]
BELLS = ["{who} pressed the buzzer on Ward 7 at Marlbeck Hospital {when} and nobody came for an hour",
         "The call bell on Ward 7, Marlbeck Hospital, rang and rang {when} and was ignored; {who} gave up in the end",
         "{when}, Marlbeck Hospital, Ward 7: {who} rang the bell for the toilet three times and nobody answered",
         "{who} was left calling for help on Ward 7 at Marlbeck Hospital {when} and no one came",
         "Pressed the bell for {who} {when} on Ward 7 at Marlbeck Hospital. Not one nurse answered it"]
BOOKING = ["{who}: third cancelled appointment at the outpatient clinic, Marlbeck Hospital, {when}. Seven months on the list now",
           "The outpatient clinic at Marlbeck Hospital cancelled the scan {who} waited half a year for, {when}, and cannot rebook it",
           "{when} the outpatient clinic at Marlbeck Hospital lost the referral of {who}, back to the end of an eight-month waiting list",
           "Waited four hours at the outpatient clinic, Marlbeck Hospital, {when} with {who}, then sent home: clinic cancelled"]
GRAVE = "They operated on the wrong knee at Marlbeck Hospital this morning and nobody noticed until my dad woke up #MarlbeckNHS"


def history():
    """The posts of three months, oldest first: a ward whose bells nobody answers since six weeks, a booking system that failed."""
    chance = random.Random(7)
    told = []
    for day in range(92, 0, -1):
        texts = [chance.choice(ORDINARY) for _ in range(chance.randint(3, 7))]
        texts += [chance.choice(NOW_AND_THEN) for _ in range(chance.random() < 0.25)]
        texts += [chance.choice(BELLS) for _ in range(day <= 42 and chance.random() < 0.4)]
        texts += [chance.choice(BOOKING) for _ in range(5 if day <= 3 else 0)]
        told += [(NOW - timedelta(days=day) + timedelta(minutes=chance.randint(1, 1400)),
                  text.format(who=chance.choice(WHO), when=chance.choice(WHEN))) for text in texts]
    for number, (at, text) in enumerate(sorted(told)):
        url = f"https://social.example/@person{number}/{number}"
        yield {"platform": "mastodon", "source": "social.example", "id": url, "native_id": str(number), "url": url,
               "author": f"person{number}@social.example", "made_at": iso(at), "arrived_at": iso(at), "text": f"{text}", "lang": "en",
               "tags": ["MarlbeckNHS"], "visibility": "public"}


def shot(tools, chromium, page, picture, width, height):
    """A page's first screen; `page` is an address."""
    script = f"""
        const {{ chromium }} = require('playwright-core');
        (async () => {{
          const browser = await chromium.launch({{ executablePath: {json.dumps(chromium)}, args: ['--no-sandbox', '--disable-gpu'] }})
          const tab = await browser.newPage({{ viewport: {{ width: {width}, height: {height} }} }})
          await tab.goto({json.dumps(page)})
          await tab.screenshot({{ path: {json.dumps(str(picture))}, type: 'jpeg', quality: 70 }})
          await browser.close()
        }})()"""
    subprocess.run(["node", "-e", script], cwd=tools, check=True, timeout=120)


def main(folder):
    pictures = pathlib.Path(folder).resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as scratch, Platforms() as platforms:
        scratch = pathlib.Path(scratch)
        tools = scratch / "tools"
        tools.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "page" / name, tools)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=tools, check=True)
        timeline = platforms.timelines["marlbecknhs"] = Timeline()
        server = MailServer(scratch / "mail")
        secret = scratch / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o600)
        sources = [{"name": "social.example", "platform": "mastodon", "url": platforms.url, "hashtag": "MarlbeckNHS",
                    "every": "1s"},
                   {"name": "local paper", "platform": "feed", "url": platforms.url + "/nowhere", "every": "1s"}]
        mail = {"server": server.address, "user": USER, "password_file": str(secret), "from": "barometer@trust.example",
                "ca_file": server.certificate,
                "recipients": [{"name": "patient experience lead", "address": "lead@trust.example", "min_severity": 4}]}
        tags = [{"name": "MarlbeckNHS", "match": "#MarlbeckNHS"}]
        with Daemon(scratch / "daemon", sources, tags=tags, mail=mail, services=SERVICES) as daemon:
            posts = scratch / "posts.ndjson"
            posts.write_text("".join(json.dumps(post) + "\n" for post in history()))
            done = barometer("replay", "--config", daemon.config, posts)
            if done.returncode != 0:
                sys.exit(done.stderr.decode())
            server.start()
            daemon.start()
            try:
                timeline.add(status(90001, GRAVE, author="someone", tags=[{"name": "MarlbeckNHS"}]))
                message = until(lambda: server.messages(), 60, "the mail")[0]
                issues = [json.loads(line) for line in barometer("issues", "--store", daemon.store, "--format", "json").stdout.splitlines()]
                told = max(issues, key=lambda issue: issue["posts"])
                for page, name in (("/", "today"), ("/issues/" + told["id"], "issue")):
                    shot(tools, chromium, daemon.url + page, pictures / f"{name}.jpg", 1000, 900)
                letter = next(part for part in message.iter_parts() if part.get_content_type() == "text/html").get_content()
                page = "data:text/html;base64," + base64.b64encode(letter.encode()).decode()
                shot(tools, chromium, page, pictures / "mail.jpg", 640, 900)
            finally:
                server.stop()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
