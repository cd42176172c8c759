#!/usr/bin/env python3
"""How time and memory of `report` grow with rows, with cells and with accounts: a table, and a chart.

    python3 tests/bench/growth.py [--hushcount PATH] [--rows 1000000,10000000] [--chart FILE.svg]

Every log has one row for each request and account, and is made here, so that one thing grows while the others stay. Times are
ratios to the smallest of their series: absolute times mean nothing on a shared machine. Needs `matplotlib` for the chart.
"""

import argparse
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIB = 1 << 20

# What each slope is, in a sentence for the chart.
SLOPES = {
    "rows": "Time grows as the rows do: each is read, checked, hashed, sorted and counted once. Memory is at most that of a "
            "store of fixed size; what is beyond it goes to a file.",
    "cells": "Up to 1,000 cells the log is most of the work. Beyond that it is the noise of each cell and its text in every file "
             "of the release, and memory is what those texts take.",
    "accounts": "What is beyond max_cells costs a hash for each account and cell: there are most of those where accounts have "
                "some ten rows each, few where they have a thousand in 100 cells, and none where they have one.",
}


def write_log(path, rows, keys, accounts, seed):
    """A log with so many rows, spread evenly over keys and accounts."""
    draw = random.Random(seed)
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 7) for day in range(1, 29)]
    with path.open("w", encoding="utf-8", buffering=MIB) as log:
        log.write("request_id,received_on,account_id,agency\n")
        for start in range(0, rows, 10_000):
            log.writelines(
                f"R{row:09},{days[row % len(days)]},A{draw.randrange(accounts):09},k{draw.randrange(keys):06}\n"
                for row in range(start, min(start + 10_000, rows)))


def policy(keys):
    values = ", ".join(f'"k{key:06}"' for key in range(keys))
    return ('[release]\nperiod = "2026H1"\n[privacy]\nunit = "account"\nepsilon = 1\nmax_cells = 2\nmax_per_cell = 2\n'
            f'[bands]\nsize = 250\n[keys.agency]\nvalues = [{values}]\n'
            '[[table]]\nname = "by-agency"\nby = ["agency"]\nmeasures = ["requests", "accounts"]\n')


def measure(hushcount, place, rounds):
    """Median seconds of a report, and its peak memory in MiB."""
    seconds, peak = [], 0
    for number in range(rounds):
        command = [hushcount, "report", "log.csv", "--policy", "policy.toml", "--key", "demonstration", "--quiet",
                   "--ledger", f"ledger-{number}.jsonl", "--out", f"out-{number}"]
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds.append(time.perf_counter() - start)
        assert status == 0, f"hushcount ended with {status}"
        peak = max(peak, usage.ru_maxrss // 1024)
    return statistics.median(seconds), peak


def series(hushcount, name, sizes, fixed, rounds):
    """A row for each size: size, seconds, MiB."""
    found = []
    for size in sizes:
        one = {**fixed, name: size}
        with tempfile.TemporaryDirectory() as directory:
            place = pathlib.Path(directory)
            write_log(place / "log.csv", one["rows"], one["cells"], one["accounts"], seed=size)
            (place / "policy.toml").write_text(policy(one["cells"]), encoding="utf-8")
            found.append((size, *measure(hushcount, place, rounds)))
    return found


def draw_chart(path, measured):
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(measured), figsize=(12, 3.6), sharey=True, layout="constrained")
    for axis, (name, rows) in zip(axes, measured.items()):
        axis.loglog([row[0] for row in rows], [row[1] / rows[0][1] for row in rows], marker="o", label="time")
        axis.loglog([row[0] for row in rows], [row[2] / rows[0][2] for row in rows], marker="s", label="memory")
        axis.set_xlabel(name)
        axis.grid(visible=True, alpha=0.3)
    axes[0].set_ylabel("times that of the smallest")
    axes[0].legend()
    # One file for one measurement: no day, and names that do not change.
    matplotlib.rcParams["svg.hashsalt"] = "hushcount"
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = lambda text: [int(size) for size in text.split(",")]
    parser.add_argument("--hushcount", default=str(ROOT / "target/release/hushcount"))
    parser.add_argument("--rows", type=sizes, default=[1_000_000, 10_000_000])
    parser.add_argument("--cells", type=sizes, default=[10, 100, 1_000, 10_000, 100_000])
    parser.add_argument("--accounts", type=sizes, default=[1_000, 10_000, 100_000, 1_000_000, 30_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chart", type=pathlib.Path)
    options = parser.parse_args()
    hushcount = str(pathlib.Path(options.hushcount).resolve())
    fixed = {"rows": 1_000_000, "cells": 100, "accounts": 300_000}
    measured = {name: series(hushcount, name, getattr(options, name), fixed, options.rounds) for name in SLOPES}
    for name, rows in measured.items():
        print(f"| {name} | time, times the smallest | peak memory |\n|---|---|---|")
        for size, seconds, peak in rows:
            print(f"| {size:,} | {seconds / rows[0][1]:.2f} | {peak} MiB |")
        print(f"\n{SLOPES[name]}\n")
    if options.chart:
        draw_chart(options.chart, measured)


if __name__ == "__main__":
    main()
