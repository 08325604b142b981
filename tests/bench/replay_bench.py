#!/usr/bin/env python3
"""The whole path, from JSON to disk, against Python's VADER merely scoring the same texts: posts a second, memory, bytes.

usage: replay_bench.py BAROMETER --vader FOLDER [--posts N] [--days N] [--folder FOLDER] [--keep]

FOLDER of --vader holds the package vaderSentiment. The posts are those of make_posts.py --as-heard. A tenth of them is replayed first, into a
store of its own, so that memory and cost can be told apart that grow with the store. VADER takes its turn before, between and after the
replays, on one core; its best counts. With Debian's rocksdb-tools, bytes are told by family.
"""
import argparse
import collections
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
VADER_TEXTS = 10_000
VADER = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
analyzer = SentimentIntensityAnalyzer()
texts = [json.loads(line).get("text", "") for line in open(sys.argv[2], encoding="utf-8")]
wall, cpu = time.perf_counter(), time.process_time()
for text in texts: analyzer.polarity_scores(text)
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


def run(command, **options):
    """Seconds, and what the system counted, of a command that must succeed."""
    begun = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], **options)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} {command[1]} failed")
    return time.perf_counter() - begun, usage


def vader(folder, texts):
    said = subprocess.run([sys.executable, "-c", VADER, folder, texts], capture_output=True, check=True, text=True).stdout
    wall, cpu = map(float, said.split())
    return VADER_TEXTS / wall, VADER_TEXTS / cpu


def files_of(store):
    return [file for file in store.rglob("*") if file.is_file()]


def by_family(store):
    """Of each family: rows, bytes of keys and values, bytes of its tables."""
    families = collections.defaultdict(lambda: [0, 0, 0])
    for table in store.glob("*.sst"):
        told = subprocess.run(["sst_dump", f"--file={table}", "--command=check", "--show_properties"],
                              capture_output=True, text=True).stdout
        number = {name: int(value) for name, value in re.findall(r"^  ?([\w# ()]+?): (\d+)$", told, re.MULTILINE)}
        name = re.search(r"column family name: (\w+)", told)
        family = families[name[1] if name else "?"]
        family[0] += number.get("# entries", 0)
        family[1] += number.get("raw key size", 0) + number.get("raw value size", 0)
        family[2] += table.stat().st_size
    return families


def counted(out):
    """What to write before a command so that perf counts its instructions; nothing where it cannot."""
    count = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", str(out)]
    if shutil.which("perf") and subprocess.run([*count, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        return count
    return []


def replay(barometer, posts, number, folder):
    store, summary, counts = folder / f"store-{number}", folder / "summary.json", folder / "counts"
    shutil.rmtree(store, ignore_errors=True)
    seconds, usage = run([*counted(counts), barometer, "replay", "--store", store, "--summary", summary, posts])
    instructions = re.search(r"^(\d+),", counts.read_text() if counts.exists() else "", re.MULTILINE)
    files = files_of(store)
    result = json.loads(summary.read_text()) | {
        "posts a second": number / seconds, "CPU, µs a post": (usage.ru_utime + usage.ru_stime) / number * 1e6,
        "instructions a post": int(instructions[1]) / number if instructions else 0,
        "peak memory, MB": usage.ru_maxrss / 1024, "written, bytes a post": usage.ru_oublock * 512 / number,
        "on disk, bytes a post": sum(file.stat().st_size for file in files) / number,
        "of that log": sum(file.stat().st_size for file in files if file.suffix == ".log") / number}
    seconds, usage = run([barometer, "verify", "--store", store], stdout=subprocess.DEVNULL)
    return result | {"verify, seconds": seconds, "verify, peak MB": usage.ru_maxrss / 1024}, store


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("barometer")
    parser.add_argument("--vader", required=True)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--days", type=float, default=90)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true", help="leave posts and stores where they are")
    asked = parser.parse_args()
    folder = asked.folder or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)

    posts = folder / f"posts-{asked.posts}-{asked.days:g}.ndjson"
    if not posts.exists():
        with open(posts, "wb") as out:
            run([sys.executable, HERE / "make_posts.py", asked.posts, 1, "--days", asked.days, "--as-heard"], stdout=out)
    tenth, texts = folder / "tenth.ndjson", folder / "texts.ndjson"
    for file, lines in ((tenth, asked.posts // 10), (texts, VADER_TEXTS)):
        with open(posts, "rb") as given, open(file, "wb") as out:
            out.writelines(itertools.islice(given, lines))

    peer = [vader(asked.vader, texts)]
    few, _ = replay(asked.barometer, tenth, asked.posts // 10, folder)
    peer.append(vader(asked.vader, texts))
    all_, store = replay(asked.barometer, posts, asked.posts, folder)
    peer.append(vader(asked.vader, texts))
    wall, cpu = (max(values) for values in zip(*peer))

    print(f"load {os.getloadavg()[1]:.1f}; VADER {wall:,.0f} texts a second of time, {cpu:,.0f} of processor")
    print(f"{'posts':26}{asked.posts // 10:>12,}{asked.posts:>12,}")
    for name in list(few)[1:]:
        print(f"{name:26}{few[name]:>12,.1f}{all_[name]:>12,.1f}")
    for name, rate in (("against VADER", wall), ("against VADER, a core", cpu)):
        a, b = ((r["posts a second"] if rate == wall else 1e6 / r["CPU, µs a post"]) / rate for r in (few, all_))
        print(f"{name:26}{a:>12.2f}{b:>12.2f}")
    families = by_family(store) if shutil.which("sst_dump") else {}
    if families:
        print(f"\n{'family':14}{'rows a post':>12}{'bytes in':>12}{'bytes kept':>12}   a post, in tables")
        for name, (rows, raw, kept) in sorted(families.items()):
            print(f"{name:14}{rows / asked.posts:>12.2f}{raw / asked.posts:>12.1f}{kept / asked.posts:>12.1f}")
        user = sum(raw for _, raw, _ in families.values()) / asked.posts
        print(f"written to disk for each byte in tables before compression: {all_['written, bytes a post'] / user:.2f}")
    if not asked.keep:
        shutil.rmtree(folder)
    return 0


sys.exit(main())
