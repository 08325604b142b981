#!/usr/bin/env python3
"""Posts for benchmarks, one JSON object a line: the same arguments give the same bytes.

usage: make_posts.py [NUMBER] [SEED] [--days DAYS] [--as-heard]      100000, 1 and 90 unless given

As heard: in the order in which they arrive, up to an hour after they were made; of a hundred lines five are copies (every other one by way
of another source), one is an edit and one takes a post away.
"""
import argparse
import datetime
import heapq
import itertools
import json
import random

OPENINGS = ["Just back from", "Third time this month at", "Morning all from", "Reading about", "Day two of", "Proud of",
            "Still waiting at", "So grateful to", "A quick question about", "Anyone else seen the news on"]
PLACES = ["the outpatient clinic", "A&E", "our local surgery", "the maternity unit", "ward 7", "the eye hospital",
          "the walk-in centre", "the stroke unit", "pharmacy", "the children's ward"]
MIDDLES = ["and the staff could not have been kinder.", "where the phone rang out for an hour.", "and the car park was full again.",
           "with a cup of tea and a friendly volunteer.", "and nobody could tell us why the list was cancelled.",
           "where the new booking system finally works.", "and my gran waited eleven hours on a trolley.",
           "and the porter made the whole bay laugh.", "where they pressed the buzzer and no one came.",
           "and the letter still has the wrong date on it."]
ENDINGS = ["Thank you.", "Not good enough.", "What do others think?", "More on this tomorrow.", "Please share 🙏",
           "Honestly brilliant!!!", "We deserve better.", "Back next Wednesday.", "https://example.org/story", ""]
TAGS = ["nhssm", "nhs", "patients", "nursing", "gp", "maternity", "ambulance", "pharmacy", "mentalhealth", "digital",
        "volunteers", "waiting"]
SOURCES = [("mastodon", "social.example"), ("mastodon", "town.example"), ("feed", "blog.example"), ("feed", "news.example"),
           ("feed", "forum.example"), ("mastodon", "health.example")]
BEGIN = datetime.datetime(2026, 8, 1, tzinfo=datetime.timezone.utc)
LATE_AT_MOST = 3600  # seconds
COPIES, EDITS, TAKEN_AWAY = 5, 1, 1  # of a hundred lines
NEW = 100 - COPIES - EDITS - TAKEN_AWAY


def iso(time):
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def made(number, days, chance, apart):
    """Posts in the order in which they were made, with that time: without end."""
    for i in itertools.count():
        platform, host = chance.choice(SOURCES)
        tags = chance.sample(TAGS, chance.choice([1, 1, 1, 2, 3]))
        words = [chance.choice(part) for part in (OPENINGS, PLACES, MIDDLES, ENDINGS)]
        text = " ".join(filter(None, words)) + " " + " ".join("#" + tag for tag in tags)
        author = f"person{chance.randrange(number // 20 + 1)}@{host}"
        time = BEGIN + i * apart
        yield time, {
            "platform": platform, "source": host, "id": f"https://{host}/posts/{i}", "native_id": str(i),
            "url": f"https://{host}/@someone/{i}", "author": author, "author_name": "Someone", "made_at": iso(time),
            "text": text, "lang": "en", "tags": tags, "visibility": "public"}


def later(post, chance):
    """What is heard of a post after it: nothing, most often."""
    lot = chance.uniform(0, NEW)
    if lot < COPIES:
        return [post if lot < COPIES / 2 else post | {"source": chance.choice(SOURCES)[1]}]
    if lot < COPIES + EDITS:
        return [post | {"edited_at": post["made_at"], "text": chance.choice(OPENINGS) + " edit: " + post["text"]}]
    if lot < COPIES + EDITS + TAKEN_AWAY:
        return [{"platform": post["platform"], "source": post["source"], "id": post["id"], "deleted": True}]
    return []


def as_heard(posts, chance):
    waiting = []  # (when, number, post)
    number = itertools.count()
    for time, post in posts:
        while waiting and waiting[0][0] <= time:
            when, _, heard = heapq.heappop(waiting)
            yield heard | {"arrived_at": iso(when)}
        when = time
        for heard in [post] + later(post, chance):
            when += datetime.timedelta(milliseconds=round(chance.uniform(0, LATE_AT_MOST) * 1000))
            heapq.heappush(waiting, (when, next(number), heard))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int, nargs="?", default=100_000)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--days", type=float, default=90)
    parser.add_argument("--as-heard", action="store_true")
    asked = parser.parse_args()
    fresh = asked.number * (NEW / 100 if asked.as_heard else 1)
    posts = made(asked.number, asked.days, random.Random(asked.seed), datetime.timedelta(days=asked.days) / fresh)
    lines = as_heard(posts, random.Random(~asked.seed)) if asked.as_heard else (post for _, post in posts)
    for line in itertools.islice(lines, asked.number):
        print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
