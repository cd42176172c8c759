//! What was stated: the policy file, with the command line laid over it. Nothing is judged here.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::presentation::PresentationDraft;
use super::reader::{Section, Source, Stated};
use crate::cli::PolicyArgs;
use crate::error::{Code, Diagnostic, Outcome};

/// The word for a key set that is selected with differential privacy.
pub(super) const PRIVATE: &str = "private";

/// Values of a column's key set, as stated.
#[derive(Default)]
pub(super) struct KeysDraft {
    pub(super) values: Option<Stated<Vec<String>>>,
    /// A word in place of the list: `private`.
    pub(super) selected: Option<Stated<String>>,
    pub(super) unknown: Option<Stated<String>>,
    pub(super) other: Option<Stated<String>>,
    pub(super) spellings: Vec<(String, Stated<String>)>,
}

/// A table, as stated.
pub(super) struct TableDraft {
    pub(super) name: Option<Stated<String>>,
    pub(super) by: Stated<Vec<String>>,
    pub(super) measures: Option<Stated<Vec<String>>>,
    pub(super) total: bool,
    pub(super) band_size: Option<Stated<String>>,
    pub(super) share: Option<Stated<String>>,
    pub(super) total_share: Option<Stated<String>>,
    pub(super) withhold: Option<Stated<Vec<String>>>,
    pub(super) regime: Option<Stated<String>>,
}

/// What was agreed on in place of a regime's own rules, as stated.
#[derive(Default)]
pub(super) struct AgreedDraft {
    pub(super) basis: Option<Stated<String>>,
    pub(super) like: Option<Stated<String>>,
    pub(super) band: Option<Stated<String>>,
    pub(super) period: Option<Stated<String>>,
    pub(super) delay_days: Option<Stated<String>>,
}

/// The limit over many releases, as stated.
#[derive(Default)]
pub(super) struct BudgetDraft {
    pub(super) epsilon: Option<Stated<String>>,
    pub(super) delta: Option<Stated<String>>,
    pub(super) years: Option<Stated<String>>,
}

/// Everything that was stated, the command line already over the file.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) period: Option<Stated<String>>,
    pub(super) release: Option<Stated<String>>,
    pub(super) publish_on: Option<Stated<String>>,
    pub(super) out: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
    pub(super) ledger: Option<PathBuf>,
    pub(super) unit: Option<Stated<String>>,
    pub(super) noise: Option<Stated<String>>,
    pub(super) epsilon: Option<Stated<String>>,
    pub(super) rho: Option<Stated<String>>,
    pub(super) delta: Option<Stated<String>>,
    pub(super) budget: BudgetDraft,
    pub(super) presentation: PresentationDraft,
    pub(super) restate: Option<Stated<String>>,
    pub(super) reason: Option<Stated<String>>,
    pub(super) max_cells: Option<Stated<String>>,
    pub(super) max_per_cell: Option<Stated<String>>,
    pub(super) band_size: Option<Stated<String>>,
    /// The same where it was typed rather than in the file.
    pub(super) typed_band_size: Option<Stated<String>>,
    pub(super) lifted: Option<Stated<String>>,
    pub(super) earlier: Option<bool>,
    pub(super) zero: Option<Stated<Vec<String>>>,
    pub(super) new_services: BTreeMap<String, Stated<String>>,
    pub(super) agreed: AgreedDraft,
    pub(super) columns: BTreeMap<String, Stated<String>>,
    pub(super) date_format: Option<Stated<String>>,
    pub(super) delimiter: Option<Stated<String>>,
    pub(super) duplicates: Option<Stated<String>>,
    pub(super) leave_out: BTreeMap<String, Vec<String>>,
    pub(super) keys: BTreeMap<String, KeysDraft>,
    pub(super) tables: Vec<TableDraft>,
    pub(super) directory: PathBuf,
}

/// Reads the policy file, if one is named, and lays the command line over it; every mistake in the writing is reported.
pub(super) fn draft(args: &PolicyArgs) -> Outcome<(Draft, Vec<Diagnostic>)> {
    let mut draft = Draft::default();
    let mut problems = Vec::new();
    if let Some(file) = &args.policy {
        let bytes = std::fs::read(file)
            .map_err(|error| Diagnostic::io(Code::PolicyUnreadable, "read the policy", file, &error))?;
        let source = Source::new(file, bytes)?;
        read_file(&mut draft, &source);
        problems = source.into_problems();
    }
    lay_over(&mut draft, args, &mut problems);
    draft.period = draft.period.or_else(|| args.any_period.then(|| Stated::by_option("--period", "2000".to_owned())));
    Ok((draft, problems))
}

