#!/usr/bin/env python3
"""Times hushcount beside other programs on the same file, in turn, and prints Markdown tables.

    python3 tests/bench/compare.py [--rows N | --log FILE] [--rounds N] [--others PYTHON] [--limit RATIO]

Needs the packages of `requirements.txt`. Rows for polars appear where `polars` is installed; those for OpenDP and PipelineDP
where `--others` names a Python that has `requirements-others.txt`: OpenDP wants an older polars. All get two threads.

- `hushcount`: `report` with accounts protected, a table by country and one by country and legal process, requests and
  accounts in both; every row checked, repetitions dropped, contributions bounded, noise, bands, ledger and artefacts.
- `DuckDB, the same counts`: the query that `hushcount sql` prints for that policy and key, with the options that are quickest
  here; the counting alone. Once, outside the timing, its result goes through `report --counts`: what the bounds kept, and every
  byte of the tables, must be as from the log.
- `DuckDB, rows by country` and `polars, rows by country and process`: one `count(*) ... group by`, nothing protected or checked.
- `polars, accounts bounded`: both tables, requests and accounts, at most two cells an account (the least hashes) and two rows
  in each. No row checked, no repetition dropped, no noise.
- `OpenDP`: both tables, rows only, declared keys, Laplace noise. At most four rows of an account, drawn by chance: the same noise
  as with bounds on cells, which take longer there and keep less. No row checked, no repetition dropped, other countries dropped.
- `PipelineDP`: the table by country, rows only, its local engine, declared keys, Laplace noise, at most two cells an account
  and two rows in each. No row checked, no repetition dropped, other countries dropped.
- `wc -l`: reading the file.

Beyond `--slow-rows` OpenDP and PipelineDP get a log of that many rows, with hushcount beside them, in a table of its own.
Absolute times mean nothing on a shared machine, so ratios of runs in the same round are judged, by their median. Every time is
that of a whole process: of OpenDP's, some three seconds pass before the first row.
"""

import argparse
import csv
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import others

ROOT = pathlib.Path(__file__).resolve().parents[2]

POLICY = """
[release]
period = "2026H1"
[privacy]
unit = "account"
epsilon = 1
max_cells = 2
max_per_cell = 2
[bands]
size = 250
[keys.country]
values = ["AU", "BR", "DE", "ES", "FR", "GB", "IN", "IT", "PL", "US"]
unknown = "other"
[[table]]
name = "by-country"
by = ["country"]
measures = ["requests", "accounts"]
[[table]]
name = "by-both"
by = ["country", "legal_process"]
measures = ["requests", "accounts"]
"""

COLUMNS = "request_id,account_id,received_on,country,legal_process"

# The log as text, but for the day: a day is cheaper to compare than the text of one.
LOG_IN_DUCKDB = "(SELECT * FROM read_csv('{}', types = {{'received_on': 'DATE'}}, auto_type_candidates = ['VARCHAR']))"

ENVIRONMENT = {**os.environ, "RAYON_NUM_THREADS": str(others.THREADS), "POLARS_MAX_THREADS": str(others.THREADS)}

OURS, SAME, ROWS, READING = "hushcount", "DuckDB, the same counts", "DuckDB, rows by country", "`wc -l`"
DOES = {
    OURS: "rows checked, repetitions dropped, accounts bounded, noise, bands, ledger, all files",
    SAME: "the query of `hushcount sql`: the counting alone",
    ROWS: "one count, nothing checked or protected",
    "polars, rows by country and process": "one count, nothing checked or protected",
    "polars, accounts bounded": "both tables, nothing checked, no noise",
    "OpenDP": "both tables, four rows an account, noise",
    "PipelineDP": "one table, accounts bounded, noise",
    READING: "reads the file",
}

MIB_BY_ROWS = {20_000_000: 1024, 100_000_000: 2048}
SMALL_ROWS, SMALL_RUNS, SMALL_SECONDS = 10_000, 20, 0.060


class Failed(Exception):
    """A program that ended otherwise than well, with its last words."""


