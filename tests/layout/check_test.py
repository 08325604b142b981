"""The layout check knows a wrong tree when it sees one."""

import pathlib
import tempfile
import unittest

import check


class Includes(unittest.TestCase):
    def test_what_may_be_included_from_where(self):
        rows = [
            ("a room may use its own headers", "storage/keys.cpp", '"', "storage/keys.hpp", True),
            ("a room may look to its left", "daemon/pipeline.cpp", '"', "storage/store.hpp", True),
            ("no room looks to its right", "storage/store.hpp", '"', "daemon/config.hpp", False),
            ("connectors look at nobody", "connectors/platforms/feed.cpp", '"', "analysis/judge.hpp", False),
            ("analysis may see a post", "analysis/judge.hpp", '"', "connectors/post.hpp", True),
            ("analysis may not see the network", "analysis/judge.cpp", '"', "connectors/http_client.hpp", False),
            ("storage knows RocksDB", "storage/rocks_store.cpp", "<", "rocksdb/db.h", True),
            ("nobody else does", "daemon/app.cpp", "<", "rocksdb/db.h", False),
            ("curl stays in .cpp files", "connectors/http_client.hpp", "<", "curl/curl.h", False),
            ("where it may be", "connectors/http_client.cpp", "<", "curl/curl.h", True),
            ("includes start at the root", "daemon/app.cpp", '"', "config.hpp", False),
            ("tests may see all rooms", "tests/storage/keys_test.cpp", '"', "storage/keys.hpp", True),
        ]
        for fact, file, quote, target, allowed in rows:
            with self.subTest(fact):
                self.assertEqual(check.wrong_include(file, quote, target) is None, allowed)


class Tree(unittest.TestCase):
    def test_complaints_name_file_and_line(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "storage").mkdir()
            (root / "storage/keys.hpp").write_text('#pragma once\n\n#include "daemon/app.hpp"\n// TO' "DO later\n")
            (root / "notes.md").write_text("stray\n")
            found = list(check.complaints(root, ["storage/keys.hpp", "notes.md"]))
        for begin in ["storage/keys.hpp:3:", "storage/keys.hpp:4:", "notes.md: not in", "storage/README.md: every"]:
            with self.subTest(begin):
                self.assertTrue(any(line.startswith(begin) for line in found), found)

    def test_two_types_of_one_name_are_told(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for room, text in [("analysis", "namespace barometer {\nstruct Told {\n};\n}  // namespace barometer\n"),
                               ("daemon", "namespace barometer {\nclass Told final : public Base {\n};\n}  // namespace barometer\n"),
                               ("storage", "namespace barometer {\nnamespace {\nstruct Told {\n};\n}  // namespace\n}  // namespace barometer\n")]:
                (root / room).mkdir()
                (root / room / "one.cpp").write_text(text)
            found = [line for line in check.complaints(root, [f"{room}/one.cpp" for room in ("analysis", "daemon", "storage")])
                     if "linker" in line]
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith("daemon/one.cpp:2: barometer::Told is also in analysis/one.cpp"), found)


if __name__ == "__main__":
    unittest.main()
