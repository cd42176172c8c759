"""Random logs and policies, sound and unsound, that try every rule of counting."""

import csv
import dataclasses
import datetime
import random

COUNTRIES = ["DE", "FR", "GB", "US", "Côte d'Ivoire", "a\\b", 'say "so", twice', "Россия", "Ελλάδα", "${spark.app.name}'\\"]
AGENCIES = ["tax", "police", "Zoll & Co.", "日本"]
PROCESSES = ["subpoena", "search_warrant", "civil"]
SECRET = ["nsl", "fisa_content", "uk_ipa_content", "Letter of the Bureau"]
UNLISTED = ["CH", "", "Elbonia", "Österreich", "-", "中国", "naïve"]

# What the built-in way refuses, by column.
FAULTS = {
    "received_on": ["2026-02-30", "", "01/02/2026", "2026-1-05", "2026-02-03x", "2026-02-29", "2026-02-03T25:00",
                    "2026-02-03\n", "2026-02-03T10:20\n", "2026-02-03T10:20é"],
    "request_id": [""],
    "country": ["de", " DE", "d.e.", "Germany", "ＤＥ", "CÔTE D’IVOIRE", "FISA content", "N.S.L", "US NSL",
                "РОССИЯ", "ελλάδα ", "Росси\u0306я"],
    "agency": ["Tax", "zoll&co", "日本 ", "Section 702"],
    "legal_process": ["FISA Content", "an nsl", "national security letter", "ＮＳＬ"],
    "kind": ["Total", "total ", "ИТОГО"],
    "nondisclosure": ["maybe", " yes"],
    "notified_on": ["soon", "2026-06-31"],
}


@dataclasses.dataclass
class Case:
    number: int
    policy: str
    columns: list
    rows: list
    faulty: bool
    dates: str

    def header(self):
        return [column.replace("received_on", "Date In") for column in self.columns]

    def days(self):
        """The columns that hold days."""
        return [name for name in self.header() if name == "Date In" or name.endswith(("_on", "_until"))]

    def write(self, directory):
        """The log in two files of which the second goes on from the first, and the policy."""
        half = len(self.rows) // 2
        for name, rows in (("log1.csv", self.rows[:half]), ("log2.csv", self.rows[half:])):
            with open(directory / name, "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([self.header(), *rows])
        (directory / "policy.toml").write_text(self.policy, encoding="utf-8")
        return [directory / "log1.csv", directory / "log2.csv"]


def case(number):
    """The same number gives the same case."""
    rng = random.Random(number)
    columns = ["received_on", "country"]
    has_ids, has_accounts = rng.random() < 0.85, rng.random() < 0.8
    if has_ids:
        columns.append("request_id")
    if has_ids and rng.random() < 0.25:
        columns.append("parent_id")
    if has_accounts:
        columns.append("account_id")
    by_agency, has_process, leaves_out = rng.random() < 0.5, rng.random() < 0.7, rng.random() < 0.3
    columns += ["agency"] * by_agency + ["legal_process"] * has_process + ["kind"] * leaves_out
    # Drawn apart, so that the other choices stay as they are without these columns.
    if random.Random(-number).random() < 0.3:
        columns += ["nondisclosure", "nondisclosure_until", "notified_on"]
        columns += ["nondisclosure_lifted_on"] * (number % 2)
    rng.shuffle(columns)
    faulty = rng.random() < 0.2
    policy = make_policy(rng, number, columns, has_accounts, faulty)
    rows = make_rows(rng, columns, has_process)
    if faulty:
        spoil(rng, columns, rows, policy)
    days = [place for place, name in enumerate(columns) if name == "received_on"]
    plain = all(len(row[place]) == 10 for row in rows for place in days)
    dates = "date" if plain and not faulty and rng.random() < 0.5 else "text"
    return Case(number, policy, columns, rows, faulty, dates)


def make_policy(rng, number, columns, has_accounts, faulty):
    unit = "account" if has_accounts and rng.random() < 0.6 else "request"
    noise = rng.choice(["laplace", "laplace", "gaussian", "none"])
    measures = [["requests"], ["accounts"], ["requests", "accounts"]] if has_accounts else [["requests"]]
    lines = ["[release]", 'period = "2026H1"', "[privacy]", f'unit = "{unit}"', f'noise = "{noise}"']
    if noise == "laplace":
        lines.append("epsilon = 1")
    if noise == "gaussian":
        lines.append("rho = 0.1")
    lines += [f"max_cells = {rng.randint(1, 4)}", f"max_per_cell = {rng.randint(1, 4)}"]
    lines += ["[bands]", f"size = {10_000 if noise == 'none' else 20}", "[log.columns]", 'received_on = "Date In"']
    if "parent_id" in columns:
        lines.append('parent_id = "parent_id"')
    if "kind" in columns:
        lines += ["[log.leave_out]", """kind = ["total", "sum 'of' all", "Итого"]"""]
    lines += ["[keys.country]", f"values = {toml(COUNTRIES)}", 'unknown = "other"', "[keys.country.spellings]"]
    lines += ['"Deutschland" = "DE"', '"Vereinigte\\nStaaten" = "US"', "[keys.agency]", f"values = {toml(AGENCIES)}"]
    if not faulty or rng.random() < 0.5:
        lines += ['unknown = "other"', 'other = "someone else"']
    lines += ["[keys.legal_process.spellings]", '"Letter of the Bureau" = "nsl"', '"Search Warrant" = "search_warrant"']
    tables = [["country"], []] + [["country", "agency"], ["agency"], ["agency", "country"]] * ("agency" in columns)
    if "nondisclosure" in columns:
        tables += [["secrecy_order"], ["secrecy_end"], ["secrecy_length", "country"], ["customer_told"]]
    tables += [["legal_process"], ["country", "legal_process"]] * ("legal_process" in columns)
    for place, by in enumerate(rng.sample(tables, 1 if noise == "none" else rng.randint(1, min(3, len(tables))))):
        lines += ["[[table]]", f'name = "t{place}"', f"by = {toml(by)}", f"measures = {toml(rng.choice(measures))}"]
    return "\n".join(lines) + "\n"


def toml(values):
    return "[" + ", ".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values) + "]"


