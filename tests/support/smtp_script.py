"""A mail server on the loopback, in plain text, that does at one point of a connection what a test says, and else takes everything."""

import email
import email.policy
import socketserver
import threading
import time

# The points of a connection, in their order. "taken": the message is in the mailbox, and the answer is to come. "goodbye": it came.
POINTS = ("greeting", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "body", "taken", "goodbye")


class _Connection(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self._converse()
        except (ConnectionError, ValueError):
            pass  # whoever sends was killed, or we have broken the connection

    def _converse(self):
        self.recipient = ""
        self._say("greeting", "220 mail.example ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                self._say("EHLO", "250-mail.example\r\n" + ("250-STARTTLS\r\n" if self.server.script.offers_tls else "") + "250 SIZE")
            elif verb == "QUIT":
                return self._say("goodbye", "221 bye")
            elif verb == "RCPT":
                self.recipient = line[line.index("<") + 1:line.index(">")]
                self._say("RCPT", "250 ok")
            elif verb == "DATA":
                self._say("DATA", "354 go on")
                if self.replied.startswith("354"):
                    self._take()
            else:
                self._say(verb, "250 ok")

    def _take(self):
        self._meet("body")
        data = b""
        while not data.endswith(b"\r\n.\r\n"):
            data += self.rfile.readline() or self._gone()
        fault = self.server.script.peek("taken")
        if not (fault and fault[0] == "4" or fault and fault[0] == "5"):
            self.server.script.keep(self.recipient, data[:-3])
        self._say("taken", "250 taken")

    def _gone(self):
        raise ConnectionError

    def _say(self, point, reply):
        self.replied = self._meet(point) or reply
        self.wfile.write(self.replied.encode() + b"\r\n")
        self.wfile.flush()

    def _meet(self, point):
        """What the script says for this point: another reply, nothing, or an end."""
        fault = self.server.script.met(point, self.recipient)
        if fault == "hang":
            self.server.script.closing.wait(60)
            raise ConnectionError
        if fault == "break":
            raise ConnectionError
        if fault == "slow":
            time.sleep(1)
            return None
        if fault and fault.startswith("421"):
            self.wfile.write(fault.encode() + b"\r\n")
            raise ConnectionError
        return fault


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass


class SmtpScript:
    """with SmtpScript() as server: server.fault("RCPT", "451 later"); server.messages() is what is in the mailbox, in the order it came."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults, self._messages, self._met = [], [], []
        self.offers_tls = False
        self.closing = threading.Event()

    def __enter__(self):
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.script = self
        self.address = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(self, point, does, times=1, to=None):
        """At that point: "hang", "break", "slow", or a reply, so many times; only for that recipient, if one is named."""
        assert point in POINTS
        with self._lock:
            self._faults += [(point, does, to)] * times

    def heal(self):
        """No faults any more."""
        with self._lock:
            self._faults.clear()

    def messages(self):
        with self._lock:
            return [email.message_from_bytes(data, policy=email.policy.default) for _, data in self._messages]

    def reached(self, point):
        """How often."""
        with self._lock:
            return self._met.count(point)

    def faults_left(self):
        with self._lock:
            return len(self._faults)

    # For its connections.

    def met(self, point, recipient):
        with self._lock:
            self._met.append(point)
            for fault in self._faults:
                if fault[0] == point and fault[2] in (None, recipient):
                    self._faults.remove(fault)
                    return fault[1]
            return None

    def peek(self, point):
        with self._lock:
            return next((does for at, does, _ in self._faults if at == point), None)

    def keep(self, recipient, data):
        with self._lock:
            self._messages.append((recipient, data))
