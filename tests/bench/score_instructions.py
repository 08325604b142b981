#!/usr/bin/env python3
"""Instructions that one text takes in `barometer score`, against those written down.

usage: score_instructions.py BAROMETER [--record]

The texts are those of make_posts.py, so the same for everybody; what starting and the first text take, for which the rules are read,
is measured apart and left out. Counted by callgrind (Debian: valgrind), for which every processor is the same: newer ones take fewer, since some loops
have a form for them. instructions.json holds a figure for each set of tasks and the compiler it was recorded with. Fails when one is more than 5 % above its
figure, or so much below it that the figure should be recorded anew. Exit 77, which ctest reads as skipped: no callgrind, no such program, nothing recorded,
or another compiler.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "instructions.json"
TASKS = {"all": [], "sentiment": ["--tasks", "sentiment"]}
TEXTS = 2000
TOLERANCE = 0.05
SKIPPED = 77


def texts():
    made = subprocess.run([sys.executable, HERE / "make_posts.py", str(TEXTS)], capture_output=True, check=True, text=True)
    return "".join(json.loads(line)["text"].replace("\n", " ") + "\n" for line in made.stdout.splitlines())


def count(command, given):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], input=given, text=True,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    return int(re.search(r"Collected : (\d+)", run.stderr)[1])


def main():
    barometer = sys.argv[1]
    if shutil.which("valgrind") is None:
        print("skipped: there is no valgrind")
        return SKIPPED
    if not pathlib.Path(barometer).exists():
        print(f"skipped: there is no {barometer}; build it with: cmake --preset release && cmake --build --preset release --target barometer")
        return SKIPPED
    version = subprocess.run([barometer, "version"], capture_output=True, check=True, text=True).stdout
    compiler = re.search(r"compiler (.+)", version)[1]
    given = texts()
    first = given[:given.index("\n") + 1]
    measured = {}
    for tasks, options in TASKS.items():
        command = [barometer, "score", *options]
        measured[tasks] = round((count(command, given) - count(command, first)) / (TEXTS - 1))
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps({"compiler": compiler, "instructions": measured}, indent=1) + "\n")
        return 0
    if not RECORD.exists():
        print(f"skipped: nothing is recorded, and this took {measured}; write it down with --record")
        return SKIPPED
    recorded = json.loads(RECORD.read_text())
    if recorded["compiler"] != compiler:
        print(f"skipped: recorded with {recorded['compiler']}, built with {compiler}")
        return SKIPPED
    failed = False
    for tasks, figure in recorded["instructions"].items():
        change = measured[tasks] / figure - 1
        print(f"{tasks}: {measured[tasks]} instructions a text, recorded {figure} ({change:+.1%})")
        failed = failed or abs(change) > TOLERANCE
    if failed:
        print("more than 5 % away: mend it, or if that is the price of something good: score_instructions.py BAROMETER --record")
    return 1 if failed else 0


sys.exit(main())