def make_rows(rng, columns, has_process):
    requests = [rng.choice(["R{}", "é{}", "r'{}\\", "{}"]).format(n) for n in range(rng.randint(1, 120))]
    accounts = [rng.choice(["a{}", "ü{}", "{}", "A{}"]).format(n) for n in range(rng.randint(1, 40))]
    first = datetime.date(2026, 1, 1)
    rows = []
    for _ in range(rng.randint(0, 400)):
        day = first + datetime.timedelta(days=rng.randint(-20, 200))
        values = {
            "received_on": str(day) + rng.choice([""] * 8 + ["T10:20", " 23:59:59.123+02:00"]),
            "request_id": rng.choice(requests),
            "parent_id": rng.choice(["", "", "", rng.choice(requests)]),
            "account_id": rng.choice(["", *accounts]) if rng.random() < 0.3 else rng.choice(accounts),
            "country": rng.choice(COUNTRIES + ["Deutschland", "Vereinigte\nStaaten", "DE", "DE"] + UNLISTED[: rng.randint(1, 7)]),
            "agency": rng.choice(AGENCIES),
            "legal_process": rng.choice(PROCESSES * 4 + ["Search Warrant"] + SECRET),
            "kind": rng.choice(["part"] * 8 + ["total", "sum 'of' all", "Итого", ""]),
        }
        if "nondisclosure" in columns:
            def some_day(reach):
                return rng.choice(["", str(day + datetime.timedelta(days=rng.choice([0, 30, 89, 90, 91, 364, 365, 366, reach])))])

            values["nondisclosure"] = rng.choice(["yes", "No", "Y", "", "0", "TRUE"])
            values["nondisclosure_until"], values["nondisclosure_lifted_on"] = some_day(700), some_day(10)
            values["notified_on"] = some_day(100)
        rows.append([values[column] for column in columns])
        if rng.random() < 0.2:
            # A later row of the same request: the same again, or something else.
            again = list(rows[-1])
            column = rng.randrange(len(columns))
            again[column] = rng.choice(rows)[column]
            rows.append(again)
    if not rng.randrange(3):
        rng.shuffle(rows)
    return [row for row in rows if has_process or "fisa" not in row]


def spoil(rng, columns, rows, policy):
    """Puts in something that cannot be counted."""
    column = rng.choice([name for name in columns if name in FAULTS])
    if not rows:
        return
    row = rng.choice(rows)
    row[columns.index("received_on")] = "2026-03-01"
    for name, value in (("kind", "part"), ("legal_process", "civil"), ("parent_id", "")):
        if name in columns:
            row[columns.index(name)] = value
    row[columns.index(column)] = rng.choice(FAULTS[column])
