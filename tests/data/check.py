"""Releases as data: JSON against its schema, CSV against its data package and its CSV on the Web metadata.

    python check.py HUSHCOUNT RELEASE-DIRECTORY...
"""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml
from csvw import Table
from frictionless import Package, system


def schema_faults(schema, release):
    report = json.loads((release / "report.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    yield from (f"report.json: {error.json_path}: {error.message}" for error in validator.iter_errors(report))
    # A number finer than a band must not pass.
    rows = [row for table in report["tables"] for row in table["rows"]]
    rows[0]["band"] = "17"
    if validator.is_valid(report):
        yield "report.json: the schema accepts a single number as a band"


def package_faults(release):
    # Only files beside the description are read.
    with system.use_context(trusted=False):
        report = Package(str(release / "datapackage.json")).validate()
    for task in report.tasks:
        yield from (f"{task.name}: {error.message}" for error in task.errors)
    yield from (f"datapackage.json: {error.message}" for error in report.errors)


def csvw_faults(release):
    for metadata in sorted(release.glob("*.csv-metadata.json")):
        table = Table.from_file(metadata)
        rows = list(table)
        printed = (release / metadata.name.removesuffix("-metadata.json")).read_bytes()
        if len(rows) != printed.count(b"\r\n") - 1:
            yield f"{metadata.name}: describes {len(rows)} rows"
        if not table.check_primary_key():
            yield f"{metadata.name}: rows are not told apart by their keys"


def formula_faults(release):
    """No cell that a spreadsheet would run."""
    for table in sorted(release.glob("*.csv")):
        for line in table.read_text(encoding="utf-8").splitlines():
            if any(cell.lstrip('"')[:1] in "=+-@\t" for cell in line.split(",") if cell):
                yield f"{table.name}: a cell that a spreadsheet would run"


# The names of the registry's template (deployments-registry-data, tests/good_deployments/template.yaml, 2026), by section.
REGISTRY = {
    "basic": {"name", "data_curators", "description", "intended_use", "data_product_type", "data_product_region",
              "data_product_sector", "publication_date"},
    "dp_variant": {"variant_name", "data_domain", "unprotected_quantities"},
    "privacy_loss": {"privacy_unit", "privacy_unit_details", "number_of_privacy_units", "privacy_parameters",
                     "privacy_parameters_details"},
    "deployment_model": {"model_name", "model_name_details", "trust_assumptions", "actors", "release_type",
                         "release_type_details", "data_source_type", "data_source_type_details", "access_type",
                         "access_type_details"},
    "implementation": {"preprocessing_and_hyperparameter_tuning", "mechanisms", "composition", "post_processing",
                       "justification", "utility", "additional_information"},
    "administrative": {"evidence_sources", "status", "registry_authors", "tier"},
}


def deployment_faults(hushcount, release):
    """An entry for the registry of deployments has the template's names; a release without a guarantee has none."""
    guarantee = json.loads((release / "report.json").read_text(encoding="utf-8"))["privacy"]["guarantee"]
    ran = subprocess.run([hushcount, "deployment", str(release)], capture_output=True, text=True, check=False)
    if guarantee is None:
        if ran.returncode != 1 or ran.stdout:
            yield "deployment: an entry for a release that guarantees nothing"
        return
    deployment = yaml.safe_load(ran.stdout)["deployment"]
    for section, names in REGISTRY.items():
        if set(deployment.get(section, {})) != names:
            yield f"deployment: {section} has {sorted(deployment.get(section, {}))}"
    stated = deployment["privacy_loss"]["privacy_parameters"]
    if not stated or not all(isinstance(number, float | int) for number in stated.values()):
        yield f"deployment: the parameters are {stated}"


def main():
    hushcount, *releases = sys.argv[1:]
    schema = json.loads(subprocess.run([hushcount, "schema"], capture_output=True, check=True, text=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    faults = []
    for release in map(Path, releases):
        for check in (lambda one: schema_faults(schema, one), package_faults, csvw_faults, formula_faults,
                      lambda one: deployment_faults(hushcount, one)):
            faults.extend(f"{release}: {fault}" for fault in check(release))
    print("\n".join(faults) or f"{len(releases)} releases checked: each is what its descriptions say")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
