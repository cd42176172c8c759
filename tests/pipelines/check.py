"""Tries the pipeline files: their schemas, what they must and must never do, and their shell steps, run as they stand.

    HUSHCOUNT=target/release/hushcount python3 tests/pipelines/check.py

The shell steps run in a temporary directory with the demonstration key. What a runner would bring is played: `cargo`
installs the binary that HUSHCOUNT names, `gh` says what the repository is, and git pushes to a bare repository.
actionlint is used where it is installed; its packages fetch it from elsewhere, so it is not required.
"""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
HUSHCOUNT = Path(os.environ["HUSHCOUNT"]).resolve()

ACTION = ROOT / ".github/actions/hushcount/action.yml"
RUN = ACTION.parent / "run.sh"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
EXAMPLE = ROOT / ".github/workflows/example-transparency-report.yml"
GITLAB = ROOT / ".gitlab/transparency-report.gitlab-ci.yml"
DOCKERFILE = ROOT / ".docker/Dockerfile"
RECIPES = ROOT / "data/recipes.md"

# What no upload, cache or commit may name.
CONFIDENTIAL = re.compile(r"private|quarantine|\.key\b|hushcount\.key|\blogs?\b|exports|\.csv\b|\*", re.IGNORECASE)
VERSION_TAG = re.compile(r"[\w.-]+/[\w./-]+@v\d+\.\d+\.\d+")

failures = []


def expect(holds, what):
    """Notes what does not hold, and goes on."""
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}")


def load(path):
    """A YAML file. `on` is a key, as GitHub reads it, not the truth value of YAML 1.1."""
    content = yaml.safe_load(path.read_text())
    if True in content:
        content["on"] = content.pop(True)
    return content


def run(arguments, **options):
    return subprocess.run(arguments, text=True, capture_output=True, check=False, **options)


# --- what the files say ---------------------------------------------------------------------------------------------


def schemas():
    checker = TOOLS / "check-jsonschema"
    kinds = {"vendor.github-actions": [ACTION], "vendor.github-workflows": WORKFLOWS, "vendor.gitlab-ci": [GITLAB]}
    for kind, paths in kinds.items():
        done = run([checker, "--builtin-schema", kind, *paths])
        expect(done.returncode == 0, f"{kind}: {done.stdout}{done.stderr}")
    if actionlint := shutil.which("actionlint"):
        done = run([actionlint, *WORKFLOWS])
        expect(done.returncode == 0, f"actionlint: {done.stdout}")
    else:
        print("SKIPPED: actionlint is not installed")


def scripts():
    """Every shell script of the files, with where it stands."""
    for path, steps in [(ACTION, load(ACTION)["runs"]["steps"])] + [
        (path, job["steps"]) for path in WORKFLOWS for job in load(path)["jobs"].values()
    ]:
        for step in steps:
            if "run" in step:
                yield f"{path.name}: {step['name']}", step["run"]
    job = load(GITLAB)["transparency-report"]
    # One shell runs them all, so a variable that one part sets is used by the next.
    yield GITLAB.name, "\n".join(job["script"])
    yield f"{GITLAB.name}: after", "\n".join(job["after_script"])
    yield RUN.name, RUN.read_text()


def shell():
    for name, script in scripts():
        done = run([TOOLS / "shellcheck", "--shell", "bash", "--exclude", "SC2317", "-"], input=script)
        expect(done.returncode == 0, f"shellcheck, {name}: {done.stdout}")
        # An expression inside a script is text pasted into a program.
        expect("${{" not in script, f"{name}: an expression inside a script")
        expect("add-mask" not in script, f"{name}: masks something")
        expect("set -x" not in script, f"{name}: prints its commands")


def uses(steps):
    return [step for step in steps if "uses" in step]


