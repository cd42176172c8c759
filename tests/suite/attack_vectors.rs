//! Attacks whose results are known, from the directory that `HUSHCOUNT_VECTORS` names: time windows solved by integer programs,
//! and tables that other disclosure-control programs protected. A few of each kind stand in the unit tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hushcount::audit::interval::{Interval, Statement, UNBOUNDED, solve};
use serde_json::Value;

fn path(file: &str) -> PathBuf {
    let directory = std::env::var_os("HUSHCOUNT_VECTORS").expect("HUSHCOUNT_VECTORS names a directory");
    PathBuf::from(directory).join(file)
}

fn whole(value: &Value) -> i64 {
    value.as_i64().expect("a whole number")
}

#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn windows_over_time() {
    let text = std::fs::read_to_string(path("difference_constraints.json")).expect("a file");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    for case in &cases {
        let windows = case["windows"].as_array().expect("windows").iter().map(|window| {
            let ends: Vec<usize> = (0..2).map(|end| usize::try_from(whole(&window[end])).expect("a place")).collect();
            Statement::of((ends[0]..ends[1]).collect(), whole(&window[2]), whole(&window[3]))
        });
        let mut statements: Vec<Statement> = windows.collect();
        let published = statements.len();
        let quarters = statements.iter().flat_map(|one| one.of.clone()).max().expect("a quarter") + 1;
        statements.extend((0..quarters).map(|quarter| Statement::of(vec![quarter], 0, UNBOUNDED)));
        let found = solve(&statements);
        if case["feasible"] == false {
            assert!(found.iter().all(Option::is_none), "{case}");
            continue;
        }
        for (found, known) in found[published..].iter().zip(case["bounds"].as_array().expect("bounds")) {
            let found = found.expect("an interval");
            assert_eq!((found.outer, found.inner), ((whole(&known[0]), whole(&known[1])), found.outer), "{case}");
        }
    }
    assert_eq!(cases.len(), 6);
}

/// A protected table: its dimensions, and of each row the keys, the count, and whether it is primary and suppressed.
struct Protected {
    dimensions: Vec<String>,
    rows: Vec<BTreeMap<String, String>>,
}

impl Protected {
    fn read(file: &str, dimensions: &[&str]) -> Self {
        let mut reader = csv::Reader::from_path(path(file)).expect("a table");
        let rows = reader.deserialize().map(|row| row.expect("a row")).collect();
        Self { dimensions: dimensions.iter().map(|one| (*one).to_owned()).collect(), rows }
    }

    fn is(&self, row: usize, what: &str) -> bool {
        self.rows[row][what] == "TRUE"
    }

    /// The keys of a dimension that are no sums of others.
    fn keys(&self, dimension: &str) -> Vec<String> {
        let all: BTreeSet<&String> = self.rows.iter().map(|row| &row[dimension]).collect();
        all.into_iter().filter(|key| *key != "Total" && !key.starts_with("quarter_")).cloned().collect()
    }

    /// What follows for each row, where some suppressed ones are printed all the same.
    fn attacked(&self, printed: &[usize]) -> Vec<Interval> {
        let keys: Vec<Vec<String>> = self.dimensions.iter().map(|one| self.keys(one)).collect();
        let statement = |(place, row): (usize, &BTreeMap<String, String>)| {
            let mut cells = vec![0];
            let mut step = 1;
            for (dimension, keys) in self.dimensions.iter().zip(&keys) {
                let own = keys.iter().position(|key| *key == row[dimension]);
                let places: Vec<usize> = own.map_or_else(|| (0..keys.len()).collect(), |own| vec![own]);
                cells = cells.iter().flat_map(|cell| places.iter().map(move |place| cell + place * step)).collect();
                step *= keys.len();
            }
            let count = row["freq"].parse().expect("a count");
            let hidden = self.is(place, "suppressed") && !printed.contains(&place);
            if hidden { Statement::of(cells, 0, UNBOUNDED) } else { Statement::of(cells, count, count) }
        };
        let statements: Vec<Statement> = self.rows.iter().enumerate().map(statement).collect();
        solve(&statements).into_iter().map(|one| one.expect("an interval")).collect()
    }

    fn places(&self, what: &str) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.is(*row, what)).collect()
    }
}

/// The intervals that an interval-protecting program found for its own suppressed cells.
#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn intervals_of_a_protected_table() {
    let table = Protected::read("sdc/gs_d2s_linked_maxN15_intervals.csv", &["main_income", "size", "county"]);
    let found = table.attacked(&[]);
    let mut known = 0;
    for (row, found) in table.rows.iter().zip(found).filter(|(row, _)| row["lo"] != "NA") {
        let ends = [&row["lo"], &row["up"]].map(|end| end.parse::<i64>().expect("an end"));
        assert_eq!(found.outer, (ends[0], ends[1]), "{row:?}");
        assert_eq!(found.inner, found.outer, "{row:?}");
        known += 1;
    }
    assert_eq!(known, 2);
}

/// No suppressed cell of a table that another program protected follows exactly; where one more is printed, some do.
#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn what_others_protected_does_not_follow() {
    let (two, three) = (["main_income", "size"], ["quarter", "main_income", "size"]);
    for (file, dimensions) in [
        ("sdc/gs_d2s_maxN15.csv", &two[..]),
        ("sdc/gs_example1_2014_maxN1.csv", &["age", "geo"]),
        ("sdc/gs_incremental_step1.csv", &two),
        ("sdc/gs_incremental_step2.csv", &three),
        ("sdc/gs_incremental_step3.csv", &three),
        ("sdc/gs_incremental_step4.csv", &three),
    ] {
        let table = Protected::read(file, dimensions);
        let suppressed = table.places("suppressed");
        let found = table.attacked(&[]);
        // A sum over a hidden cell and known ones is as known as the cell.
        let open =
            |found: &[Interval]| suppressed.iter().filter(|row| found[**row].outer.0 < found[**row].outer.1).count();
        let hidden = open(&found);
        assert!(table.places("primary").iter().all(|row| found[*row].outer.0 < found[*row].outer.1), "{file}");
        assert!(found.iter().all(|one| one.outer == one.inner), "{file}");
        let one_more = suppressed.iter().filter(|row| open(&table.attacked(&[**row])) + 1 < hidden).count();
        assert!(one_more > 0, "{file}: nothing depends on any secondary suppression");
    }
}
