"""A web server on the loopback that plays the platforms: Mastodon's hashtag timelines and feeds, well-behaved or not on demand."""

import email.utils
import gzip
import hashlib
import http.server
import json
import socket
import struct
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

PAGE = 40  # Mastodon's largest page


def iso(moment):
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def status(number, text, author="jo", made_at=None, host="social.example", **other):
    """A status as Mastodon's API gives it; text is HTML."""
    uri = f"https://{host}/users/{author}/statuses/{number}"
    return {
        "id": str(number), "uri": uri, "url": f"https://{host}/@{author}/{number}",
        "created_at": iso(made_at or datetime.now(timezone.utc)), "edited_at": None,
        "account": {"id": "1", "acct": author, "username": author, "display_name": author.title(),
                    "url": f"https://{host}/@{author}", "bot": False, "noindex": False, "indexable": True},
        "content": f"<p>{text}</p>", "spoiler_text": "", "language": "en", "visibility": "public",
        "tags": [{"name": "nhssm", "url": f"https://{host}/tags/nhssm"}], "mentions": [], "media_attachments": [],
        "in_reply_to_id": None, "reblog": None, "favourites_count": 0, "reblogs_count": 0, "replies_count": 0, **other}


class Timeline:
    """One hashtag: statuses by id, asked for with max_id, since_id, min_id and limit. Any thread."""

    def __init__(self, statuses=()):
        self._lock = threading.Lock()
        self._statuses = {int(s["id"]): s for s in statuses}

    def add(self, *statuses):
        with self._lock:
            self._statuses.update({int(s["id"]): s for s in statuses})

    def edit(self, number, text):
        with self._lock:
            self._statuses[number] = {**self._statuses[number], "content": f"<p>{text}</p>", "edited_at": iso(datetime.now(timezone.utc))}

    def delete(self, number):
        with self._lock:
            del self._statuses[number]

    def statuses(self):
        with self._lock:
            return list(self._statuses.values())

    def uris(self):
        with self._lock:
            return {s["uri"] for s in self._statuses.values()}

    def page(self, query):
        """Newest first. min_id: the page just above it; since_id: the newest page above it (docs.joinmastodon.org/api/guidelines)."""
        limit = min(int(query.get("limit", 20)), PAGE)
        with self._lock:
            ids = sorted(self._statuses)
            if "max_id" in query:
                ids = [i for i in ids if i < int(query["max_id"])]
            if "min_id" in query:
                ids = [i for i in ids if i > int(query["min_id"])][:limit]
            elif "since_id" in query:
                ids = [i for i in ids if i > int(query["since_id"])]
            return [self._statuses[i] for i in reversed(ids[-limit:])]


class Feed:
    """A body at an address, with validators."""

    def __init__(self, body, content_type="application/xml"):
        self.put(body, content_type)

    def put(self, body, content_type="application/xml"):
        self.body = body if isinstance(body, bytes) else body.encode()
        self.content_type = content_type
        self.etag = '"' + hashlib.sha256(self.body).hexdigest()[:16] + '"'
        self.changed = email.utils.formatdate(usegmt=True)


def rss(items, title="A ward blog"):
    """An RSS 2.0 body of (guid, title, text) items."""
    def escaped(text):
        return text.replace("&", "&amp;").replace("<", "&lt;")
    date = email.utils.formatdate(usegmt=True)
    inner = "".join(f"<item><guid isPermaLink='false'>{escaped(g)}</guid><title>{escaped(t)}</title><description>{escaped(d)}"
                    f"</description><link>https://blog.example/{escaped(g)}</link><pubDate>{date}</pubDate></item>" for g, t, d in items)
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>" \
           f"<link>https://blog.example/</link><description>x</description>{inner}</channel></rss>"


# Moods: ways to misbehave, each for one request. They answer in place of the platform; `good` is what it would have sent.

def _limited(headers):
    return lambda request, good: request.reply(429, b'{"error":"Too many requests"}', "application/json", headers())


def _hang(request, good):
    request.server.closing.wait(request.server.hang_seconds)
    request.close_connection = True


def _reset(request, good):
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()
    request.close_connection = True


