"""Engines that run a query over the files of a log; each is started here and stops with its `with`."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import duckdb
import psycopg

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "data"))

PLACE = "place"


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


class DuckDb:
    """Reads the files where they are: the table is a subquery that numbers their rows."""

    name = dialect = "duckdb"
    order = PLACE

    def __init__(self):
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2")

    def table(self, case, logs):
        files = ", ".join(map(quoted, logs))
        days = ", ".join(f'CAST("{name}" AS DATE) AS "{name}"' for name in case.days())
        day = f" REPLACE ({days})" if case.dates == "date" else ""
        return (
            f"(SELECT *{day}, row_number() OVER () AS {PLACE} "
            f"FROM read_csv([{files}], all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"'))"
        )

    def run(self, query):
        return self.connection.execute(query).fetchall()


class Postgres:
    """A server in a temporary directory, on a socket there and on no network."""

    name = dialect = "postgres"
    order = PLACE

    def __init__(self, socket_directory):
        self.connection = psycopg.connect(host=socket_directory, user="postgres", dbname="postgres", autocommit=True)

    def table(self, case, logs):
        columns = [f'"{name}"' for name in case.header()]
        is_day = {f'"{name}"' for name in case.days() if case.dates == "date"}
        types = [f"{name} {'DATE' if name in is_day else 'TEXT'}" for name in columns]
        self.connection.execute("DROP TABLE IF EXISTS log")
        self.connection.execute(f"CREATE TABLE log ({', '.join(types)}, {PLACE} BIGSERIAL)")
        for log in logs:
            copy = f"COPY log ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv, HEADER true)"
            with self.connection.cursor().copy(copy) as into:
                into.write(log.read_bytes())
        return "log"

    def run(self, query):
        return self.connection.execute(query.encode()).fetchall()


def install(package):
    """A Debian package, where that can be done."""
    if os.getuid() == 0 and shutil.which("apt-get"):
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", package], **quiet)


def postgres_programs():
    """Where its programs are, installed first where that can be done."""

    def found():
        return sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))

    if not found():
        install("postgresql")
    return found()[-1].parent if found() else None


def has_java():
    """Whether Spark can run, with Java installed first where that can be done."""
    if not shutil.which("java"):
        install("default-jre-headless")
    return shutil.which("java") is not None


@contextlib.contextmanager
def postgres():
    programs = postgres_programs()
    if programs is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        as_user = {}
        if os.getuid() == 0:  # it refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(place, user.pw_uid, user.pw_gid)
            as_user = {"user": "postgres", "group": user.pw_gid, "extra_groups": []}
        options = ["-D", place / "db", "-U", "postgres", "-E", "UTF8", "--auth", "trust", "--no-sync"]
        # A collation that sorts and compares otherwise than by bytes, as servers have.
        icu = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"]
        subprocess.run([programs / "initdb", *options, *icu], check=True, cwd=place, stdout=subprocess.DEVNULL, **as_user)
        command = [programs / "postgres", "-D", place / "db", "-k", place, "-h", "", "-F"]
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            server = subprocess.Popen(command, cwd=place, stdout=nowhere, stderr=nowhere, **as_user)
        try:
            yield Postgres(wait_for_socket(server, place))
        finally:
            server.send_signal(signal.SIGINT)  # at once, whoever is connected
            server.wait(timeout=60)


def wait_for_socket(server, place):
    for _ in range(300):
        if server.poll() is not None:
            sys.exit("the PostgreSQL server did not start")
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(place), user="postgres", dbname="postgres").close()
            return str(place)
        time.sleep(0.1)
    sys.exit("the PostgreSQL server did not answer")


class Spark:
    """A standalone cluster on loopback; the ready job reads the files."""

    name = dialect = "spark"
    order = "hush_file,hush_row"

    def __init__(self, session):
        self.session = session

    def table(self, case, logs):
        import spark_count

        spark_count.read(self.session, [str(log) for log in logs]).createOrReplaceTempView("log")
        if case.dates == "date":
            days = case.days()
            names, typed = ", ".join(f"`{day}`" for day in days), ", ".join(f"CAST(`{day}` AS DATE) AS `{day}`" for day in days)
            return f"(SELECT * EXCEPT ({names}), {typed} FROM log)"
        return "log"

    def run(self, query):
        return [tuple(row) for row in self.session.sql(query).collect()]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def spark_cluster():
    """One master and two workers; yields the master's address."""
    import pyspark

    home = pathlib.Path(pyspark.__file__).parent
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
        env["SPARK_LOCAL_DIRS"] = name
        port, web = free_port(), free_port()
        address = f"spark://127.0.0.1:{port}"

        def start(kind, *options):
            # `exec`, so that the process that is stopped is the machine itself.
            command = [home / "bin/spark-class", f"org.apache.spark.deploy.{kind}", "--host", "127.0.0.1", *options]
            process = subprocess.Popen(command, env=env, cwd=name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)

        start("master.Master", "--port", str(port), "--webui-port", str(web))
        for _ in range(2):
            start("worker.Worker", "--cores", "1", "--memory", "1g", "--webui-port", "0", "-d", name, address)
        wait_for_workers(web)
        os.environ.update({key: env[key] for key in ("SPARK_LOCAL_IP", "SPARK_HOME", "PYSPARK_PYTHON", "SPARK_LOCAL_DIRS")})
        yield address


def wait_for_workers(web):
    for _ in range(600):
        with contextlib.suppress(OSError, ValueError, KeyError):
            with urllib.request.urlopen(f"http://127.0.0.1:{web}/json/", timeout=2) as answer:
                if json.load(answer)["aliveworkers"] == 2:
                    return
        time.sleep(0.1)
    sys.exit("the Spark cluster did not come up")


@contextlib.contextmanager
def spark(address):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(address).appName("hushcount").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.executor.memory", "700m")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield Spark(session)
    finally:
        session.stop()
