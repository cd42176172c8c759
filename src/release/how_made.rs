//! How the numbers of a release were made, one sentence a fact.

use super::Release;
use super::guarantee::guarantee;
use crate::accuracy::Accuracy;
use crate::language::Language;
use crate::policy::{Noise, PrivacyUnit};
use crate::table::{Table, TableSpec};

/// How the numbers were made, one sentence a fact.
pub(super) fn how_made(release: &Release, language: &Language) -> Vec<String> {
    let words = language.words();
    let mut facts = vec![bands(release, language)];
    facts.push(if release.privacy.noise == Noise::None { words.no_noise() } else { noise(release, language) });
    facts.extend(release.has_zeros().then(|| words.zeros(release.is_noisy())));
    facts.extend(guarantee(release, language).map(|guarantee| guarantee.text));
    facts.extend(release.accuracy.iter().map(|accuracy| chances(accuracy, language)));
    facts.extend(release.threshold.map(|threshold| selection(release, threshold, language)));
    if release.privacy.applied_bounds().is_some() {
        facts.push(bounds(release, language));
        facts.push(words.need_not_add_up());
    }
    facts.extend(totals(release, language));
    facts.extend(duplicates(release, language));
    facts.push(secret(release, language));
    facts
}

/// Where national-security process is, whose number is limited by law.
fn secret(release: &Release, language: &Language) -> String {
    let tables = release.tables.iter().map(Table::spec).filter(|spec| spec.regime.is_some());
    match tables.map(|spec| spec.name.as_str()).next() {
        Some(name) => language.words().secret_in(name),
        None if release.told.processes => language.words().secret_nowhere(),
        None => language.words().secret_not_told(),
    }
}

/// Where rows are not told apart, whose word it is that none is there twice.
fn duplicates(release: &Release, language: &Language) -> Option<String> {
    let words = language.words();
    match (release.declared.no_duplicates, release.told.requests) {
        (true, _) => Some(words.no_duplicates(release.is_noisy())),
        (false, true) => None,
        (false, false) => (!release.declared.bounds).then(|| words.rows_are_requests()),
    }
}

fn noise(release: &Release, language: &Language) -> String {
    let words = language.words();
    let kind = match release.privacy.noise {
        Noise::Laplace(epsilon) => words.noise_laplace(language.decimal(&epsilon.to_string())),
        Noise::Gaussian(rho) => words.noise_gaussian(language.decimal(&rho.to_string())),
        Noise::None => return words.no_noise(),
    };
    words.noise(release.has_zeros(), kind, release.shares > 1)
}

/// Which rows a table has was itself found out with noise.
fn selection(release: &Release, threshold: u64, language: &Language) -> String {
    let columns: Vec<String> = release.selected.iter().map(|column| release.presentation.column(column)).collect();
    let unit = release.privacy.unit.as_str();
    language.words().selection(language.and(&columns), language.number(threshold), unit)
}

fn bands(release: &Release, language: &Language) -> String {
    let words = language.words();
    let mut sizes: Vec<u64> = release.tables.iter().map(|table| table.spec().band_size.get()).collect();
    sizes.dedup();
    if let [size] = sizes[..] {
        return words.bands_same(language.number(size));
    }
    let of_table = |spec: &TableSpec| words.bands_of_table(language.number(spec.band_size.get()), &spec.name);
    let sizes: Vec<String> = release.tables.iter().map(|table| of_table(table.spec())).collect();
    words.bands_by_table(sizes.join(", "))
}

fn chances(accuracy: &Accuracy, language: &Language) -> String {
    let (words, measure) = (language.words(), language.measure(accuracy.name));
    let subject = if accuracy.is_total { words.accuracy_total(&measure) } else { measure };
    let [average, edge] = [accuracy.wrong_on_average, accuracy.wrong_at_edge].map(|chance| language.percent(chance));
    words.accuracy(&accuracy.table, subject, average, edge)
}

fn bounds(release: &Release, language: &Language) -> String {
    let (words, bounds) = (language.words(), release.privacy.bounds);
    let [cells, most] = [bounds.cells, bounds.per_cell].map(|bound| language.number(u64::from(bound)));
    if release.declared.bounds {
        debug_assert!(release.privacy.unit == PrivacyUnit::Request, "a log of sums tells nothing of accounts");
        words.bounds_declared(most)
    } else {
        words.bounds_enforced(release.privacy.unit.as_str(), cells, most)
    }
}

fn totals(release: &Release, language: &Language) -> Option<String> {
    let words = language.words();
    let totals: Vec<_> = release.tables.iter().map(Table::spec).filter(|spec| spec.total).collect();
    let measured = totals.iter().filter(|spec| spec.measured_total().is_some()).count();
    (!totals.is_empty()).then(|| match (release.is_noisy(), measured) {
        (false, _) => words.totals_exact(),
        (true, 0) => words.totals_summed(),
        (true, measured) if measured == totals.len() => words.totals_measured(),
        (true, _) => words.totals_mixed(),
    })
}