def action():
    steps = load(ACTION)["runs"]["steps"]
    for step in uses(steps):
        expect(VERSION_TAG.fullmatch(step["uses"]), f"action.yml: {step['uses']} is not pinned")
        expect(not CONFIDENTIAL.search(json.dumps(step["with"])), f"action.yml: {step['name']} takes what is confidential")
    summary = next(step for step in steps if step["name"] == "Summary")
    expect(summary["if"] == "inputs.message-format != 'github'", "action.yml: the summary is written twice")
    names = [step["name"] for step in steps]
    wanted = ["Build", "Check", "Report", "Verify", "Summary"]
    expect([name for name in names if name in wanted] == wanted, f"action.yml: the steps are {names}")
    for step in steps:
        if "run" in step:
            blank = step.get("env", {}).get("HUSHCOUNT_KEY") == ""
            needed = step["name"] in ("Check", "Report")
            expect(blank != needed, f"action.yml: {step['name']} and the key")
    inputs = load(ACTION)["inputs"]
    expect(inputs["message-format"]["default"] == "human", "action.yml: the default message format")
    text = ACTION.read_text()
    for name in inputs:
        expect(f"inputs.{name} }}}}" in text, f"action.yml: the input {name} is not used")


def workflows():
    for path in WORKFLOWS:
        flow, name = load(path), path.name
        expect(flow.get("permissions") == {}, f"{name}: permissions for all jobs")
        concurrency = flow.get("concurrency", {})
        expect(concurrency.get("cancel-in-progress") is False, f"{name}: a run can be stopped halfway")
        expect("${{" not in concurrency.get("group", "${{"), f"{name}: its concurrency group is not one for all branches")
        for job in flow["jobs"].values():
            expect(set(job.get("permissions", {"all": ""})) <= {"contents"}, f"{name}: permissions of a job")
            expect("environment" in job, f"{name}: a job's secrets are in no environment")
            expect("timeout-minutes" in job, f"{name}: a job has no time limit")
            expect("secrets." not in json.dumps(job.get("env", {})), f"{name}: a secret for all steps")
            for step in uses(job["steps"]):
                used = step["uses"]
                expect(used.startswith("./") or VERSION_TAG.fullmatch(used), f"{name}: {used} is not pinned")
                given = json.dumps(step.get("with", {}))
                if "checkout" in used:
                    expect(step["with"].get("persist-credentials") is False, f"{name}: the token stays on the disk")
                    expect(step["with"].get("ref") == "${{ github.ref_name }}", f"{name}: not the tip of the branch")
                elif "hushcount" not in used:
                    expect(not CONFIDENTIAL.search(given), f"{name}: {used} takes what is confidential: {given}")
                    expect(step["with"].get("path", ".") not in (".", "./", "..", "/"), f"{name}: {used} takes everything")
            with_key = [step for step in job["steps"] if "secrets.HUSHCOUNT_KEY" in json.dumps(step)]
            expect(all("/actions/hushcount@" in step.get("uses", "") for step in with_key), f"{name}: who gets the key")


def example():
    flow = load(EXAMPLE)
    steps = flow["jobs"]["report"]["steps"]
    at = {step.get("name", step.get("uses")): number for number, step in enumerate(steps)}
    order = ["The repository is private", "The ledger is there", "Fetch the logs", "Check, report, verify",
             "Push the ledger", "Delete what is confidential", "Keep the release"]
    expect(sorted(order, key=at.__getitem__) == order, "the example: the order of its steps")
    for name in order[4:6]:
        expect(steps[at[name]].get("if") == "always()", f"the example: `{name}` not after a failure")
    expect("if" not in steps[at["Keep the release"]], "the example: a release is kept after a failure")
    given = steps[at["Check, report, verify"]]["with"]
    expect(set(given) <= set(load(ACTION)["inputs"]), "the example: inputs that the action does not have")
    expect(given["message-format"] == "github", "the example: messages are not shown beside the run")
    required = {name for name, about in load(ACTION)["inputs"].items() if about.get("required")}
    expect(required <= set(given), "the example: inputs that the action needs")
    expect(given["out"] == steps[at["Keep the release"]]["with"]["path"], "the example: what is kept is not the release")
    expect("--force" not in EXAMPLE.read_text() + GITLAB.read_text(), "a ledger is pushed by force")
    expect("schedule" not in flow["on"] and "# schedule:" in EXAMPLE.read_text(), "the example: its schedule")