def run(*command):
    """Wall seconds, processor seconds and peak memory in MiB."""
    with tempfile.TemporaryFile("w+") as words:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=words)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status) != 0:
            words.seek(0)
            raise Failed((words.read().strip().splitlines() or [f"ended with {status}"])[-1])
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Trial:
    """One log, with a directory for what is made of it."""

    def __init__(self, binary, work, log=None, rows=None):
        self.binary, self.work = binary, work
        self.log = log or self.synthesised(rows)
        self.policy, self.query, self.counts = work / "policy.toml", work / "count.sql", work / "counts.csv"
        self.policy.write_text(POLICY, encoding="utf-8")

    def synthesised(self, rows):
        log = self.work / f"{rows}.csv"
        subprocess.run([self.binary, "synth", "--rows", str(rows), "--seed", "1", "--out", log], check=True)
        return log

    def report(self, place, *what):
        options = ["--policy", self.policy, "--key", "demonstration", "--ledger", place / "ledger", "--out", place / "out"]
        return run(self.binary, "report", *what, *options)

    def fresh_report(self):
        """With a ledger and a directory of its own, so that nothing is replayed."""
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            return self.report(pathlib.Path(place), self.log)

    def write_query(self):
        options = ["--columns", COLUMNS, "--dates", "date", "--table", LOG_IN_DUCKDB.format(self.log)]
        command = [self.binary, "sql", "--dialect", "duckdb", "--policy", self.policy, "--key", "demonstration", *options]
        self.query.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    def hold_same(self):
        """Ends the run unless the counts of DuckDB's are those of the log."""
        with tempfile.TemporaryDirectory(dir=self.work) as name:
            ours, theirs = pathlib.Path(name, "log"), pathlib.Path(name, "counts")
            for place, what in ((ours, [self.log]), (theirs, ["--counts", self.counts])):
                place.mkdir()
                self.report(place, *what)
            same = kept(ours) == queried(self.counts) and published(ours) == published(theirs)
        if not same:
            sys.exit("hushcount and DuckDB do not count the same")


def kept(place):
    """What the bounds kept of accounts and requests, as the private file has it."""
    bounds = json.loads((place / "hushcount-private.json").read_text(encoding="utf-8"))["runs"][-1]["bounds"]
    return {table: [bounds[table][measure]["counted"] for measure in ("accounts", "requests")] for table in others.TABLES}


def queried(counts):
    """The same, as the query has it."""
    with counts.open(newline="", encoding="utf-8") as file:
        found = {(row["table_name"], row["measure"]): int(row["how_many"]) for row in csv.DictReader(file)}
    return {table: [found[table, "units_kept"], found[table, "others_kept"]] for table in others.TABLES}


def published(place):
    return [(place / "out" / f"{table}.csv").read_bytes() for table in others.TABLES]


def part(name, *what, python=sys.executable):
    return lambda: run(python, ROOT / "tests/bench/others.py", name, *what)


def quick_programs(trial):
    spill = trial.work / "spill"
    trial.write_query()
    programs = {
        OURS: trial.fresh_report,
        SAME: part("duckdb_same", trial.query, trial.counts, spill),
        ROWS: part("duckdb_rows", trial.log, spill),
    }
    if importlib.util.find_spec("polars"):
        programs["polars, rows by country and process"] = part("polars_rows", trial.log)
        programs["polars, accounts bounded"] = part("polars_bounded", trial.log)
    programs[READING] = lambda: run("wc", "-l", trial.log)
    return programs


def slow_programs(trial, python):
    wanted = {"OpenDP": ("opendp", "opendp"), "PipelineDP": ("pipelinedp", "pipeline_dp")}
    there = {name: function for name, (function, module) in wanted.items() if has(python, module)}
    for name in (name for name in wanted if name not in there):
        print(f"{name} is left out: --others names no Python that has it (tests/bench/requirements-others.txt)")
    return {name: part(function, trial.log, python=python) for name, function in there.items()}


def has(python, module):
    return python is not None and subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def measure(programs, rounds, after_first=lambda: None):
    """The runs of each program, or why it failed. The first round warms the page cache."""
    found = {program: [] for program in programs}
    for number in range(rounds + 1):
        for program, start in programs.items():
            if not isinstance(found[program], Failed):
                found[program] = attempt(program, start, found[program])
        if number == 0 and not isinstance(found.get(SAME), Failed):
            after_first()
    return {program: runs if isinstance(runs, Failed) else runs[1:] for program, runs in found.items()}


def attempt(program, start, runs):
    try:
        return [*runs, start()]
    except Failed as failed:
        if program == OURS:
            sys.exit(f"hushcount failed: {failed}")
        return failed


