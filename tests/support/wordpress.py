"""A WordPress of Debian's: PHP's own server and a MariaDB of its own, in a folder that is thrown away."""

import getpass
import json
import os
import pathlib
import subprocess
import unittest
import urllib.error
import urllib.request

from support.processes import free_port, needs, until

INSTALLED = pathlib.Path("/usr/share/wordpress")

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', %(user)r);
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('WP_HOME', '%(url)s');
define('WP_SITEURL', '%(url)s');
define('WP_CONTENT_DIR', '%(site)s/wp-content');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""

INSTALL = """
$db = new mysqli('localhost', %(user)r, '', '', 0, %(socket)r);
$db->query('CREATE DATABASE wordpress');
define('WP_INSTALLING', true);
require ABSPATH . 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Marlbeck Trust', 'comms', 'comms@trust.example', true, '', 'a password of tests');
wp_delete_post(1, true);
wp_delete_comment(1, true);
"""


class WordPress:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.site = self.folder / "site"
        self.data = self.folder / "data"
        self.socket = self.folder / "db"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes = []
        self.log = None

    def __enter__(self):
        try:
            return self._set_up()
        except BaseException:
            self.__exit__()
            raise

    def _set_up(self):
        self.php_program = needs("php")
        database = needs("mariadbd")
        install = needs("mariadb-install-db")
        if not (INSTALLED / "wp-load.php").exists():
            raise unittest.SkipTest("wordpress is not installed")
        self.log = open(self.folder / "log", "wb")
        # Everything but the settings is Debian's own file.
        (self.site / "wp-content").mkdir(parents=True)
        for entry in INSTALLED.iterdir():
            if entry.name not in ("wp-config.php", "wp-content", ".htaccess"):
                (self.site / entry.name).symlink_to(entry)
        user = getpass.getuser()
        self.fill = {"user": user, "socket": str(self.socket), "url": self.url, "site": str(self.site)}
        (self.site / "wp-config.php").write_text(CONFIG % self.fill)
        self.prepend = self.folder / "prepend.php"
        self.prepend.write_text(f"<?php define('ABSPATH', '{self.site}/');")
        subprocess.run([install, "--no-defaults", f"--datadir={self.data}", f"--user={user}", "--skip-test-db",
                        "--auth-root-authentication-method=normal"], check=True, stdout=self.log, stderr=self.log, timeout=120)
        self._start([database, "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}", f"--user={user}",
                     f"--pid-file={self.folder / 'pid'}", "--skip-networking", "--skip-grant-tables",
                     "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0"])
        until(self.socket.exists, 60, "MariaDB to listen")
        self._php(INSTALL % self.fill)
        self._start([self.php_program, "-d", f"auto_prepend_file={self.prepend}", "-S", f"127.0.0.1:{self.port}", "-t", str(self.site)])
        until(lambda: self._status("/?rest_route=/wp/v2/posts") == 200, 60, "WordPress to answer")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(60)
        if self.log:
            self.log.close()

    def post(self, title, text, **fields):
        return self._do("wp_insert_post", {"post_title": title, "post_content": text, "post_status": "publish", "post_author": 1, **fields})

    def edit(self, number, text):
        return self._do("wp_update_post", {"ID": number, "post_content": text})

    def delete(self, number):
        return self._php(f"require ABSPATH . 'wp-load.php'; wp_trash_post({int(number)});")

    def comment(self, post, author, text):
        return self._do("wp_insert_comment", {"comment_post_ID": post, "comment_author": author, "comment_content": text, "comment_approved": 1})

    def _do(self, function, fields):
        given = json.dumps(json.dumps(fields))  # JSON as a string of PHP's
        code = f"require ABSPATH . 'wp-load.php'; echo {function}(json_decode({given.replace('$', chr(92) + '$')}, true));"
        return int(self._php(code))

    def _php(self, code):
        done = subprocess.run([self.php_program, "-d", f"auto_prepend_file={self.prepend}"], input=f"<?php {code}".encode(),
                              capture_output=True, timeout=120, env={**os.environ, "HTTP_HOST": f"127.0.0.1:{self.port}"})
        if done.returncode != 0:
            raise AssertionError(done.stdout.decode() + done.stderr.decode())
        return done.stdout.decode()

    def _start(self, command):
        self.processes.append(subprocess.Popen(command, stdout=self.log, stderr=self.log))

    def _status(self, path):
        try:
            return urllib.request.urlopen(self.url + path, timeout=30).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
