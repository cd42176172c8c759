#!/usr/bin/env python3
"""Times hushcount beside other programs on the same file, in turn, and prints a Markdown table.

    python3 tests/bench/compare.py [--rows N] [--rounds N] [--hushcount PATH] [--limit RATIO]

Needs the package `duckdb`; a line for polars appears where `polars` is installed. What they do:

- `hushcount`: `report` with accounts protected, a table by country and one by country and legal process, requests and
  accounts in both; every row checked, repetitions dropped, contributions bounded, noise, bands, ledger and artefacts.
- `DuckDB, the same counts`: the counting alone, in SQL, by hushcount's rule; hashes only for what is beyond the bounds. Its
  numbers of kept units and requests are compared with those in hushcount's private file: they must be the same.
- `DuckDB, rows by country` and `polars, rows by country`: `count(*) ... group by country`, nothing protected or checked.
- `wc -l`: reading the file.

Absolute times mean nothing on a shared machine, so ratios of runs in the same round are judged, by their median.
"""

import argparse
import hashlib
import hmac
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

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

TABLES = {"by-country": "c", "by-both": "c || chr(31) || p"}

ROWS = """
create table rows as
with raw as (
    select request_id r, account_id a, received_on d, country, legal_process p, row_number() over () n
    from read_csv('{log}', all_varchar = true)
), last as (
    select r, a, arg_max(struct_pack(d := d, country := country, p := p), n) s from raw group by r, a
)
select r, a, s.p p,
    case when s.country in ('AU', 'BR', 'DE', 'ES', 'FR', 'GB', 'IN', 'IT', 'PL', 'US') then s.country else 'other' end c
from last
where s.d between '2026-01-01' and '2026-06-30' and s.p not in ('nsl', 'fisa_content', 'fisa_pen_register')
"""

TABLE = """
with x as (select r, a, {cell} k from rows),
cells as (select a, k, count(*) n from x group by a, k),
units as (select a, count(*) m from cells group by a),
kept as (
    select a, k, n from cells join units using (a) where m <= 2
    union all
    select a, k, n from (
        select a, k, n, row_number() over (partition by a order by sha256(
            '{salt}' || 'c' || substr(sha256('{salt}' || 'a' || a), 1, 32) || chr(31) || k)) o
        from cells join units using (a) where m > 2
    ) where o <= 2
),
requests as (
    select k, r from x join kept using (a, k) where n <= 2
    union all
    select k, r from (
        select k, r, row_number() over (partition by a, k order by sha256('{salt}' || 'r' || r)) o
        from x join kept using (a, k) where n > 2
    ) where o <= 2
)
select (select sum(n) from (select count(*) n from kept group by k)),
    (select sum(n) from (select count(distinct r) n from requests group by k)),
    (select count(*) from requests)
"""


def salt_of_the_demonstration_key():
    """HKDF-SHA256, as `confidential::key` derives it."""
    info = (10).to_bytes(8, "little") + b"identities"
    extracted = hmac.new(b"hushcount 1", b"hushcount demonstration, no key!", hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest().hex()


def duckdb_same(log):
    import duckdb

    connection = duckdb.connect()
    connection.sql("SET threads = 2")
    connection.sql(ROWS.format(log=log))
    salt = salt_of_the_demonstration_key()
    kept = {}
    for table, cell in TABLES.items():
        accounts, _, requests = connection.sql(TABLE.format(cell=cell, salt=salt)).fetchall()[0]
        kept[table] = [int(accounts), int(requests)]
    print(json.dumps(kept))


def duckdb_rows(log):
    import duckdb

    duckdb.sql("SET threads = 2")
    duckdb.sql(f"select country, count(*) from read_csv('{log}') group by country").fetchall()


def polars_rows(log):
    import polars

    polars.scan_csv(log).group_by("country").len().collect(engine="streaming")


PARTS = {"duckdb_same": duckdb_same, "duckdb_rows": duckdb_rows, "polars_rows": polars_rows}


def run(command, env=None):
    """Wall seconds, processor seconds, peak memory in MiB, and what was printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {command}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed


def report(binary, log, work):
    """A report with a ledger and a directory of its own, so that nothing is replayed."""
    with tempfile.TemporaryDirectory(dir=work) as name:
        place = pathlib.Path(name)
        (place / "policy.toml").write_text(POLICY)
        options = ["--policy", place / "policy.toml", "--key", "demonstration", "--ledger", place / "ledger"]
        wall, processor, peak, _ = run([binary, "report", log, *options, "--out", place / "out"])
        bounds = json.loads((place / "hushcount-private.json").read_text())["runs"][0]["bounds"]
    kept = {table: [bounds[table][unit]["counted"] for unit in ("accounts", "requests")] for table in TABLES}
    return wall, processor, peak, json.dumps(kept)


def programs(binary, log, work):
    part = lambda name: lambda: run([sys.executable, __file__, "--part", name, str(log)])
    all_of_them = {
        "hushcount": lambda: report(binary, log, work),
        "DuckDB, the same counts": part("duckdb_same"),
        "DuckDB, rows by country": part("duckdb_rows"),
        "wc -l": lambda: run(["wc", "-l", str(log)]),
    }
    if importlib.util.find_spec("polars"):
        all_of_them["polars, rows by country"] = part("polars_rows")
    return all_of_them


def measure(binary, rows, rounds):
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        log = work / "log.csv"
        subprocess.run([binary, "synth", "--rows", str(rows), "--seed", "1", "--out", log], check=True)
        found = {}
        for _ in range(rounds + 1):  # the first round warms the page cache
            for program, start in programs(binary, log, work).items():
                found.setdefault(program, []).append(start())
    if found["hushcount"][0][3] != found["DuckDB, the same counts"][0][3].strip():
        sys.exit("hushcount and DuckDB do not keep the same")
    return {program: runs[1:] for program, runs in found.items()}


def ratios(found, program):
    return [ours[0] / theirs[0] for ours, theirs in zip(found["hushcount"], found[program])]


def table(found, rows):
    print(f"{rows} rows, medians of {len(found['hushcount'])} rounds\n")
    print("| program | wall s | processor s | peak MiB | hushcount takes, times its wall |")
    print("|---|---|---|---|---|")
    for program, runs in found.items():
        wall, processor, peak = (statistics.median(run[place] for run in runs) for place in range(3))
        ratio = statistics.median(ratios(found, program))
        print(f"| {program} | {wall:.2f} | {processor:.2f} | {peak:.0f} | {ratio:.2f} |")


def judge(found, limit):
    judged = ratios(found, "DuckDB, rows by country")
    spread = max(judged) / min(judged)
    if spread > 2:
        print(f"not judged: the ratios differ by a factor of {spread:.1f}, the machine is too noisy")
    elif statistics.median(judged) > limit:
        sys.exit(f"the median ratio is above {limit}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hushcount", default=os.environ.get("HUSHCOUNT", ROOT / "target/release/hushcount"))
    parser.add_argument("--limit", type=float, help="fail when the median ratio to DuckDB's rows by country is above this")
    parser.add_argument("--part", nargs=2, metavar=("PART", "LOG"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        PARTS[options.part[0]](options.part[1])
        return
    found = measure(pathlib.Path(options.hushcount).resolve(), options.rows, options.rounds)
    table(found, options.rows)
    if options.limit is not None:
        judge(found, options.limit)


if __name__ == "__main__":
    main()