fn read_file(draft: &mut Draft, source: &Source) {
    draft.directory = source.directory().to_path_buf();
    let mut root = source.root();
    read_release(draft, root.section("release"));
    read_privacy(draft, root.section("privacy"));
    read_budget(draft, root.section("budget"));
    read_regime(draft, root.section("regime"));
    draft.presentation = PresentationDraft::read(root.section("report"), root.section("labels"));
    let mut bands = root.section("bands");
    draft.band_size = bands.number("size");
    bands.finish(&["size"]);
    read_log(draft, root.section("log"));
    let mut keys = root.section("keys");
    for column in keys.names() {
        let section = keys.section(&column);
        draft.keys.insert(column, read_keys(section));
    }
    draft.tables = root.sections("table").into_iter().map(read_table).collect();
    root.finish(&["release", "report", "labels", "privacy", "budget", "regime", "bands", "log", "keys", "table"]);
}

fn read_release(draft: &mut Draft, mut section: Section<'_>) {
    draft.period = section.text("period");
    draft.release = section.text("id");
    draft.publish_on = section.day("publish_on");
    draft.out = section.text("out").map(|out| draft.directory.join(out.value));
    section.finish(&["period", "id", "publish_on", "out"]);
}

fn read_privacy(draft: &mut Draft, mut section: Section<'_>) {
    draft.unit = section.text("unit");
    draft.noise = section.text("noise");
    draft.epsilon = section.number("epsilon");
    draft.rho = section.number("rho");
    draft.delta = section.number("delta");
    draft.max_cells = section.number("max_cells");
    draft.max_per_cell = section.number("max_per_cell");
    draft.key = section.text("key").map(|key| draft.directory.join(key.value));
    draft.ledger = section.text("ledger").map(|ledger| draft.directory.join(ledger.value));
    section.finish(&["unit", "noise", "epsilon", "rho", "delta", "max_cells", "max_per_cell", "key", "ledger"]);
}

fn read_budget(draft: &mut Draft, mut section: Section<'_>) {
    draft.budget = BudgetDraft {
        epsilon: section.number("epsilon"),
        delta: section.number("delta"),
        years: section.number("years"),
    };
    section.finish(&["epsilon", "delta", "years"]);
}

fn read_regime(draft: &mut Draft, mut section: Section<'_>) {
    draft.lifted = section.text("lifted");
    draft.earlier = section.truth("earlier");
    draft.zero = section.list("zero");
    let mut services = section.section("new_services");
    for service in services.names() {
        if let Some(first) = services.day(&service) {
            draft.new_services.insert(service, first);
        }
    }
    let mut agreed = section.section("agreed");
    draft.agreed = AgreedDraft {
        basis: agreed.text("basis"),
        like: agreed.text("like"),
        band: agreed.number("band"),
        period: agreed.text("period"),
        delay_days: agreed.number("delay_days"),
    };
    agreed.finish(&["basis", "like", "band", "period", "delay_days"]);
    section.finish(&["lifted", "earlier", "zero", "new_services", "agreed"]);
}

fn read_log(draft: &mut Draft, mut section: Section<'_>) {
    draft.date_format = section.text("date_format");
    draft.delimiter = section.text("delimiter");
    draft.duplicates = section.text("duplicates");
    let mut columns = section.section("columns");
    for name in columns.names() {
        if let Some(column) = columns.text(&name) {
            draft.columns.insert(name, column);
        }
    }
    let mut leave_out = section.section("leave_out");
    for name in leave_out.names() {
        if let Some(values) = leave_out.list(&name) {
            draft.leave_out.insert(name, values.value);
        }
    }
    section.finish(&["date_format", "delimiter", "duplicates", "columns", "leave_out"]);
}

fn read_keys(mut section: Section<'_>) -> KeysDraft {
    let selected = if section.is_text("values") { section.text("values") } else { None };
    let mut keys = KeysDraft {
        selected,
        values: section.list("values"),
        unknown: section.text("unknown"),
        other: section.text("other"),
        spellings: Vec::new(),
    };
    let mut spellings = section.section("spellings");
    for spelling in spellings.names() {
        if let Some(key) = spellings.text(&spelling) {
            keys.spellings.push((spelling, key));
        }
    }
    section.finish(&["values", "unknown", "other", "spellings"]);
    keys
}