def gitlab():
    job = load(GITLAB)["transparency-report"]
    expect(job["resource_group"] == "hushcount-ledger", "GitLab: two runs race")
    expect(job["interruptible"] is False, "GitLab: a run can be stopped halfway")
    expect('CI_COMMIT_REF_PROTECTED == "true"' in job["rules"][0]["if"], "GitLab: an unprotected branch")
    expect(job["artifacts"]["paths"] == [job["variables"]["OUT"] + "/"], "GitLab: what is kept is not the release")
    expect(job["artifacts"]["when"] == "on_success", "GitLab: a release is kept after a failure")
    for taken in (job["artifacts"]["paths"], job["cache"]["paths"]):
        expect(not CONFIDENTIAL.search(json.dumps(taken)), f"GitLab: takes what is confidential: {taken}")
    given = json.dumps(load(GITLAB)["variables"]) + json.dumps(job["variables"])
    expect("HUSHCOUNT_KEY" not in given and "LEDGER_TOKEN" not in given, "GitLab: a secret in the file")


def image():
    """Whether the build sees everything that it needs and nothing that is confidential."""
    patterns = [line for line in Path(f"{DOCKERFILE}.dockerignore").read_text().splitlines() if line and line[0] != "#"]
    expect(patterns[0] == "*" and all(line[0] == "!" for line in patterns[1:]), "the image: not a list of what is let in")
    let_in = [line[1:] for line in patterns[1:]]

    def seen(path):
        return any(fnmatch.fnmatch(path, one) or path.startswith(f"{one}/") for one in let_in)

    needed = ["Cargo.toml", "Cargo.lock"]
    for source in (ROOT / "src").rglob("*.rs"):
        for other in re.findall(r'include_(?:str|bytes)!\("([^"]+)"\)', source.read_text()):
            needed.append(str((source.parent / other).resolve().relative_to(ROOT)))
    for path in needed:
        expect(seen(path) and (ROOT / path).exists(), f"the image: the build does not see {path}")
    for path in ["hushcount.key", "hushcount-private.json", "data/2026q1.csv", "data/hushcount-ledger.jsonl", "data/a.key"]:
        expect(not seen(path), f"the image: the build sees {path}")
    text = DOCKERFILE.read_text()
    expect('ENTRYPOINT ["hushcount"]' in text, "the image: its entry point")
    expect(re.search(r"^USER (?!0|root)", text, re.MULTILINE), "the image: runs as root")
    expect(not re.search(r"^(ENV|ARG)", text, re.MULTILINE), "the image: keeps a variable")
    expect("--locked" in text, "the image: not as the lock file has it")


def toolchains():
    version = re.search(r'^rust-version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    expect(f"rust:{version}-" in DOCKERFILE.read_text(), f"the image: not Rust {version}")
    expect(f"rust:{version}-" in GITLAB.read_text(), f"GitLab: not Rust {version}")


def section(heading):
    return RECIPES.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]


def commands():
    """Every command and option that the files use is one that the program has."""
    helps = {}

    def known(command):
        if command not in helps:
            done = run([HUSHCOUNT, command, "--help"])
            helps[command] = done.stdout if done.returncode == 0 else None
        return helps[command]

    # Commands only, not what is said about them.
    texts = {name: re.sub(r"^\s*#.*$", "", script, flags=re.MULTILINE) for name, script in scripts()}
    texts["Dockerfile"] = "\n".join(re.findall(r"^#   (.*)$", DOCKERFILE.read_text(), re.MULTILINE))
    texts["recipes.md"] = "\n".join(re.findall(r"```sh\n(.*?)```", section("In a pipeline"), re.DOTALL))
    used = 0
    for name, text in texts.items():
        for line in text.replace("\\\n", " ").splitlines():
            for command, rest in re.findall(r"(?:^|[\s(;])hushcount ([a-z]+)\b(.*)", line):
                used += 1
                expect(known(command), f"{name}: hushcount has no command {command}")
                for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest):
                    expect(f"{option} " in (known(command) or ""), f"{name}: {command} has no option {option}")
            if "options" in line and "(" in line:
                for option in re.findall(r"--[a-z][a-z-]*", line):
                    for command in ("check", "report"):
                        expect(f"{option} " in known(command), f"{name}: {command} has no option {option}")
    expect(used > 4, "no commands found: what finds them is out of order")
    for path in re.findall(r"\]\(([^)#]+)\)", section("In a pipeline")):
        expect((RECIPES.parent / path).exists(), f"recipes.md: {path} is not there")


