"""A web server on the loopback that takes what is posted to it, as a webhook does, or misbehaves for the next requests."""

import http.server
import socket
import struct
import threading

MOODS = ("500", "400", "403", "410", "429", "redirect", "reset", "hang", "taken, then reset")


class _Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        hook = self.server.hook
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mood = hook.note(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        try:
            self._answer(hook, mood)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, hook, mood):
        if mood == "hang":
            hook.closing.wait(60)
            self.close_connection = True
        elif mood in ("reset", "taken, then reset"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif mood == "redirect":
            self._reply(307, {"Location": "/elsewhere"})
        elif mood == "429":
            self._reply(429, {"Retry-After": "1"})
        else:
            self._reply(int(mood or 200), {})

    def _reply(self, code, headers):
        self.send_response(code)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a daemon that is killed leaves broken connections


class Hook:
    """with Hook() as hook: hook.misbehave("500", "reset"); hook.taken() is what it has accepted: (path, headers, body)."""

    def __init__(self):
        self._lock = threading.Lock()
        self._moods, self._taken, self._asked = [], [], []
        self.closing = threading.Event()

    def __enter__(self):
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._server.hook = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def misbehave(self, *moods):
        assert all(mood in MOODS for mood in moods)
        with self._lock:
            self._moods = list(moods)

    def taken(self):
        with self._lock:
            return list(self._taken)

    def asked(self):
        """All requests, taken or not."""
        with self._lock:
            return list(self._asked)

    def note(self, path, headers, body):
        with self._lock:
            mood = self._moods.pop(0) if self._moods else None
            self._asked.append((path, headers, body))
            if mood in (None, "taken, then reset"):
                self._taken.append((path, headers, body))
            return mood
