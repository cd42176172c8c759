#!/usr/bin/env python3
"""Many small reports in one job, into one ledger: the last take about as long as the first, and nothing is left behind.

    python3 tests/bench/small_runs.py [--runs N] [--rows N] [--hushcount PATH] [--limit RATIO]

Each run is a release of its own, so ledger and private file grow by one entry a run. Absolute times mean nothing on a shared
machine: the median of the last tenth is held against that of the first.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def report(binary, place, number):
    """One release; seconds it took."""
    env = {**os.environ, "TMPDIR": str(place / "tmp")}
    options = ["--period", "2026H1", "--by", "country", "--band-size", "250", "--key", "demonstration", "--quiet"]
    command = [binary, "report", "log.csv", *options, "--release", f"r{number}", "--out", f"out/r{number}"]
    start = time.perf_counter()
    subprocess.run(command, check=True, env=env, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def left_behind(place, runs):
    """What is there and should not be."""
    wanted = {"log.csv", "hushcount-ledger.jsonl", "hushcount-private.json", "out", "tmp"}
    wanted |= {f"out/r{number}" for number in range(runs)}
    there = {str(path.relative_to(place)) for path in place.rglob("*")}
    artefacts = {name for name in there if name.startswith("out/") and name.count("/") == 2}
    sets = {tuple(sorted(path.name for path in (place / "out" / f"r{number}").iterdir())) for number in range(runs)}
    assert len(sets) == 1, f"releases with different files: {sets}"
    return there - wanted - artefacts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--hushcount", default=os.environ.get("HUSHCOUNT", ROOT / "target/release/hushcount"))
    parser.add_argument("--limit", type=float, help="fail when the ratio is above this")
    options = parser.parse_args()
    binary = pathlib.Path(options.hushcount).resolve()
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        (place / "tmp").mkdir()
        (place / "out").mkdir()
        subprocess.run([binary, "synth", "--rows", str(options.rows), "--seed", "1", "--out", place / "log.csv"], check=True)
        times = [report(binary, place, number) for number in range(options.runs)]
        left = left_behind(place, options.runs)
        entries = (place / "hushcount-ledger.jsonl").read_text().count('"release"')
    tenth = max(1, options.runs // 10)
    first, last = statistics.median(times[:tenth]), statistics.median(times[-tenth:])
    print(json.dumps({"runs": options.runs, "rows": options.rows, "ratio_last_to_first": round(last / first, 2), "left": sorted(left)}))
    if left:
        sys.exit("something was left behind")
    if entries < options.runs:
        sys.exit("a release is not in the ledger")
    if options.limit and last / first > options.limit:
        sys.exit(f"the last runs took over {options.limit} times as long as the first")


if __name__ == "__main__":
    main()
