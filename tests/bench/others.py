"""What other programs do in `compare.py`, each in a process of its own: `others.py PART FILE...`."""

import csv
import os
import pathlib
import sys

THREADS = 2
TABLES = {"by-country": ["country"], "by-both": ["country", "legal_process"]}
COUNTRIES = ["AU", "BR", "DE", "ES", "FR", "GB", "IN", "IT", "PL", "US", "other"]
PROCESSES = ["civil", "court_order_2703d", "emergency", "mlat", "pen_register", "preservation", "search_warrant", "subpoena",
             "wiretap"]
MAX_CELLS = MAX_PER_CELL = 2


def duckdb_in(spill):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute(f"SET temp_directory = '{spill}'")
    return connection


def duckdb_same(query, counts, spill):
    os.umask(0o077)
    result = duckdb_in(spill).execute(pathlib.Path(query).read_text(encoding="utf-8"))
    with open(counts, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[column[0] for column in result.description], *result.fetchall()])


def duckdb_rows(log, spill):
    duckdb_in(spill).execute(f"SELECT country, count(*) FROM read_csv('{log}') GROUP BY country").fetchall()


def polars_rows(log):
    import polars

    polars.scan_csv(log).group_by(TABLES["by-both"]).len().collect(engine="streaming")


def polars_bounded(log):
    import polars

    rows = polars.scan_csv(log, infer_schema=False)
    polars.collect_all([bounded_by_hash(rows, by) for by in TABLES.values()], engine="streaming")


def bounded_by_hash(rows, by):
    import polars

    cells = rows.group_by("account_id", *by).len()
    kept = cells.sort(polars.struct("account_id", *by).hash()).group_by("account_id").head(MAX_CELLS)
    return kept.group_by(by).agg(polars.col("len").clip(upper_bound=MAX_PER_CELL).sum(), polars.len().alias("accounts"))


def opendp(log):
    import opendp.prelude as dp
    import polars

    dp.enable_features("contrib")
    countries, processes = polars.LazyFrame({"country": COUNTRIES}), polars.LazyFrame({"legal_process": PROCESSES})
    keys = {"by-country": countries, "by-both": countries.join(processes, how="cross")}
    context = dp.Context.compositor(
        data=polars.scan_csv(log, infer_schema=False).select("account_id", "country", "legal_process"),
        privacy_unit=dp.unit_of(contributions=1, identifier="account_id"),
        privacy_loss=dp.loss_of(epsilon=1.0),
        split_evenly_over=len(TABLES),
    )
    for table, by in TABLES.items():
        rows = context.query().truncate_per_group(MAX_CELLS * MAX_PER_CELL).group_by(by)
        rows.agg(dp.len(signed=True)).with_keys(keys[table]).release().collect()


def pipelinedp(log):
    import pipeline_dp

    budget = pipeline_dp.NaiveBudgetAccountant(total_epsilon=1, total_delta=0)
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.LocalBackend())
    bounds = pipeline_dp.AggregateParams(
        metrics=[pipeline_dp.Metrics.COUNT],
        noise_kind=pipeline_dp.NoiseKind.LAPLACE,
        max_partitions_contributed=MAX_CELLS,
        max_contributions_per_partition=MAX_PER_CELL,
    )
    with open(log, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        account, country = header.index("account_id"), header.index("country")
        columns = pipeline_dp.DataExtractors(lambda row: row[account], lambda row: row[country], lambda row: 0)
        counts = engine.aggregate(rows, bounds, columns, public_partitions=COUNTRIES)
        budget.compute_budgets()
        list(counts)


PARTS = {part.__name__: part for part in (duckdb_same, duckdb_rows, polars_rows, polars_bounded, opendp, pipelinedp)}

if __name__ == "__main__":
    PARTS[sys.argv[1]](*sys.argv[2:])
