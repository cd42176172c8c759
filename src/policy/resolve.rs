//! From what was stated to a valid policy, or to every mistake in it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::draft::{Draft, KeysDraft, PRIVATE, TableDraft, draft};
use super::processes::{of_national_security, processes};
use super::reader::{Stated, suggestion};
use super::regime::Stands;
use super::values::{
    LOG_COLUMNS, check_column, check_name, check_reason, default_name, read_date_format, read_delimiter,
    read_duplicates, read_measures, whole_number,
};
use super::{KEY_FILE, LEDGER_FILE, LogFormat, Noise, Paths, Policy, Privacy};
use crate::band::{BandSize, NARROWEST_EXACT_BAND};
use crate::cli::PolicyArgs;
use crate::derived::Derived;
use crate::error::{Code, Diagnostic, Failure, Outcome};
use crate::keys::{KeySet, closest, is_national_security, sounds_like_national_security};
use crate::period::Period;
use crate::table::{Measure, TableSpec, Withheld};

/// The largest share of the budget that a query may be given.
const MAX_SHARE: u32 = 1000;

/// Cells a table may have: enough for every country by every process by every agency, not for a typing mistake.
const MAX_CELLS: usize = 1_000_000;

/// Reads file and command line into a valid policy.
pub(super) fn policy(args: &PolicyArgs) -> Outcome<Policy> {
    let (draft, problems) = draft(args)?;
    Resolver { problems }.resolve(&draft, args)
}

/// Collects mistakes so that all of them are shown at once.
pub(super) struct Resolver {
    problems: Vec<Diagnostic>,
}

impl Resolver {
    fn resolve(mut self, draft: &Draft, args: &PolicyArgs) -> Outcome<Policy> {
        let period = self.period(draft.period.as_ref());
        let publish_on = self.read(draft.publish_on.as_ref(), |text| crate::period::day(text));
        let keys = self.key_sets(draft);
        let days = period.map(|period| Stands { period, publish_on });
        let tables = self.tables(draft, &keys, days);
        self.check_regimes(&tables, draft);
        let privacy = self.privacy(draft, &tables);
        let budget = self.budget(draft, privacy.as_ref());
        self.refuse_exact(privacy.as_ref(), &tables, draft);
        let log = self.log_format(draft, &keys);
        self.refuse_unused_columns(draft, &tables);
        let (release, restatement) = self.release(draft, period);
        let presentation = self.presentation(draft, &tables);
        self.check_selection(privacy.as_ref(), &tables, draft);
        match (period, privacy) {
            (Some(period), Some(privacy)) if self.problems.is_empty() => {
                let paths = paths(draft, args);
                Ok(Policy {
                    period,
                    release,
                    publish_on,
                    tables,
                    privacy,
                    budget,
                    restatement,
                    presentation,
                    log,
                    paths,
                })
            }
            _ => Err(Failure::of(in_order(self.problems, args))),
        }
    }

