"""Says where the tree is not as agreed: includes that point the wrong way, rooms without a README, marks left behind.

    check.py ROOT     prints FILE:LINE: complaint, exits 1 if there is any
"""

import pathlib
import re
import subprocess
import sys

ROOMS = ["connectors", "analysis", "storage", "daemon"]  # each may look only to its left
TOP = {"CMakeLists.txt", "CMakePresets.json", "README.md", "deploy", "tests", *ROOMS}
# analysis judges posts; how they came is not its business.
ANALYSIS_MAY_SEE = {"connectors/json_text.hpp", "connectors/post.hpp", "connectors/result.hpp"}
INCLUDE = re.compile(r'\s*#\s*include\s+([<"])([^>"]+)[>"]')
MARK = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
NAMESPACE = re.compile(r"namespace(?: ([\w:]+))? ?\{$")
TYPE = re.compile(r"(?:struct|class|enum class) (\w+)(?: final)?(?: : .*)? \{")
VAGUE = re.compile(r"(^|_)(utils?|common|manager|helpers?)(_|$)")


def wrong_include(file, quote, target):
    """Why `file` (a path from the root) may not include `target`; None when it may."""
    room = file.split("/")[0]
    if room not in ROOMS:
        return None
    if quote == "<":
        if target.startswith("rocksdb/") and room != "storage":
            return "RocksDB is known to storage/ alone"
        if target.startswith("curl/") and not file.endswith(".cpp"):
            return "curl stays out of headers"
        return None
    seen = target.split("/")[0]
    if seen not in ROOMS or "/" not in target:
        return 'includes of ours are written from the root: "room/file.hpp"'
    if ROOMS.index(seen) > ROOMS.index(room):
        return f"{room}/ may not look to its right, at {seen}/"
    if room == "analysis" and seen == "connectors" and target not in ANALYSIS_MAY_SEE:
        return f"analysis/ may see only {' and '.join(sorted(ANALYSIS_MAY_SEE))} of connectors/"
    return None


def complaints_about(file, text):
    """All complaints about one file of ours, as (line, complaint)."""
    code = file.endswith((".cpp", ".hpp"))
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line) if code else None
        why = wrong_include(file, *include.groups()) if include else None
        if why:
            yield number, why
        if MARK.search(line):
            yield number, "a mark left behind: do it, or file an issue"
    if file.endswith(".hpp") and "#pragma once" not in text:
        yield 1, "a header begins with #pragma once"


def types_in(text):
    """The types that a file gives to all who link with it, as (line, name): those in no nameless namespace, at the first column."""
    within = []
    for number, line in enumerate(text.splitlines(), 1):
        begins = NAMESPACE.match(line)
        if begins:
            within.append(begins.group(1))
        elif line.startswith("}  // namespace") and within:
            within.pop()
        named = TYPE.match(line)
        if named and None not in within:
            yield number, "::".join([*within, named.group(1)])


def complaints(root, files):
    """Complaints about the tree, one line each."""
    for entry in sorted({file.split("/")[0] for file in files}):
        if entry not in TOP and not entry.startswith("."):
            yield f"{entry}: not in the agreed layout of the top folder"
    for room in [*ROOMS, "deploy", "tests"]:
        if f"{room}/README.md" not in files:
            yield f"{room}/README.md: every room has one"
    first = {}  # file of each type of the program
    for file in files:
        if VAGUE.search(pathlib.PurePath(file).stem):
            yield f"{file}: name what it does, and put it where it is used"
        if file.endswith((".cpp", ".hpp", ".py", ".sh", ".txt", ".md", ".yaml", ".yml")):
            text = (root / file).read_text(encoding="utf-8", errors="replace")
            yield from (f"{file}:{line}: {why}" for line, why in complaints_about(file, text))
        if file.endswith((".cpp", ".hpp")) and file.split("/")[0] in ROOMS:
            for line, name in types_in(text):
                if first.setdefault(name, file) != file:
                    yield f"{file}:{line}: {name} is also in {first[name]}: the linker would take one for the other"


def main(root):
    root = pathlib.Path(root)
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    files = [file for file in listed.split("\0") if file and (root / file).is_file()]
    found = list(complaints(root, files))
    print("\n".join(found) if found else f"{len(files)} files, nothing to complain of")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