# --- the steps, run -------------------------------------------------------------------------------------------------


class Runner:
    """Runs the shell steps of the action or the workflow as a runner would, one bash for each."""

    def __init__(self, place):
        self.place = place
        self.workspace = place / "workspace"
        self.temp = place / "temp"
        self.bin = place / "bin"
        for directory in (self.workspace, self.temp, self.bin):
            directory.mkdir(parents=True)
        self.summary = place / "summary.md"
        self.summary.write_text("before\n")
        self.cargo_log = place / "cargo.log"
        self.program("rustup", "exit 0")
        # Notes how it is called and whether it sees a key; `install` puts the binary where --root says.
        self.program(
            "cargo",
            f'echo "$* key=${{HUSHCOUNT_KEY-}}" >> {self.cargo_log}\n'
            'while [ $# -gt 1 ]; do if [ "$1" = --root ]; then root=$2; fi; shift; done\n'
            f'if [ -n "${{root-}}" ]; then mkdir -p "$root/bin"; cp {HUSHCOUNT} "$root/bin/hushcount"; fi',
        )
        self.path = f"{self.bin}:/usr/local/bin:/usr/bin:/bin"
        self.steps = {}

    def program(self, name, script):
        (self.bin / name).write_text(f"#!/bin/bash\n{script}\n")
        (self.bin / name).chmod(0o755)

    def environment(self, **more):
        return {
            "PATH": self.path,
            "HOME": str(self.place),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            **more,
        }

    def evaluate(self, text, context):
        """The few expressions in use: a name, perhaps with `|| false`."""

        def value(match):
            name = match[1].removesuffix("|| false").strip()
            found = context.get(name, self.steps.get(name))
            if found is None:
                raise KeyError(f"an expression that the test does not know: {name}")
            return found

        return re.sub(r"\$\{\{ (.*?) \}\}", value, str(text))

    def step(self, step, context, secret=None, **more):
        """One step; its exit status, and what it printed."""
        output, path = self.place / "output", self.place / "path"
        output.write_text("")
        path.write_text("")
        environment = self.environment(
            GITHUB_ACTION_PATH=str(ACTION.parent),
            GITHUB_STEP_SUMMARY=str(self.summary),
            GITHUB_OUTPUT=str(output),
            GITHUB_PATH=str(path),
            RUNNER_TEMP=str(self.temp),
            RUNNER_OS="Linux",
            RUNNER_ARCH="X64",
            **more,
        )
        if secret is not None:
            environment["HUSHCOUNT_KEY"] = secret
        environment |= {name: self.evaluate(value, context) for name, value in step.get("env", {}).items()}
        script = self.place / "step.sh"
        script.write_text(step["run"])
        done = run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=self.workspace, env=environment)
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.steps[f"steps.{step['id']}.outputs.{name}"] = value
        for line in path.read_text().splitlines():
            self.path = f"{line}:{self.path}"
        return done

    def action(self, secret=None, **inputs):
        """The action; the name of the step that failed, if one did, and its exit status."""
        description = load(ACTION)
        context = {"runner.temp": str(self.temp)}
        for name, about in description["inputs"].items():
            context[f"inputs.{name}"] = inputs.get(name, about.get("default", ""))
        for step in description["runs"]["steps"]:
            if "run" in step:
                done = self.step(step, context, secret)
                if done.returncode:
                    return step["name"], done.returncode, done.stderr
        return None, 0, ""


def a_place(directory, name):
    """A workspace with the example policy, and a log outside of it."""
    runner = Runner(directory / name)
    shutil.copy(ROOT / "data/policy.toml", runner.workspace)
    logs = runner.temp / "the logs"
    logs.mkdir()
    shutil.copy(ROOT / "data/2026q1.csv", logs)
    return runner