fn read_table(mut section: Section<'_>) -> TableDraft {
    let name = section.text("name");
    let by = section.list("by");
    let origin = section.origin();
    let table = TableDraft {
        name,
        by: by.unwrap_or(Stated { value: Vec::new(), origin }),
        measures: section.list("measures"),
        total: section.truth("total").unwrap_or(false),
        band_size: section.number("band_size"),
        share: section.number("share"),
        total_share: section.number("total_share"),
        regime: section.text("regime"),
        withhold: section.list("withhold"),
    };
    section.finish(&["name", "by", "measures", "total", "band_size", "share", "total_share", "regime", "withhold"]);
    table
}

fn lay_over(draft: &mut Draft, args: &PolicyArgs, problems: &mut Vec<Diagnostic>) {
    let replace = |slot: &mut Option<Stated<String>>, option: &str, value: &Option<String>| {
        if let Some(value) = value {
            *slot = Some(Stated::by_option(option, value.clone()));
        }
    };
    replace(&mut draft.period, "--period", &args.period);
    replace(&mut draft.release, "--release", &args.release);
    replace(&mut draft.publish_on, "--publish-on", &args.publish_on);
    replace(&mut draft.unit, "--privacy-unit", &args.privacy_unit);
    replace(&mut draft.noise, "--noise", &args.noise);
    replace(&mut draft.delta, "--delta", &args.delta);
    replace(&mut draft.presentation.lang, "--lang", &args.lang);
    replace(&mut draft.restate, "--restate", &args.restate);
    replace(&mut draft.reason, "--reason", &args.reason);
    lay_over_loss(draft, args);
    replace(&mut draft.max_cells, "--max-cells", &args.max_cells);
    replace(&mut draft.max_per_cell, "--max-per-cell", &args.max_per_cell);
    replace(&mut draft.band_size, "--band-size", &args.band_size);
    replace(&mut draft.typed_band_size, "--band-size", &args.band_size);
    replace(&mut draft.date_format, "--date-format", &args.date_format);
    replace(&mut draft.delimiter, "--delimiter", &args.delimiter);
    replace(&mut draft.duplicates, "--duplicates", &args.duplicates);
    lay_over_columns(draft, args, problems);
    lay_over_tables(draft, args);
}

/// A loss on the command line takes the place of the policy's, whichever kind that is.
fn lay_over_loss(draft: &mut Draft, args: &PolicyArgs) {
    if args.epsilon.is_some() || args.rho.is_some() {
        let stated = |option, value: &Option<String>| value.clone().map(|value| Stated::by_option(option, value));
        draft.epsilon = stated("--epsilon", &args.epsilon);
        draft.rho = stated("--rho", &args.rho);
    }
}

fn lay_over_columns(draft: &mut Draft, args: &PolicyArgs, problems: &mut Vec<Diagnostic>) {
    for (name, column) in pairs("--column", &args.column, problems) {
        draft.columns.insert(name, Stated::by_option("--column", column));
    }
    for (name, values) in pairs("--leave-out", &args.leave_out, problems) {
        draft.leave_out.insert(name, values.split(',').map(str::to_owned).collect());
    }
    for (name, values) in pairs("--keys", &args.keys, problems) {
        let keys = draft.keys.entry(name).or_default();
        if values == PRIVATE {
            *keys = KeysDraft { selected: Some(Stated::by_option("--keys", values)), ..KeysDraft::default() };
        } else {
            let values = values.split(',').map(|value| value.trim().to_owned()).collect();
            (keys.values, keys.selected) = (Some(Stated::by_option("--keys", values)), None);
        }
    }
}

fn lay_over_tables(draft: &mut Draft, args: &PolicyArgs) {
    if !args.by.is_empty() || args.regime.is_some() || draft.tables.is_empty() {
        let by = Stated::by_option("--by", args.by.clone());
        let regime = args.regime.clone().map(|regime| Stated::by_option("--regime", regime));
        let (name, measures, band_size, share, total_share, withhold) = (None, None, None, None, None, None);
        draft.tables =
            vec![TableDraft { name, by, measures, total: false, band_size, share, total_share, regime, withhold }];
    }
    for table in &mut draft.tables {
        table.total |= args.total;
        if !args.measure.is_empty() {
            table.measures = Some(Stated::by_option("--measure", args.measure.clone()));
        }
        if args.band_size.is_some() {
            table.band_size = None;
        }
    }
}

/// Splits `NAME=VALUE` options.
fn pairs(option: &str, stated: &[String], problems: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for text in stated {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                pairs.push((name.to_owned(), value.to_owned()));
            }
            _ => problems.push(
                Diagnostic::error(Code::ArgumentInvalid, format!("`{text}` is not NAME=VALUE")).at_option(option),
            ),
        }
    }
    pairs
}