def ratios(found, program):
    return [ours[0] / theirs[0] for ours, theirs in zip(found[OURS], found[program])]


def print_table(found, rows):
    print(f"\n{rows:,} rows, medians of {len(found[OURS])} rounds\n")
    print("| program | what it does | wall s | processor s | peak MiB | hushcount takes, times its wall |\n|---|---|--:|--:|--:|--:|")
    for program, runs in found.items():
        print(f"| {program} | {DOES[program]} | {figures(found, program, runs)} |")


def figures(found, program, runs):
    if isinstance(runs, Failed):
        return f"failed: {runs} | | | "
    wall, processor, peak = (statistics.median(run[place] for run in runs) for place in range(3))
    return f"{wall:.2f} | {processor:.2f} | {peak:,.0f} | {statistics.median(ratios(found, program)):.3g}"


def goals(found, rows, small_seconds):
    """Each with what was measured and whether it is met."""
    for program, most, goal in ((SAME, 1 / 3, "a third of DuckDB's wall for the same counts"), (READING, 4, "4 times `wc -l`")):
        if not isinstance(found[program], Failed):
            ratio = statistics.median(ratios(found, program))
            yield f"at most {goal}", f"{ratio:.3g} times", ratio <= most
    if rows in MIB_BY_ROWS:
        peak = max(run[2] for run in found[OURS])
        yield f"at most {MIB_BY_ROWS[rows]:,} MiB at {rows:,} rows", f"{peak:,.0f} MiB", peak <= MIB_BY_ROWS[rows]
    goal = f"{SMALL_ROWS:,} rows in less than {SMALL_SECONDS * 1000:.0f} ms"
    yield goal, f"{small_seconds * 1000:.0f} ms", small_seconds < SMALL_SECONDS


def print_goals(found, rows, small_seconds):
    print("\n| goal | measured | |\n|---|--:|---|")
    for goal, measured, is_met in goals(found, rows, small_seconds):
        print(f"| {goal} | {measured} | {'met' if is_met else 'not met'} |")


def judge(found, limit):
    failed = [f"{program} failed: {runs}" for program, runs in found.items() if isinstance(runs, Failed)]
    if failed:
        sys.exit("\n".join(failed))
    judged = ratios(found, ROWS)
    spread = max(judged) / min(judged)
    if spread > 2:
        print(f"not judged: the ratios differ by a factor of {spread:.1f}, the machine is too noisy")
    elif statistics.median(judged) > limit:
        sys.exit(f"the median ratio is above {limit}")


def lines(log):
    return int(subprocess.run(["wc", "-l", log], check=True, capture_output=True, text=True).stdout.split()[0])


def compare(options, work):
    trial = Trial(options.hushcount, work, options.log, options.rows)
    rows = lines(trial.log) - 1
    programs = quick_programs(trial)
    if rows <= options.slow_rows:
        programs |= slow_programs(trial, options.others)
    found = measure(programs, options.rounds, trial.hold_same)
    print_table(found, rows)
    small = Trial(options.hushcount, work, rows=SMALL_ROWS)
    print_goals(found, rows, statistics.median(small.fresh_report()[0] for _ in range(SMALL_RUNS)))
    if rows > options.slow_rows > 0:
        compare_slow(options, work)
    if options.limit is not None:
        judge(found, options.limit)


def compare_slow(options, work):
    trial = Trial(options.hushcount, work, rows=options.slow_rows)
    programs = slow_programs(trial, options.others)
    if programs:
        print_table(measure({OURS: trial.fresh_report, **programs}, options.rounds), options.slow_rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the log that is made")
    parser.add_argument("--log", type=lambda path: pathlib.Path(path).resolve(), help="a log that is there, written by synth")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--others", help="a Python that has OpenDP and PipelineDP")
    parser.add_argument("--slow-rows", type=int, default=1_000_000, help="the most rows that these two get, 0 for none")
    parser.add_argument("--hushcount", default=os.environ.get("HUSHCOUNT", ROOT / "target/release/hushcount"))
    parser.add_argument("--limit", type=float, help="fail when the median ratio to DuckDB's rows by country is above this")
    options = parser.parse_args()
    options.hushcount = pathlib.Path(options.hushcount).resolve()
    with tempfile.TemporaryDirectory() as name:
        compare(options, pathlib.Path(name))


if __name__ == "__main__":
    main()
