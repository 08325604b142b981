"""Debian's Postfix with STARTTLS and AUTH on a free port of the loopback, without systemd, in a folder of its own."""

import email
import email.policy
import os
import pathlib
import shutil
import subprocess
import unittest

from support.processes import free_port, needs

DOMAIN = "trust.example"
USER = "alerts"
PASSWORD = "quiet-Corridor-7"

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.trust.example
mydestination =
default_transport = error:no outside mail
virtual_mailbox_domains = trust.example
virtual_mailbox_base = {folder}/box
virtual_mailbox_maps = regexp:{folder}/conf/people
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = localhost.example
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""

SASL_CONF = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
sasldb_path: {folder}/sasldb2
"""


class MailServer:
    """Knows every mailbox of trust.example but those that begin with "nobody"."""

    def __init__(self, folder):
        for program in ("postfix", "saslpasswd2", "openssl"):
            needs(program)
        if os.geteuid() != 0:
            raise unittest.SkipTest("Postfix can only be started by root")
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.running = False
        self._lay_out()

    @property
    def address(self):
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def certificate(self):
        return str(self.folder / "cert.pem")

    def start(self):
        self._postfix("start")
        self.running = True

    def stop(self):
        if self.running:
            self._postfix("stop")
        self.running = False

    def messages(self):
        """All that was delivered, oldest first."""
        box = self.folder / "box" / "duty" / "new"
        files = sorted(box.iterdir(), key=lambda file: file.stat().st_mtime_ns) if box.exists() else []
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def log(self):
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def _lay_out(self):
        # Postfix's own processes run as other users and must be able to walk here.
        self.folder.mkdir(parents=True, exist_ok=True)
        for parent in (self.folder, *self.folder.parents[:-1]):
            if parent.owner() == "root" and parent.stat().st_mode & 0o005 != 0o005:
                parent.chmod(0o755)
        for name in ("conf/sasl", "queue", "data", "box"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "data", "postfix")
        os.chown(self.folder / "box", 65534, 65534)
        conf = self.folder / "conf"
        (conf / "main.cf").write_text(MAIN_CF.format(folder=self.folder))
        (conf / "people").write_text("!/^nobody/ duty/\n")
        (conf / "sasl" / "smtpd.conf").write_text(SASL_CONF.format(folder=self.folder))
        (conf / "master.cf").write_text(self._master_cf())
        self._make_certificate()
        self._make_user()

    def _master_cf(self):
        """The package's own table of services, on our port and without chroot."""
        lines = []
        for line in pathlib.Path("/usr/share/postfix/master.cf.dist").read_text().splitlines():
            fields = line.split()
            if line and not line[0].isspace() and not line.startswith("#") and len(fields) >= 8:
                if fields[:2] == ["smtp", "inet"]:
                    fields[0] = f"127.0.0.1:{self.port}"
                fields[4] = "n"
                line = " ".join(fields)
            lines.append(line)
        return "\n".join(lines) + "\n"

    def _make_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.trust.example",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"],
            check=True, capture_output=True)

    def _make_user(self):
        users = self.folder / "sasldb2"
        subprocess.run(["saslpasswd2", "-p", "-c", "-f", users, "-u", "localhost.example", USER],
                       input=PASSWORD.encode(), check=True, capture_output=True)
        shutil.chown(users, group="postfix")
        users.chmod(0o640)

    def _postfix(self, verb):
        done = subprocess.run(["postfix", "-c", self.folder / "conf", verb], capture_output=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"postfix {verb}: {done.stderr.decode(errors='replace')}\n{self.log()}")
