#!/usr/bin/env python3
"""Times hushcount against DuckDB's plain count on the same file, in turn, and prints the ratio.

    python3 tests/bench/compare.py [--rows N] [--pairs N] [--hushcount PATH] [--limit RATIO]

Needs the `duckdb` package. DuckDB counts rows by country and protects nothing; hushcount reads every
column, drops duplicates, bounds what an account contributes and makes two noisy tables with three measures.
Absolute times mean nothing on a shared machine, so only ratios of neighbouring runs are judged, and only
where the runs agree well enough with each other.
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

COUNT = """
import duckdb, sys
duckdb.sql("SET threads = 2")
duckdb.sql(f"select country, count(*) from read_csv('{sys.argv[1]}') group by country").fetchall()
"""


def timed(command, env=None):
    start = time.perf_counter()
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def report(binary, log, work, number):
    """A report with a ledger and a directory of its own, so that nothing is replayed."""
    place = work / str(number)
    place.mkdir()
    options = ["--policy", ROOT / "data/policy.toml", "--key", "demonstration"]
    return timed([binary, "report", log, *options, "--ledger", place / "ledger", "--out", place / "out"])


def measure(binary, rows, pairs):
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        log = work / "log.csv"
        subprocess.run([binary, "synth", "--rows", str(rows), "--seed", "1", "--out", log], check=True)
        times = []
        for number in range(pairs + 1):
            times.append((report(binary, log, work, number), timed([sys.executable, "-c", COUNT, log])))
        return times[1:]  # the first pair warms the page cache


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--hushcount", default=os.environ.get("HUSHCOUNT", ROOT / "target/release/hushcount"))
    parser.add_argument("--limit", type=float, help="fail when the median ratio is above this")
    options = parser.parse_args()
    times = measure(pathlib.Path(options.hushcount).resolve(), options.rows, options.pairs)
    ratios = [ours / theirs for ours, theirs in times]
    spread = max(ratios) / min(ratios)
    result = {
        "rows": options.rows,
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_min": round(min(ratios), 2),
        "ratio_max": round(max(ratios), 2),
    }
    print(json.dumps(result))
    if options.limit is None:
        return
    if spread > 2:
        print(f"not judged: the ratios differ by a factor of {spread:.1f}, the machine is too noisy")
    elif result["ratio_median"] > options.limit:
        sys.exit(f"the median ratio is above {options.limit}")


if __name__ == "__main__":
    main()
