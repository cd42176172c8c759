#!/usr/bin/env python3
"""Holds counts of other engines against the built-in ones, on random logs and policies.

    python3 tests/engines/check.py [--hushcount PATH] [--cases N] [--spark-cases N] [--first N]

The program prints no exact count. But the ledger has a keyed digest of all counts of a release, so a report from an
engine's counts is the same release as one from the log ("nothing new was charged") exactly when every count is the same.
What became of the rows, and what the bounds left out, is compared too. Logs that the built-in way refuses must be refused.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

import cases
import engines
import spark_count

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
HEADER = ["made_for", "table_name", "measure", "cell", "how_many"]
ALL = ["duckdb", "postgres", "spark", "bigquery", "snowflake", "trino"]
# That these are read right by sqlglot is tried by running what it makes of them.
TRANSLATED = ["bigquery", "snowflake", "trino", "spark"]


class Trial:
    """One case with its directory."""

    def __init__(self, binary, case, place):
        self.binary, self.case, self.place = binary, case, place
        self.logs = case.write(place)
        self.policy = ["--policy", place / "policy.toml"]

    def run(self, *arguments):
        env = {**os.environ, "HUSHCOUNT_KEY": KEY}
        return subprocess.run([self.binary, *arguments], env=env, cwd=self.place, capture_output=True, encoding="utf-8")

    def report(self, *what):
        common = ["--ledger", "ledger", "--out", "out", "--message-format", "json"]
        return self.run("report", *what, *self.policy, *common)

    def query(self, dialect, table, order, *more):
        options = [*more, "--table", table, "--columns", ",".join(self.case.header()), "--dates", self.case.dates]
        done = self.run("sql", "--dialect", dialect, "--order-by", order, *options, *self.policy)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def private(self):
        """Rows and bounds of the last report: how many, summed over the logs, and what was told of both ways."""
        run = json.loads((self.place / "hushcount-private.json").read_text())["runs"][-1]
        rows = {name: sum(log["rows"][name] for log in run["logs"]) for name in run["logs"][0]["rows"]}
        return rows, run["bounds"]

    def compare(self, name, rows):
        """A report from counts, against the one from the log."""
        before = self.private() if self.expected == 0 else None
        counts = self.place / f"{name}.csv"
        spark_count.write(rows, HEADER, counts)
        done = self.report("--counts", counts)
        wrong = f"case {self.case.number}, {name}: {done.stdout}{done.stderr}\n{self.case.policy}"
        if not self.case.rows:
            # A log may be empty; a table that is is more likely another one.
            assert done.returncode == 2 and codes(done) == {"counts-invalid"}, wrong
            return
        assert done.returncode == self.expected, wrong
        if self.expected:
            assert codes(done) == self.codes, wrong
            return
        result = [line for line in map(json.loads, done.stdout.splitlines()) if "replay" in line][0]
        assert result["replay"] and result["unchanged"], wrong
        (rows_before, bounds_before), (rows_after, bounds) = before, self.private()
        assert rows_before == rows_after, f"{wrong}{rows_before}\n{rows_after}"
        for table, told in bounds.items():
            for what, numbers in told.items():
                assert bounds_before[table][what] == numbers, f"{wrong}{bounds_before}\n{bounds}"

    def compare_rejected(self, counts, listed):
        """What is listed as wrong is what was counted as wrong."""
        wrong = f"case {self.case.number}: {listed}"
        counted = {(measure, cell): number for _, table, measure, cell, number in counts if table == "*" and number}
        ordering = [row for row in listed if row[-3] == ""]
        assert len(ordering) == counted.pop(("unordered", 0), 0), wrong
        checks = {(row[-3], row[-1]) for row in listed if row[-3]}
        rejected = [number for (measure, _), number in counted.items() if measure == "rejected"]
        assert len(checks) == len(rejected), wrong
        # Rows of one request count once.
        assert sum(rejected) <= len(listed) - len(ordering), wrong

    def built_in(self):
        done = self.report(*self.logs)
        self.expected, self.codes = done.returncode, codes(done)
        assert done.returncode in (0, 2), f"case {self.case.number}: {done.stderr}\n{self.case.policy}"
        # A wrong date at the beginning of a log is one in another format; in a table it is a wrong row.
        self.codes = {"log-row"} if self.codes == {"log-date-format"} else self.codes
        assert done.returncode == 0 or self.codes == {"log-row"}, f"case {self.case.number}: {done.stderr}"


def codes(done):
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]
    return {line["code"] for line in lines if line.get("severity") in ("error", "refused")}


def parse(query, dialect, header):
    """A query that the dialect's parser understands whole, and whose every name is there."""
    tree = sqlglot.parse_one(query, read=dialect)
    assert isinstance(tree, exp.Select) and not list(tree.find_all(exp.Command)), dialect
    schema = {"log": {name: "text" for name in [*header, engines.PLACE]}}
    qualify(tree.copy(), schema=schema, dialect=dialect, validate_qualify_columns=True, quote_identifiers=False)
    return tree


