"""What every end-to-end test needs of the machine: a port, a program, patience with a limit."""

import os
import pathlib
import shutil
import socket
import sys
import time
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
RECORDINGS = REPOSITORY.parent / "shared" / "fixtures"  # bodies of real platforms; may be absent
SKIPPED = 77  # what ctest takes for "skipped"


def binary():
    """The barometer under test: $BAROMETER."""
    path = os.environ.get("BAROMETER", "")
    if not path:
        raise RuntimeError("say which barometer to test: BAROMETER=build/release/barometer, or the first argument")
    return str(pathlib.Path(path).resolve())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def needs(program):
    """Skips the test, saying why, when a program is not on this machine."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise unittest.SkipTest(f"{program} is not installed")
    return found


def until(fact, seconds=30.0, what="what was waited for"):
    """Waits for fact() to be true, and gives it."""
    end = time.monotonic() + seconds
    while True:
        result = fact()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def main():
    """For each test file: the first argument may be the binary; when all tests were skipped ctest is told so."""
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and os.path.isfile(sys.argv[1]):
        os.environ["BAROMETER"] = sys.argv.pop(1)
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun and len(result.skipped) == result.testsRun else 0)