def _truncated(request, good):
    request.reply(200, good[0][: len(good[0]) // 2], good[1], {"Content-Length": str(len(good[0]))})
    request.close_connection = True


def _slow(request, good):
    request.head(200, good[1], {"Content-Length": str(len(good[0]))})
    step = max(1, len(good[0]) // 10)
    for at in range(0, len(good[0]), step):
        request.wfile.write(good[0][at:at + step])
        request.wfile.flush()
        time.sleep(0.03)


def _gzip_bomb(request, good):
    request.reply(200, gzip.compress(bytes(50_000_000)), good[1], {"Content-Encoding": "gzip"})


MOODS = {
    "429 seconds": _limited(lambda: {"Retry-After": "1"}),
    "429 date": _limited(lambda: {"Retry-After": email.utils.format_datetime(datetime.now(timezone.utc) + timedelta(seconds=1), usegmt=True)}),
    "429 reset": _limited(lambda: {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0",
                                   "X-RateLimit-Reset": (datetime.now(timezone.utc) + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")}),
    "429 bare": _limited(dict),
    "401": lambda request, good: request.reply(401, b'{"error":"The access token is invalid"}', "application/json"),
    "500": lambda request, good: request.reply(500, b"oops", "text/plain"),
    "503": lambda request, good: request.reply(503, b"restarting", "text/html", {"Retry-After": "1"}),
    "hang": _hang,
    "reset": _reset,
    "truncated": _truncated,
    "slow": _slow,
    "wall": lambda request, good: request.reply(200, b"<!DOCTYPE html><title>Are you a person?</title>", "text/html"),
    "wrong type": lambda request, good: request.reply(200, good[0], "application/octet-stream"),
    "gzip bomb": _gzip_bomb,
    "to a file": lambda request, good: request.reply(302, b"", "text/plain", {"Location": "file:///etc/passwd"}),
}


class _Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(query))
        platforms = self.server.platforms
        mood = platforms.note(path, query, dict(self.headers))
        try:
            good = self._good(path, query)
            if good is None:
                self.reply(404, b'{"error":"Record not found"}', "application/json")
            elif mood:
                MOODS[mood](self, good)
            elif good[2].get("ETag") and self.headers.get("If-None-Match") == good[2]["ETag"]:
                self.head(304, good[1], good[2])
            else:
                self.reply(200, *good)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _good(self, path, query):
        """Body, content type and headers of a platform in good order."""
        platforms = self.server.platforms
        if path in platforms.feeds:
            feed = platforms.feeds[path]
            return feed.body, feed.content_type, {"ETag": feed.etag, "Last-Modified": feed.changed}
        if path == "/api/v1/statuses":
            wanted = {value for key, value in urllib.parse.parse_qsl(self.path.partition("?")[2]) if key == "id[]"}
            found = [s for timeline in platforms.timelines.values() for s in timeline.statuses() if s["id"] in wanted]
            return json.dumps(found).encode(), "application/json; charset=utf-8", {}
        tag = path.removeprefix("/api/v1/timelines/tag/")
        if tag not in platforms.timelines:
            return None
        page = platforms.timelines[tag].page(query)
        headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": iso(datetime.now(timezone.utc))}
        if page:
            base = f"http://{self.headers.get('Host')}{path}?limit={query.get('limit', 20)}"
            headers["Link"] = f'<{base}&max_id={page[-1]["id"]}>; rel="next", <{base}&min_id={page[0]["id"]}>; rel="prev"'
        body = json.dumps(page).encode()
        headers["ETag"] = 'W/"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        return body, "application/json; charset=utf-8", headers

    def head(self, code, content_type, headers):
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def reply(self, code, body, content_type, headers=None):
        headers = dict(headers or {})
        headers.setdefault("Content-Length", str(len(body)))
        self.head(code, content_type, headers)
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    hang_seconds = 60

    def handle_error(self, request, client_address):
        pass  # a daemon that is killed leaves broken connections


class Platforms:
    """with Platforms() as platforms: platforms.timelines["nhssm"] = Timeline(); platforms.feeds["/blog"] = Feed(...)"""

    def __init__(self):
        self.timelines = {}
        self.feeds = {}
        self._moods = {}
        self._lock = threading.Lock()
        self._requests = []

    def __enter__(self):
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._server.platforms = self
        self._server.closing = threading.Event()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def misbehave(self, path, *moods, always=False):
        """The next requests to that path meet these moods, one each; `always`: the last one stays."""
        with self._lock:
            self._moods[path] = (list(moods), always)

    def requests(self, path=None):
        """(path, query, headers) of each request so far."""
        with self._lock:
            return [r for r in self._requests if path in (None, r[0])]

    def moods_left(self):
        with self._lock:
            return sum(len(moods) for moods, always in self._moods.values() if not always)

    def note(self, path, query, headers):
        with self._lock:
            self._requests.append((path, query, headers))
            moods, always = self._moods.get(path, ([], False))
            if not moods:
                return None
            return moods[0] if always and len(moods) == 1 else moods.pop(0)