def run_the_action(directory):
    runner = a_place(directory, "action")
    given = {"logs": f"\n  {runner.temp}/the logs/*.csv  \n\n", "out": "the release", "period": "2026Q1", "key": "demonstration"}
    secret = "5" * 64

    done = runner.action(secret, **given)
    expect(done[:2] == (None, 0), f"the action: {done}")
    release, ledger = runner.workspace / "the release", runner.workspace / "hushcount-ledger.jsonl"
    report = (release / "report.md").read_text()
    expect(runner.summary.read_text() == f"before\n{report}", "the action: the summary is not what it was and the report")
    expect(ledger.exists(), "the action: no ledger")
    private = runner.workspace / "hushcount-private.json"
    expect(private.exists() and not (release / private.name).exists(), "the action: where the private file is")
    expect(secret not in runner.cargo_log.read_text(), "the action: the build sees the key")
    calls = runner.cargo_log.read_text().splitlines()
    expect(any("install --locked --path" in call and f"--path {ROOT} " in call for call in calls), f"the action: {calls}")

    spent = ledger.read_bytes()
    expect(runner.action(secret, **given)[:2] == (None, 0), "the action: a second run")
    expect(ledger.read_bytes() == spent, "the action: a second run costs something")
    expect((release / "report.md").read_text() == report, "the action: a second run has other numbers")

    # Without `key` the secret is taken: the demonstration's release cannot be made again with it.
    failed = runner.action(secret, **(given | {"key": "", "out": "other"}))
    expect(failed[0] in ("Check", "Report") and failed[1] == 1, f"the action: another key: {failed}")

    # Other data for a published release: refused, with 1, and the summary says what that means.
    runner.summary.write_text("")
    with (runner.temp / "the logs/2026q1.csv").open("r+") as log:
        log.truncate(log.read().rindex("\n", 0, 300_000) + 1)
    failed = runner.action(**(given | {"out": "other"}))
    expect(failed[0] in ("Check", "Report") and failed[1] == 1, f"the action: other data: {failed}")
    expect("status 1, refused" in runner.summary.read_text(), "the action: the summary of a refusal")
    expect(ledger.read_bytes() == spent, "the action: a refusal costs something")
    expect(not (runner.workspace / "other").exists(), "the action: a refusal leaves a release")

    # A log that is not there: failed, with 2, before anything is charged.
    failed = runner.action(**(given | {"logs": "nowhere/*.csv"}))
    expect(failed[:2] == ("Check", 2), f"the action: no log: {failed}")
    expect("status 2, failed" in runner.summary.read_text(), "the action: the summary of a failure")

    # A release that was touched after it was made.
    with (release / "by-country.csv").open("a") as table:
        table.write("x\n")
    verify = next(step for step in load(ACTION)["runs"]["steps"] if step["name"] == "Verify")
    done = runner.step(verify, {"inputs.out": "the release", "inputs.message-format": "human"})
    expect(done.returncode in (1, 2), f"the action: a touched release: {done.returncode} {done.stderr}")

    # Earlier releases and the day of publication get to the program.
    runner.program("hushcount", 'printf "%s\\n" "$@"')
    runner.path = f"{runner.bin}:{runner.path}"
    check = next(step for step in load(ACTION)["runs"]["steps"] if step["name"] == "Check")
    inputs = {"logs": "a b.csv\nc*.csv\n", "out": "o", "policy": "p", "against": "one\n two three \n", "period": "",
              "publish-on": "2026-09-01", "key": "", "message-format": "json"}
    done = runner.step(check, {f"inputs.{name}": value for name, value in inputs.items()})
    wanted = ["check", "--message-format", "json", "--policy", "p", "--out", "o", "--publish-on", "2026-09-01",
              "--against", "one", "--against", "two three", "--", "a b.csv", "c*.csv"]
    expect(done.stdout.splitlines() == wanted, f"the action: its options: {done.stdout}{done.stderr}")


