#!/usr/bin/env python3
"""Posts for benchmarks, one JSON object a line: the same number and seed give the same bytes.

usage: make_posts.py [NUMBER] [SEED]      100000 and 1 unless given
"""
import datetime
import json
import random
import sys

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
DAYS = 90


def main():
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    begin = datetime.datetime(2026, 8, 1, tzinfo=datetime.timezone.utc)
    step = datetime.timedelta(days=DAYS) / number
    for i in range(number):
        platform, host = chance.choice(SOURCES)
        tags = chance.sample(TAGS, chance.choice([1, 1, 1, 2, 3]))
        words = [chance.choice(part) for part in (OPENINGS, PLACES, MIDDLES, ENDINGS)]
        text = " ".join(filter(None, words)) + " " + " ".join("#" + tag for tag in tags)
        author = f"person{chance.randrange(number // 20 + 1)}@{host}"
        print(json.dumps({
            "platform": platform, "source": host, "id": f"https://{host}/posts/{i}", "native_id": str(i),
            "url": f"https://{host}/@someone/{i}", "author": author, "author_name": "Someone",
            "made_at": (begin + i * step).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "text": text, "lang": "en", "tags": tags, "visibility": "public"}, ensure_ascii=False))


main()
