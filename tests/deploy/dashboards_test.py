#!/usr/bin/env python3
"""Each dashboard is one by Grafana's own schema package, down to the names of its fields."""

import functools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.processes import REPOSITORY, main, needs

HERE = pathlib.Path(__file__).resolve().parent / "grafana"
DASHBOARDS = sorted((REPOSITORY / "deploy" / "grafana" / "dashboards").glob("*.json"))


class Schema(unittest.TestCase):
    def setUp(self):
        self.node = needs("node")
        needs("npm")

    @functools.cached_property
    def folder(self):
        """With the schema and the compiler."""
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        folder = pathlib.Path(made.name)
        for name in ("package.json", "package-lock.json", "schema.ts"):
            shutil.copy(HERE / name, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return folder

    def complaints(self, board):
        """What the compiler says of a dashboard's JSON."""
        (self.folder / "board.ts").write_text(
            f"import type {{ Dashboard }} from './schema';\nexport const board: Dashboard = {json.dumps(board, indent=1)};\n")
        done = subprocess.run([self.node, "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--module", "esnext",
                               "--moduleResolution", "bundler", "board.ts"], cwd=self.folder, capture_output=True, text=True)
        return done.stdout + done.stderr

    def test_each_dashboard_is_one(self):
        self.assertEqual(len(DASHBOARDS), 3)
        for file in DASHBOARDS:
            with self.subTest(file.name):
                self.assertEqual(self.complaints(json.loads(file.read_text())), "")

    def test_each_has_an_id_of_its_own(self):
        self.assertEqual(len({json.loads(file.read_text())["uid"] for file in DASHBOARDS}), len(DASHBOARDS))

    def test_the_check_sees_what_is_wrong(self):
        board = json.loads(DASHBOARDS[0].read_text())
        self.assertIn("refresch", self.complaints(board | {"refresch": "30s"}))
        self.assertIn("'string' is not assignable to type 'number'", self.complaints(board | {"schemaVersion": "38"}))
        thresholds = {"mode": "absolut", "steps": []}
        panel = {"type": "stat", "title": "x", "fieldConfig": {"defaults": {"thresholds": thresholds}, "overrides": []}}
        self.assertIn("absolut", self.complaints(board | {"panels": [panel]}))


if __name__ == "__main__":
    main()