def origin(runner, url):
    """A bare repository, and the workspace as its clone."""
    git = dict(cwd=runner.workspace, env=runner.environment(), check=True, capture_output=True, text=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", url], **git)
    subprocess.run(["git", "init", "-q", "-b", "main"], **git)
    subprocess.run(["git", "config", "user.name", "t"], **git)
    subprocess.run(["git", "config", "user.email", "t@localhost"], **git)
    (runner.workspace / ".gitignore").write_text("*.key\nhushcount-private.json\n")
    subprocess.run(["git", "add", ".gitignore", "policy.toml"], **git)
    subprocess.run(["git", "commit", "-qm", "policy"], **git)
    subprocess.run(["git", "remote", "add", "origin", url], **git)
    subprocess.run(["git", "push", "-q", "origin", "main"], **git)
    return git


def pushed(git, url):
    """The files of the branch as it was pushed, and its ledger."""
    files = subprocess.run(["git", "-C", url, "ls-tree", "-r", "--name-only", "main"], **git).stdout.split()
    ledger = subprocess.run(["git", "-C", url, "show", "main:hushcount-ledger.jsonl"], **(git | {"check": False})).stdout
    return files, ledger


def somebody_merges(directory, url, git, name):
    """Another commit on the branch, while a run is under way."""
    other = directory / name
    subprocess.run(["git", "clone", "-q", url, other], **git)
    (other / name).write_text("x")
    for command in (["add", name], ["-c", "user.name=o", "-c", "user.email=o@localhost", "commit", "-qm", "other"],
                    ["push", "-q", "origin", "main"]):
        subprocess.run(["git", "-C", other, *command], **git)


def run_the_example(directory):
    runner = a_place(directory, "example")
    steps = {step.get("name"): step for step in load(EXAMPLE)["jobs"]["report"]["steps"]}
    server = directory / "server"
    url = str(server / "company/reports")
    git = origin(runner, url)
    job = dict(LEDGER="hushcount-ledger.jsonl", GITHUB_REPOSITORY="company/reports", GITHUB_SERVER_URL=f"file://{server}")
    context = {"github.token": "token", "github.ref_name": "main", "inputs.first-release": "true", "inputs.period": "",
               "runner.temp": str(runner.temp)}

    def step(name, **more):
        return runner.step(steps[name], context | more, **job)

    for answer, status in (("true", 0), ("false", 1), ("", 1)):
        runner.program("gh", f'echo "{answer}"')
        expect(step("The repository is private").returncode == status, f"the example: gh says `{answer}`")

    for today, period in (("2026 01", "2025Q4"), ("2026 04", "2026Q1"), ("2026 08", "2026Q2"), ("2026 09", "2026Q2"),
                          ("2026 10", "2026Q3"), ("2026 12", "2026Q3")):
        year, month = today.split()
        runner.program("date", f'if [ "$2" = +%Y ]; then echo {year}; else echo {month}; fi')
        done = step("Which period")
        expect(runner.steps["steps.period.outputs.period"] == period, f"the example: in {today}: {done.stderr}")
    for asked, status in (("2026H1", 0), ("2026", 0), ("2026Q1", 0), ("2026Q5", 1), ("$(id)", 1), ("../x", 1)):
        done = step("Which period", **{"inputs.period": asked})
        expect(done.returncode == status, f"the example: the period {asked}")
    runner.steps["steps.period.outputs.period"] = "2026Q1"

    expect(step("Fetch the logs").returncode == 1, "the example: runs before it is filled in")
    (runner.temp / "logs").rmdir()

    ledger = runner.workspace / "hushcount-ledger.jsonl"
    expect(step("The ledger is there").returncode == 0, "the example: the first release")
    expect(step("The ledger is there", **{"inputs.first-release": "false"}).returncode == 1, "the example: a lost ledger")
    expect(step("Push the ledger").returncode == 0 and pushed(git, url)[1] == "", "the example: no ledger to push")

    # The action as the workflow calls it, with the trial's key and logs.
    given = {name: runner.evaluate(value, context | runner.steps | {"inputs.publish-on": ""})
             for name, value in steps["Check, report, verify"]["with"].items()}
    (runner.temp / "logs").mkdir()
    shutil.copy(ROOT / "data/2026q1.csv", runner.temp / "logs")
    done = runner.action(**(given | {"key": "demonstration"}))
    expect(done[:2] == (None, 0), f"the example: the action: {done}")
    expect(step("The ledger is there").returncode == 1, "the example: a first release beside a ledger")
    expect(step("The ledger is there", **{"inputs.first-release": "false"}).returncode == 0, "the example: a ledger")

    somebody_merges(directory, url, git, "elsewhere")
    done = step("Push the ledger")
    expect(done.returncode == 0, f"the example: pushing the ledger: {done.stderr}")
    files, there = pushed(git, url)
    expect(sorted(files) == [".gitignore", "elsewhere", "hushcount-ledger.jsonl", "policy.toml"], f"the example: pushed {files}")
    expect(there == ledger.read_text(), "the example: the pushed ledger")
    expect("token" not in (runner.workspace / ".git/config").read_text(), "the example: the token is in a file")
    before = subprocess.run(["git", "-C", url, "rev-parse", "main"], **git).stdout
    expect(step("Push the ledger").returncode == 0, "the example: nothing new to push")
    expect(subprocess.run(["git", "-C", url, "rev-parse", "main"], **git).stdout == before, "the example: an empty commit")

    # A ledger whose lines are gone is not pushed.
    ledger.write_text(there.splitlines(keepends=True)[0])
    expect(step("Push the ledger").returncode != 0, "the example: a cut ledger is pushed")
    expect(pushed(git, url)[1] == there, "the example: the pushed ledger after a cut one")
    subprocess.run(["git", "reset", "-q", "--hard"], **git)

    # Two continuations of one ledger: the second is not pushed.
    other = directory / "race"
    subprocess.run(["git", "clone", "-q", url, other], **git)
    with (other / ledger.name).open("a") as lines:
        lines.write("theirs\n")
    subprocess.run(["git", "-C", other, "-c", "user.name=o", "-c", "user.email=o@localhost", "commit", "-qam", "race"], **git)
    subprocess.run(["git", "-C", other, "push", "-q", "origin", "main"], **git)
    with ledger.open("a") as lines:
        lines.write("ours\n")
    expect(step("Push the ledger").returncode != 0, "the example: two continuations of one ledger")
    expect(pushed(git, url)[1] == there + "theirs\n", "the example: the pushed ledger after a race")

    expect(step("Delete what is confidential").returncode == 0, "the example: deleting")
    left = {path.name for path in runner.workspace.iterdir()}
    expect("hushcount-private.json" not in left and not (runner.temp / "logs").exists(), f"the example: left {left}")
    kept = {path.name for path in (runner.workspace / steps["Keep the release"]["with"]["path"]).iterdir()}
    expect({"report.md", "manifest.json"} <= kept and not any("private" in name for name in kept), f"the example: keeps {kept}")


def run_gitlab(directory):
    runner = a_place(directory, "gitlab")
    job = load(GITLAB)["transparency-report"]
    server = directory / "gitlab-server"
    url = str(server / "company/reports.git")
    git = origin(runner, url)
    subprocess.run(["git", "-C", url, "config", "receive.advertisePushOptions", "true"], **git)
    asked_for = subprocess.run(["git", "rev-parse", "HEAD"], **git).stdout.strip()
    logs = runner.temp / "logs"
    secrets = {"HUSHCOUNT_KEY": "5" * 64, "LEDGER_TOKEN": "token"}

    # `hushcount` as installed, with the trial's key put in; the step to fill in, filled in.
    runner.program(
        "cargo",
        f'echo "$* key=${{HUSHCOUNT_KEY-}}${{LEDGER_TOKEN-}}" >> {runner.cargo_log}',
    )
    runner.program(
        "hushcount",
        f'command=$1; shift; case $command in check | report) set -- --key demonstration "$@" ;; esac\n'
        f'{HUSHCOUNT} "$command" "$@" || exit $?\n'
        'if [ "$command" = "${FAILS-}" ]; then exit 2; fi',
    )

    def script(filled=True):
        parts = []
        for part in job["script"]:
            if filled and "FILL IN" in part:
                part = f'mkdir -m 700 "$LOGS"; cp {ROOT}/data/2026q1.csv "$LOGS"; if [ -n "${{MEANWHILE-}}" ]; then "$MEANWHILE"; fi'
            parts.append(part)
        return "\n".join(parts)

    def pipeline(filled=True, **more):
        variables = {name: str(value["value"]) for name, value in load(GITLAB)["variables"].items()}
        variables |= {name: str(value) for name, value in job["variables"].items()}
        variables |= {"CI_PROJECT_VISIBILITY": "private", "CI_COMMIT_BRANCH": "main", "CI_SERVER_URL": f"file://{server}",
                      "CI_PROJECT_PATH": "company/reports", "HUSHCOUNT_PERIOD": "2026Q1", "LOGS": str(logs), **secrets, **more}
        environment = runner.environment(**variables)
        done = run(["bash", "-eo", "pipefail", "-c", script(filled)], cwd=runner.workspace, env=environment)
        after = run(["bash", "-eo", "pipefail", "-c", "\n".join(job["after_script"])], cwd=runner.workspace, env=environment)
        expect(after.returncode == 0, f"GitLab: after: {after.stderr}")
        expect(not logs.exists() and not (runner.workspace / "hushcount-private.json").exists(), "GitLab: what is left")
        return done

    expect(pipeline(CI_PROJECT_VISIBILITY="public").returncode == 1, "GitLab: in a public project")
    expect(pipeline().returncode == 1, "GitLab: a lost ledger")
    expect(pipeline(filled=False, HUSHCOUNT_FIRST_RELEASE="true").returncode == 1, "GitLab: runs before it is filled in")
    done = pipeline(HUSHCOUNT_FIRST_RELEASE="true")
    expect(done.returncode == 0, f"GitLab: the first release: {done.stderr}")
    files, there = pushed(git, url)
    expect(sorted(files) == [".gitignore", "hushcount-ledger.jsonl", "policy.toml"], f"GitLab: pushed {files}")
    expect(len(there.splitlines()) == 2, f"GitLab: the pushed ledger: {there}")
    expect((runner.workspace / job["variables"]["OUT"] / "report.md").exists(), "GitLab: no release")
    expect("--locked --git" in runner.cargo_log.read_text(), "GitLab: how it is built")
    expect(not any(secret in runner.cargo_log.read_text() for secret in secrets.values()), "GitLab: the build sees a secret")

    # Another merge, the commit that the pipeline was made for (older than the ledger), and the same release again.
    somebody_merges(directory, url, git, "gitlab-elsewhere")
    subprocess.run(["git", "checkout", "-q", "--force", "--detach", asked_for], **git)
    shutil.rmtree(runner.workspace / job["variables"]["OUT"])
    done = pipeline()
    expect(done.returncode == 0 and pushed(git, url)[1] == there, f"GitLab: a second run costs something: {done.stderr}")

    # A run that fails after it was charged, while the branch moves on: what was charged is pushed.
    shutil.rmtree(runner.workspace / job["variables"]["OUT"])
    runner.program("meanwhile", "cd " + str(directory / "gitlab-elsewhere") + "; git pull -q origin main; echo y > meanwhile; git add meanwhile\n"
                   "git -c user.name=o -c user.email=o@localhost commit -qm meanwhile; git push -q origin main")
    done = pipeline(HUSHCOUNT_PERIOD="2026H1", FAILS="report", MEANWHILE="meanwhile")
    files, longer = pushed(git, url)
    expect(done.returncode == 2, f"GitLab: a report that fails: {done.returncode} {done.stderr}")
    expect(longer.startswith(there) and longer != there and "meanwhile" in files, f"GitLab: the charge is lost: {done.stderr}")

    shutil.rmtree(runner.workspace / job["variables"]["OUT"])
    done = pipeline(HUSHCOUNT_PERIOD="2026Q9")
    expect(done.returncode == 2, f"GitLab: a bad period: {done.returncode}")


def main():
    for check in (schemas, shell, action, workflows, example, gitlab, image, toolchains, commands):
        check()
    with tempfile.TemporaryDirectory() as directory:
        for trial in (run_the_action, run_the_example, run_gitlab):
            trial(Path(directory))
    if failures:
        sys.exit(f"{len(failures)} failure(s)")
    print("the pipeline files are as they should be, and their steps run")


main()