def tally():
    return {"counted": 0, "refused": 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hushcount", default=os.environ.get("HUSHCOUNT", ROOT / "target/release/hushcount"))
    parser.add_argument("--cases", type=int, default=250)
    parser.add_argument("--spark-cases", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    options = parser.parse_args()
    binary = pathlib.Path(options.hushcount).resolve()
    # What was started is stopped also where this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    done = {}
    with contextlib.ExitStack() as stack:
        running = [engines.DuckDb(), stack.enter_context(engines.postgres())]
        if running[1] is None:
            print("SKIPPED: no PostgreSQL, and none can be installed")
        for number in range(options.first, options.first + options.cases):
            try_one(binary, number, [one for one in running if one], done, dialects=True)
    if options.spark_cases and engines.has_java():
        with engines.spark_cluster() as address:
            with engines.spark(address) as session:
                for number in slow_numbers(options.first, options.spark_cases):
                    try_one(binary, number, [session], done, dialects=False)
            submit(binary, address, done)
    elif options.spark_cases:
        print("SKIPPED: no Java, so no Spark")
    for name, numbers in done.items():
        print(f"{name}: {numbers['counted']} logs with the same counts, {numbers['refused']} refused by both")


def slow_numbers(first, sound):
    """So many cases that are sound, and three that are not."""
    numbers = range(first, first + 20 * sound)
    faulty = [number for number in numbers if cases.case(number).faulty]
    return [*[number for number in numbers if number not in faulty][:sound], *faulty[:3]]


def try_one(binary, number, running, done, dialects):
    case = cases.case(number)
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(binary, case, pathlib.Path(name))
        trial.built_in()

        def note(engine, rows):
            trial.compare(engine, rows)
            done.setdefault(engine, tally())["counted" if trial.expected == 0 else "refused"] += 1

        for engine in running:
            asked = engine.dialect, engine.table(case, trial.logs), engine.order
            rows = engine.run(trial.query(*asked))
            note(engine.name, rows)
            trial.compare_rejected(rows, engine.run(trial.query(*asked, "--rejected")))
        for dialect in ALL if dialects else []:
            tree = parse(trial.query(dialect, "log", engines.PLACE), dialect, case.header())
            if dialect in TRANSLATED and isinstance(running[0], engines.DuckDb):
                duck = running[0]
                duck.connection.execute(f"CREATE OR REPLACE TABLE log AS {duck.table(case, trial.logs)[1:-1]}")
                note(f"{dialect} as DuckDB", duck.run(tree.sql(dialect="duckdb")))


def submit(binary, address, done):
    """The ready job, as a user would run it."""
    import pyspark

    with tempfile.TemporaryDirectory() as name:
        case = next(one for one in map(cases.case, range(1, 100)) if not one.faulty and len(one.rows) > 50)
        case.dates = "text"
        trial = Trial(binary, case, pathlib.Path(name))
        trial.built_in()
        query = pathlib.Path(name) / "count.sql"
        query.write_text(trial.query("spark", "log", "hush_file,hush_row"), encoding="utf-8")
        counts = pathlib.Path(name) / "counts.csv"
        program = pathlib.Path(pyspark.__file__).parent / "bin/spark-submit"
        command = [program, "--master", address, "--conf", "spark.ui.enabled=false", ROOT / "data/spark_count.py"]
        ran = subprocess.run([*command, "--query", query, "--counts", counts, *trial.logs], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr[-4000:]
        result = trial.report("--counts", counts)
        assert '"replay":true' in result.stdout.replace(" ", ""), result.stdout + result.stderr
        done["spark-submit"] = {"counted": 1, "refused": 0}


if __name__ == "__main__":
    sys.exit(main())
