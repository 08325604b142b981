#!/usr/bin/env python3
"""Instructions that one text takes in `barometer score`, against those written down.

usage: score_instructions.py BAROMETER [--record]

The texts are those of make_posts.py, so the same for everybody. What starting and the first text take, for which sentiment alone does
not read the rules, is told apart; it may be a quarter away, since most of it is the loader's, whose libraries are updated. Counted by
callgrind (Debian: valgrind), for which every processor is the same: newer ones take fewer, since some loops have a form for them.
instructions.json holds a figure for each set of tasks and the compiler it was recorded with. Fails when one is too far above its figure,
or so much below it that the figure should be recorded anew. Exit 77, which ctest reads as skipped: no callgrind, no such program,
nothing recorded, or another compiler.
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
TOLERANCE = {"a text": 0.05, "a start": 0.25}
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
        start = count(command, first)
        measured[tasks] = {"a text": round((count(command, given) - start) / (TEXTS - 1)), "a start": start}
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
    for tasks, figures in recorded["instructions"].items():
        for what, figure in figures.items():
            change = measured[tasks][what] / figure - 1
            print(f"{tasks}: {measured[tasks][what]} instructions {what}, recorded {figure} ({change:+.1%})")
            failed = failed or abs(change) > TOLERANCE[what]
    if failed:
        print("too far away: mend it, or if that is the price of something good: score_instructions.py BAROMETER --record")
    return 1 if failed else 0


sys.exit(main())
