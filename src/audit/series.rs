//! What published numbers say beside each other, without arithmetic: two structures for one period, a label that is another
//! period's, a zero that becomes a band.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::published::Published;
use crate::error::{Code, Severity};
use crate::regime::State;
use crate::release::Printed;

/// Days that were published under two structures of one law: a fault where both are law, for one excludes the other.
pub(super) fn structures(numbers: &[&Published]) -> Vec<Finding> {
    let mut by_law: BTreeMap<_, Vec<&Published>> = BTreeMap::new();
    for number in numbers {
        if let Some(regime) = number.regime() {
            by_law.entry((number.company.as_deref(), regime.law.as_str())).or_default().push(number);
        }
    }
    // Of many rows that meet, one pair for each two structures and period is enough.
    let mut told: BTreeMap<String, Finding> = BTreeMap::new();
    for of_law in by_law.values() {
        for (place, one) in of_law.iter().enumerate() {
            let others =
                of_law[..place].iter().filter(|other| other.regime != one.regime && other.period.overlaps(one.period));
            for other in others {
                told.entry(both(other, one)).or_insert_with(|| mixed(other, one));
            }
        }
    }
    told.into_values().collect()
}

fn mixed(one: &Published, other: &Published) -> Finding {
    let in_force = |number: &Published| number.regime().is_some_and(|regime| regime.state == State::InForce);
    let severity = if in_force(one) && in_force(other) { Severity::Refused } else { Severity::Note };
    let text =
        format!("{}. The other one stands in {}, {}: {}", both(one, other), one.file.display(), one.place, one.words());
    let help = "a report uses one structure for a period: bands of two narrow each other".to_owned();
    Finding::about(other, Code::MixedStructure, severity, text, help)
}

fn both(one: &Published, other: &Published) -> String {
    let [first, second] = [one, other].map(|number| number.regime.as_deref().unwrap_or_default());
    let company = other.company.as_ref().map(|company| format!("{company}: ")).unwrap_or_default();
    format!("{company}numbers of {} were published under {first} and under {second}", other.period)
}

/// Numbers that one document prints twice with different bands: the label of one is probably another period's.
pub(super) fn labels(numbers: &[&Published]) -> Vec<Finding> {
    let mut printed: BTreeMap<_, &Published> = BTreeMap::new();
    let mut findings = Vec::new();
    for number in numbers.iter().filter(|number| number.source.is_some()) {
        let about = (&number.source, &number.company, &number.keys, &number.measure, number.period.ends());
        let first = *printed.entry(about).or_insert(number);
        if first.ends() != number.ends() {
            let text = format!("one document prints {} and {}", first.words(), number.words());
            let help = "one of the two is probably of another period: compare the rows around it";
            findings.push(Finding::about(number, Code::PeriodLabel, Severity::Warning, text, help.to_owned()));
        }
    }
    findings
}

/// Numbers that were an exact zero and later a band.
pub(super) fn flips(numbers: &[&Published]) -> Vec<Finding> {
    let mut series: BTreeMap<_, Vec<&Published>> = BTreeMap::new();
    for number in numbers.iter().filter(|number| number.secret && number.ends().is_some()) {
        series.entry((number.company.as_deref(), &number.keys, &number.measure)).or_default().push(number);
    }
    let mut findings = Vec::new();
    for mut of_number in series.into_values() {
        of_number.sort_by_key(|number| number.period.last());
        for pair in of_number.windows(2) {
            if pair[0].ends() == Some((0, 0)) && pair[1].ends().is_some_and(|(low, high)| low < high) {
                let text =
                    format!("{} follows {}: readers learn that something arrived", pair[1].words(), pair[0].words());
                let help = "print a band in every period, or zero only where one could go on saying so";
                findings.push(Finding::about(pair[1], Code::ZeroFlip, Severity::Warning, text, help.to_owned()));
            }
        }
    }
    findings
}

/// What a row of a table is about whatever its period: its keys, and what it counts.
pub(super) type Line = (Vec<(String, String)>, String);

pub(super) fn line(row: &Printed) -> Line {
    (row.keys.iter().map(|(name, key)| (name.clone(), key.to_string())).collect(), row.measure.clone())
}

/// Whether two rows of a table are about the same.
pub(super) fn is_repeated(rows: &[Printed]) -> bool {
    let about = |row: &Printed| (line(row), row.period_start.clone(), row.period_end.clone());
    let different: BTreeSet<_> = rows.iter().map(about).collect();
    different.len() < rows.len()
}