    pub(super) fn fail(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    pub(super) fn read<T, U>(
        &mut self,
        stated: Option<&Stated<T>>,
        read: impl FnOnce(&T) -> Result<U, String>,
    ) -> Option<U> {
        stated?.parse(read).map_err(|problem| self.fail(problem)).ok()
    }

    /// What was stated, or else the default.
    pub(super) fn read_or<T, U>(
        &mut self,
        stated: Option<&Stated<T>>,
        default: U,
        read: impl FnOnce(&T) -> Result<U, String>,
    ) -> Option<U> {
        if stated.is_none() { Some(default) } else { self.read(stated, read) }
    }

    fn period(&mut self, stated: Option<&Stated<String>>) -> Option<Period> {
        if stated.is_none() {
            self.fail(
                Diagnostic::error(Code::PolicyMissing, "no reporting period is given")
                    .help("add --period 2026H1, or `period` under [release]; it is never taken from the data"),
            );
        }
        self.read(stated, |text| text.parse())
    }

    /// The release's name, and why it is restated where it is.
    fn release(&mut self, draft: &Draft, period: Option<Period>) -> (String, Option<String>) {
        let label = period.map(|period| period.to_string()).unwrap_or_default();
        if let (Some(release), Some(restated)) = (&draft.release, &draft.restate)
            && release.value != restated.value
        {
            let message = format!("the release is `{}`, and `{}` is to be restated", release.value, restated.value);
            self.fail(restated.origin.problem(message));
        }
        let stated = draft.restate.as_ref().or(draft.release.as_ref());
        let release = self.read(stated, |text| check_name(text).map(|()| text.clone())).unwrap_or(label);
        let reason = self.read(draft.reason.as_ref(), |text| check_reason(text).map(|()| text.clone()));
        match (&draft.restate, &draft.reason) {
            (Some(restated), None) => {
                self.fail(restated.origin.problem("a restatement needs --reason: it is printed in the report"));
            }
            (None, Some(reason)) => self.fail(reason.origin.problem("a reason needs --restate ID")),
            _ => {}
        }
        (release, reason)
    }

    fn key_sets(&mut self, draft: &Draft) -> BTreeMap<String, Arc<KeySet>> {
        let mut sets = BTreeMap::new();
        for column in ["country", "legal_process"].into_iter().chain(Derived::ALL.map(Derived::name)) {
            if let Some(set) = KeySet::built_in(column) {
                sets.insert(column.to_owned(), Arc::new(set));
            }
        }
        for (column, keys) in &draft.keys {
            if let Some(set) = self.key_set(column, keys) {
                sets.insert(column.clone(), Arc::new(set));
            }
        }
        sets
    }

    fn key_set(&mut self, column: &str, keys: &KeysDraft) -> Option<KeySet> {
        if let Some(word) = &keys.selected {
            return self.selected_key_set(column, keys, word);
        }
        let mut set = match &keys.values {
            Some(values) => self.read(Some(values), |values| KeySet::new(column, values.iter().cloned()))?,
            None => self.built_in(column)?,
        };
        if let Some(unknown) = &keys.unknown {
            let to_other = self.read(Some(unknown), |text| match text.as_str() {
                "error" => Ok(false),
                "other" => Ok(true),
                _ => Err("`unknown` is \"error\" or \"other\"".to_owned()),
            })?;
            if to_other {
                let name = keys.other.as_ref().map_or("other", |other| &other.value);
                set = self.read(Some(keys.other.as_ref().unwrap_or(unknown)), |_| set.with_other(name))?;
            }
        }
        // The log's words for national-security process are for the regimes' tables.
        let ordinary = |key: &Stated<String>| column != "legal_process" || !is_national_security(&key.value);
        for (spelling, key) in keys.spellings.iter().filter(|(_, key)| ordinary(key)) {
            set = self.read(Some(key), |key| {
                if sounds_like_national_security(spelling) && !is_national_security(key) {
                    return Err(of_national_security(spelling, key));
                }
                set.with_spelling(spelling, key)
            })?;
        }
        Some(set)
    }

    /// Keys that are selected from the log with differential privacy: nothing else can be said of them.
    fn selected_key_set(&mut self, column: &str, keys: &KeysDraft, word: &Stated<String>) -> Option<KeySet> {
        if word.value != PRIVATE {
            self.fail(word.origin.problem("`values` is a list of strings, or \"private\""));
        }
        if keys.unknown.is_some() || keys.other.is_some() || !keys.spellings.is_empty() {
            let message =
                "private keys come from the log: `unknown`, `other` and `spellings` have no meaning with them";
            self.fail(word.origin.problem(message));
        }
        (word.value == PRIVATE).then(|| KeySet::private(column))
    }

    fn built_in(&mut self, column: &str) -> Option<KeySet> {
        let set = KeySet::built_in(column);
        if set.is_none() {
            self.fail(no_keys(column));
        }
        set
    }

    fn tables(
        &mut self,
        draft: &Draft,
        keys: &BTreeMap<String, Arc<KeySet>>,
        days: Option<Stands>,
    ) -> Vec<Arc<TableSpec>> {
        let mut specs: Vec<Arc<TableSpec>> = Vec::new();
        for table in &draft.tables {
            if let Some(regime) = &table.regime {
                let of_regime = self.regime_tables(table, regime, draft, days);
                let clash =
                    of_regime.iter().any(|one| specs.iter().any(|other| other.name.eq_ignore_ascii_case(&one.name)));
                if let Some(spec) = of_regime.first().filter(|_| clash) {
                    self.fail(regime.origin.problem(format!("two tables are named `{}`", spec.name)));
                }
                specs.extend(of_regime.into_iter().map(Arc::new));
                continue;
            }
            let Some(spec) = self.table(table, draft, keys) else { continue };
            // Also names that differ in case only: they are one file on some disks.
            if specs.iter().any(|other| other.name.eq_ignore_ascii_case(&spec.name)) {
                let origin = &table.name.as_ref().map_or(&table.by.origin, |name| &name.origin);
                self.fail(origin.problem(format!("two tables are named `{}`", spec.name)));
            }
            specs.push(Arc::new(spec));
        }
        specs
    }

    fn table(&mut self, table: &TableDraft, draft: &Draft, keys: &BTreeMap<String, Arc<KeySet>>) -> Option<TableSpec> {
        let dimensions = self.dimensions(&table.by, keys);
        let requests = vec![Measure::Requests];
        let measures = self.read_or(table.measures.as_ref(), requests, |names| read_measures(names));
        let by_columns = default_name(&table.by.value);
        let name = self.read_or(table.name.as_ref(), by_columns, |text| check_name(text).map(|()| text.clone()));
        let band_size = self.band_size(table.band_size.as_ref().or(draft.band_size.as_ref()));
        let share = self.share(table.share.as_ref(), 1..=MAX_SHARE, 1);
        let total_share = self.share(table.total_share.as_ref(), 0..=MAX_SHARE, 0);
        let (dimensions, measures, name, band_size) = (dimensions?, measures?, name?, band_size?);
        let cells = dimensions.iter().try_fold(1_usize, |cells, set| cells.checked_mul(set.keys().len()));
        if cells.is_none_or(|cells| cells > MAX_CELLS) {
            self.fail(table.by.origin.problem(format!("a table may have at most {MAX_CELLS} cells")));
        }
        if let (false, Some(stated)) = (table.total, &table.total_share) {
            self.fail(stated.origin.problem("total_share is for tables with `total = true`"));
        }
        // The total of one cell would be that cell again.
        let total = table.total && !dimensions.is_empty();
        let (share, total_share) = (share?, total_share?);
        let (regime, nothing) = (None, Withheld::default());
        let spec =
            TableSpec { name, dimensions, measures, total, band_size, share, total_share, regime, withheld: nothing };
        self.withholding(spec, table.withhold.as_ref())
    }

    fn share(&mut self, stated: Option<&Stated<String>>, range: RangeInclusive<u32>, default: u32) -> Option<u32> {
        self.read_or(stated, default, |text| {
            let share = whole_number(text).filter(|share| range.contains(share));
            share.ok_or_else(|| format!("a share is a whole number from {} to {}", range.start(), range.end()))
        })
    }

    fn dimensions(
        &mut self,
        by: &Stated<Vec<String>>,
        keys: &BTreeMap<String, Arc<KeySet>>,
    ) -> Option<Vec<Arc<KeySet>>> {
        let mut dimensions: Vec<Arc<KeySet>> = Vec::new();
        for column in &by.value {
            match keys.get(column) {
                Some(set) if dimensions.contains(set) => {
                    self.fail(by.origin.problem(format!("column `{column}` is named twice")));
                }
                Some(set) => match check_column(column) {
                    Ok(()) => dimensions.push(Arc::clone(set)),
                    Err(message) => self.fail(by.origin.problem(message)),
                },
                None => self.fail(no_keys(column).at(by.origin.0.clone())),
            }
        }
        (dimensions.len() == by.value.len()).then_some(dimensions)
    }

    fn band_size(&mut self, stated: Option<&Stated<String>>) -> Option<BandSize> {
        if stated.is_none() {
            self.fail(
                Diagnostic::error(Code::PolicyMissing, "no band size is given")
                    .help("add --band-size 250, or `size` under [bands]"),
            );
        }
        self.read(stated, |text| {
            let size = whole_number(text).ok_or("a band size is a whole number, such as 250")?;
            BandSize::new(size)
        })
    }

    fn refuse_exact(&mut self, privacy: Option<&Privacy>, tables: &[Arc<TableSpec>], draft: &Draft) {
        if !matches!(privacy, Some(Privacy { noise: Noise::None, .. })) {
            return;
        }
        for table in tables.iter().filter(|table| table.band_size.get() < NARROWEST_EXACT_BAND) {
            let message = format!(
                "table `{}`: without noise, bands of {} would print the counts themselves",
                table.name,
                table.band_size.get()
            );
            let mut refusal = Diagnostic::refused(Code::ExactTooFine, message)
                .help(format!("use bands of at least {NARROWEST_EXACT_BAND}, or noise = \"laplace\""));
            if let Some(origin) = draft.noise.as_ref().map(|noise| noise.origin.0.clone()) {
                refusal = refusal.at(origin);
            }
            self.fail(refusal);
        }
    }

    fn refuse_unused_columns(&mut self, draft: &Draft, tables: &[Arc<TableSpec>]) {
        let used: Vec<&str> = tables.iter().flat_map(|table| &table.dimensions).map(|set| set.column()).collect();
        for (name, column) in &draft.columns {
            let known = LOG_COLUMNS.contains(&name.as_str()) || used.contains(&name.as_str());
            if !known && !draft.leave_out.contains_key(name) && !draft.keys.contains_key(name) {
                let problem = column.origin.problem(format!("column `{name}` is mapped and nothing uses it"));
                self.fail(problem.help(suggestion(name, &LOG_COLUMNS)));
            }
        }
        for (name, keys) in &draft.keys {
            let known = LOG_COLUMNS.contains(&name.as_str()) || used.contains(&name.as_str());
            if let Some(values) = keys.values.as_ref().filter(|_| !known && !draft.columns.contains_key(name)) {
                let problem = values.origin.problem(format!("column `{name}` has keys and nothing uses it"));
                self.fail(problem.help(suggestion(name, &[&used[..], &LOG_COLUMNS].concat())));
            }
        }
    }

    fn log_format(&mut self, draft: &Draft, keys: &BTreeMap<String, Arc<KeySet>>) -> LogFormat {
        LogFormat {
            columns: draft.columns.iter().map(|(name, column)| (name.clone(), column.value.clone())).collect(),
            date_format: self.read(draft.date_format.as_ref(), |text| read_date_format(text)).flatten(),
            delimiter: self.read(draft.delimiter.as_ref(), |text| read_delimiter(text)).flatten(),
            no_duplicates: self.read(draft.duplicates.as_ref(), |text| read_duplicates(text)).unwrap_or(false),
            leave_out: draft.leave_out.clone(),
            processes: processes(draft, keys),
        }
    }
}

/// In the order of the file. A mistake without a line comes last and names the file: something is missing in it.
fn in_order(problems: Vec<Diagnostic>, args: &PolicyArgs) -> Vec<Diagnostic> {
    let placed = |problem: Diagnostic| match &args.policy {
        Some(file) if !problem.has_place() => problem.at_file(file),
        _ => problem,
    };
    let mut problems: Vec<Diagnostic> = problems.into_iter().map(placed).collect();
    problems.sort_by_key(|problem| problem.policy_line().unwrap_or(usize::MAX));
    problems.dedup();
    problems
}

fn no_keys(column: &str) -> Diagnostic {
    let known: Vec<&str> = LOG_COLUMNS.into_iter().chain(Derived::ALL.map(Derived::name)).collect();
    let near = closest(column, &known).filter(|_| !known.contains(&column));
    let near = near.map(|near| format!("did you mean `{near}`? Otherwise ")).unwrap_or_default();
    Diagnostic::error(Code::PolicyMissing, format!("column `{column}` has no public list of values")).help(format!(
        "{near}add --keys {column}=V1,V2,... or [keys.{column}] with `values`; the list is never read from the log"
    ))
}

fn paths(draft: &Draft, args: &PolicyArgs) -> Paths {
    let or_default = |typed: &Option<PathBuf>, stated: &Option<PathBuf>, default: &str| {
        typed.clone().or_else(|| stated.clone()).unwrap_or_else(|| draft.directory.join(Path::new(default)))
    };
    Paths {
        key: or_default(&args.key, &draft.key, KEY_FILE),
        key_named: args.key.is_some(),
        ledger: or_default(&args.ledger, &draft.ledger, LEDGER_FILE),
        out: args.out.clone().or_else(|| draft.out.clone()),
        quarantine: args.quarantine.clone(),
    }
}
