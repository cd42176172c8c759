#!/usr/bin/env python3
"""Times hushcount's exact integer samplers against OpenDP's on one core, in turn, and prints the ratio.

    python3 tests/bench/samplers.py [--limit RATIO]

Needs the `opendp` package and a Rust toolchain. Both draw discrete Laplace and discrete Gaussian noise exactly; OpenDP
draws a whole vector in one call, so that Python's own time does not count. Only ratios of neighbouring runs are judged.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import time

import opendp.prelude as dp

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCALES = (1, 10, 100)
VECTOR = 20_000


def hushcount():
    """Samples a second by sampler."""
    output = subprocess.run(["cargo", "bench", "--quiet", "--locked", "--bench", "samplers"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout
    lines = (line.split() for line in output.splitlines())
    return {line[0]: float(line[1]) for line in lines if len(line) == 2 and line[1].isdigit()}


def opendp():
    """The same of OpenDP."""
    dp.enable_features("contrib")
    domain = dp.vector_domain(dp.atom_domain(T="i64"))
    makers = {
        "laplace": lambda scale: dp.m.make_laplace(domain, dp.l1_distance(T="i64"), scale=float(scale)),
        "gaussian": lambda scale: dp.m.make_gaussian(domain, dp.l2_distance(T="i64"), scale=float(scale)),
    }
    zeros = [0] * VECTOR
    rates = {}
    for name, make in makers.items():
        for scale in SCALES:
            measurement = make(scale)
            start = time.perf_counter()
            measurement(zeros)
            rates[f"{name}-{scale}"] = VECTOR / (time.perf_counter() - start)
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, help="fail if the smallest median ratio is below this")
    arguments = parser.parse_args()
    hushcount()  # builds
    rounds = [(hushcount(), opendp()) for _ in range(arguments.rounds)]
    print(f"{'sampler':<14}{'hushcount/s':>14}{'OpenDP/s':>12}{'ratio':>8}")
    smallest = float("inf")
    for name in rounds[0][1]:
        ours, theirs = (statistics.median(side[name] for side in sides) for sides in zip(*rounds))
        ratio = statistics.median(ours[name] / theirs[name] for ours, theirs in rounds)
        smallest = min(smallest, ratio)
        print(f"{name:<14}{ours:>14,.0f}{theirs:>12,.0f}{ratio:>8.1f}")
    if arguments.limit and smallest < arguments.limit:
        sys.exit(f"the smallest ratio is {smallest:.1f}, and {arguments.limit} is wanted")


if __name__ == "__main__":
    main()
