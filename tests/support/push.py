"""Sends posts to a barometer as another system would: signed, to /push/NAME."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request

SECRET = "a secret that both sides know"


def signed(body, secret=SECRET, timestamp=None):
    """Headers of a body, signed now or at another time."""
    timestamp = str(int(time.time()) if timestamp is None else timestamp)
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/x-ndjson", "X-Barometer-Timestamp": timestamp, "X-Barometer-Signature": f"sha256={digest}"}


def send(url, name, body, headers):
    """Status and what it says, as a dict."""
    request = urllib.request.Request(f"{url}/push/{urllib.parse.quote(name)}", data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def post(number, text="long waits at Marlbeck #nhssm", **other):
    return {"platform": "intranet", "id": f"intranet:{number}", "made_at": "2026-11-20T09:00:00Z", "author": "jo", "text": text, **other}


def lines(posts):
    return "".join(json.dumps(one) + "\n" for one in posts).encode()
