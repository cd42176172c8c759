#!/usr/bin/env python3
"""Runs hushcount's counting query on Spark and writes the counts, readable by their owner only.

    hushcount sql --dialect spark --order-by hush_file,hush_row --policy policy.toml --query hushcount-query.sql
    spark-submit spark_count.py --query hushcount-query.sql --counts hushcount-counts.csv exports/2026q1.csv exports/2026q2.csv
    hushcount report --counts hushcount-counts.csv --policy policy.toml --out report-2026H1

The logs, CSV or Parquet, are the view `log` of the query. It has two columns more, for the order of rows: `hush_file`, the
place of the file among those named here, and `hush_row`, which grows within a file. Without logs the query reads a table
that Spark has: name it by `hushcount sql --table`. Query and counts are as confidential as the logs.
"""

import argparse
import csv
import functools
import os
import sys


def read(spark, logs):
    """All logs as one table of text, with the order of their rows."""
    from pyspark.sql import functions

    def one(number, log):
        if log.endswith(".parquet"):
            table = spark.read.parquet(log)
        else:
            options = {"header": True, "multiLine": True, "quote": '"', "escape": '"', "encoding": "UTF-8"}
            table = spark.read.options(**options, enforceSchema=False, mode="FAILFAST").csv(log)
        table = table.withColumn("hush_file", functions.lit(number))
        return table.withColumn("hush_row", functions.monotonically_increasing_id())

    tables = [one(number, log) for number, log in enumerate(logs)]
    return functools.reduce(lambda some, more: some.unionByName(more), tables)


def refuse_damaged(table):
    """Bytes that are no UTF-8 were replaced when they were read, so that different ids are one."""
    from pyspark.sql import functions

    texts = [functions.col(f"`{name}`") for name, kind in table.dtypes if kind == "string"]
    if table.filter(functions.concat_ws("", *texts).contains("\ufffd")).limit(1).count():
        sys.exit("a log is not UTF-8, or has the character that stands for what is not")


def write(rows, columns, path):
    """A new file that nobody else can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def main():
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--query", required=True, help="what `hushcount sql --dialect spark` wrote")
    parser.add_argument("--counts", required=True, help="the file to write")
    parser.add_argument("logs", nargs="*", metavar="LOG")
    options = parser.parse_args()
    if os.path.exists(options.counts):
        parser.error(f"{options.counts} is there already")
    spark = SparkSession.builder.appName("hushcount").getOrCreate()
    if options.logs:
        table = read(spark, options.logs)
        refuse_damaged(table)
        table.createOrReplaceTempView("log")
    with open(options.query, encoding="utf-8") as query:
        result = spark.sql(query.read())
    write(result.collect(), result.columns, options.counts)
    spark.stop()


if __name__ == "__main__":
    main()
