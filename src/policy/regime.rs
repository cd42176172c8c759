//! Tables under a regime: what a policy states of them, held against the regime's rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::draft::{AgreedDraft, Draft, TableDraft};
use super::reader::{Stated, nearest, suggestion};
use super::resolve::Resolver;
use super::values::{check_name, read_measures, whole_number};
use crate::band::BandSize;
use crate::error::{Code, Diagnostic};
use crate::keys::KeySet;
use crate::period::{Period, day};
use crate::regime::{AGREED, About, Category, Days, Length, Lifted, Numbers, Regime, State, all, find};
use crate::table::{Measure, TableSpec, Withheld};

/// The name of a regime table and of its file.
const DEFAULT_NAME: &str = "national-security";

/// The days that a regime's rules are held against, as far as they are stated.
#[derive(Clone, Copy)]
pub(super) struct Stands {
    pub(super) period: Period,
    pub(super) publish_on: Option<Date>,
}

/// The longest delay that can be agreed on: ten years.
const MAX_DELAY_DAYS: i32 = 3660;

impl Resolver {
    /// The tables of one regime: one, or two where it tells selectors by legal process and orders together.
    pub(super) fn regime_tables(
        &mut self,
        table: &TableDraft,
        id: &Stated<String>,
        draft: &Draft,
        days: Option<Stands>,
    ) -> Vec<TableSpec> {
        let Some(regime) = self.regime(id, &draft.agreed) else { return Vec::new() };
        if let Some(refusal) = unusable(&regime) {
            self.fail(refusal.at(id.origin.0.clone()));
            return Vec::new();
        }
        let Some(days) = days else { return Vec::new() };
        let Some(publish_on) = self.publication(&regime, days) else { return Vec::new() };
        self.refuse_finer(table, &regime, days.period);
        let both = vec![Measure::Requests, Measure::Accounts];
        let measures = self.read_or(table.measures.as_ref(), both, |names| read_measures(names));
        let default_name = DEFAULT_NAME.to_owned();
        let name = self.read_or(table.name.as_ref(), default_name, |text| check_name(text).map(|()| text.clone()));
        let size = self.regime_band(table, &regime, draft);
        let (Some(measures), Some(name), Some(band_size)) = (measures, name, size) else { return Vec::new() };
        let splits = regime.categories.iter().any(|category| category.selectors_by_process);
        let groups = if splits { measures.into_iter().map(|one| vec![one]).collect() } else { vec![measures] };
        let mut specs = Vec::new();
        for measures in groups {
            let by_process = measures == [Measure::Accounts];
            let days = Days { period: days.period, publish_on, earlier: draft.earlier.unwrap_or(true) };
            match Numbers::new(&regime, days, by_process) {
                Err(refusal) => self.fail(refusal),
                Ok(mut numbers) => {
                    numbers.declare_zero(draft.zero.as_ref().map_or(&[], |zero| zero.value.as_slice()));
                    let spec = self.regime_table(&name, measures, band_size, numbers, draft);
                    specs.extend(spec.and_then(|spec| self.withholding(spec, table.withhold.as_ref())));
                }
            }
        }
        specs
    }

    fn regime_table(
        &mut self,
        name: &str,
        measures: Vec<Measure>,
        band_size: BandSize,
        numbers: Numbers,
        draft: &Draft,
    ) -> Option<TableSpec> {
        let lifted = self.read_or(draft.lifted.as_ref(), Lifted::default(), |text| read_lifted(text))?;
        let mut new_services = BTreeMap::new();
        for (service, first) in &draft.new_services {
            new_services.insert(service.clone(), self.read(Some(first), |text| day(text))?);
        }
        let keys = numbers.shown.iter().map(|number| number.key.clone());
        let categories = KeySet::new("category", keys).ok()?;
        Some(TableSpec {
            name: name.to_owned(),
            dimensions: vec![Arc::new(categories)],
            measures,
            total: false,
            band_size,
            share: 1,
            total_share: 0,
            regime: Some(Arc::new(Numbers { lifted, new_services, ..numbers })),
            withheld: Withheld::default(),
        })
    }

    fn regime(&mut self, id: &Stated<String>, agreed: &AgreedDraft) -> Option<Regime> {
        if id.value == AGREED {
            return self.agreed(agreed, id);
        }
        let regime = find(&id.value);
        if regime.is_none() {
            let known: Vec<&str> = all().iter().map(|regime| regime.id.as_str()).collect();
            let near = nearest(&id.value, &known).map(|(_, near)| format!("did you mean `{near}`? "));
            let near = near.unwrap_or_default();
            self.fail(
                Diagnostic::error(Code::RegimeUnknown, format!("there is no regime `{}`", id.value))
                    .at(id.origin.0.clone())
                    .help(format!("{near}`hushcount regimes` lists them")),
            );
        }
        regime.cloned()
    }

    /// A regime of the publisher's own, like another one but for what was agreed.
    fn agreed(&mut self, agreed: &AgreedDraft, id: &Stated<String>) -> Option<Regime> {
        let like = agreed.like.as_ref().map_or("us-1874-a3", |like| &like.value);
        let base = find(like).filter(|base| base.state != State::ExactNumbers);
        let Some(base) = base else {
            self.fail(Diagnostic::error(Code::RegimeUnknown, format!("there is no regime `{like}` to be like")));
            return None;
        };
        let Some(basis) = agreed.basis.as_ref().filter(|basis| !basis.value.trim().is_empty()) else {
            let message = "agreed: nothing says what was agreed on, and with whom";
            self.fail(
                Diagnostic::refused(Code::RegimeBasis, message)
                    .at(id.origin.0.clone())
                    .help("50 U.S.C. § 1874(c): another time, form or manner is one that the Government and the publisher jointly agreed on. Name the document: `basis` under [regime.agreed]"),
            );
            return None;
        };
        let band = self.read_or(agreed.band.as_ref(), base.band, |text| {
            whole_number(text).filter(|band| *band > 0).ok_or_else(|| "a band is a whole number".to_owned())
        })?;
        let period = self.read_or(agreed.period.as_ref(), base.period, |text| read_length(text))?;
        let delay = self.read_or(agreed.delay_days.as_ref(), None, |text| {
            let days = whole_number(text).filter(|days| *days <= MAX_DELAY_DAYS).map(Some);
            days.ok_or_else(|| format!("a delay is a whole number of days, at most {MAX_DELAY_DAYS}"))
        })?;
        let mut categories = base.categories.clone();
        for category in categories.iter_mut().filter(|_| delay.is_some()) {
            (category.delay_years, category.delay_months, category.delay_days) = (0, 0, delay.unwrap_or(0));
        }
        let title = format!("Agreed on: {}", basis.value);
        let what = format!("As {like}, but for what was agreed.");
        let (id, basis) = (AGREED.to_owned(), Some(basis.value.clone()));
        let (state, until) = (State::Agreed, None);
        Some(Regime { id, title, what, state, until, band, period, categories, basis, verified: false, ..base.clone() })
    }

    /// The day of publication, which every delay is counted to.
    fn publication(&mut self, regime: &Regime, days: Stands) -> Option<Date> {
        let Some(publish_on) = days.publish_on else {
            self.fail(
                Diagnostic::error(Code::PolicyMissing, format!("{}: no day of publication is given", regime.id))
                    .help("add --publish-on DATE, or `publish_on` under [release]: delays are counted to it"),
            );
            return None;
        };
        if publish_on <= days.period.last() {
            let message = format!("the period ends on {}, and publication is on {publish_on}", days.period.last());
            self.fail(regime.refusal(Code::RegimeTooEarly, About::Period, message));
            return None;
        }
        if let Some(until) = regime.ended_by(publish_on) {
            let message = format!("it ended on {until}, and publication is on {publish_on}");
            self.fail(regime.refusal(Code::RegimeHistoric, About::Until, message));
            return None;
        }
        Some(publish_on)
    }

    /// Periods, breakdowns and sums that the regime does not have.
    fn refuse_finer(&mut self, table: &TableDraft, regime: &Regime, period: Period) {
        if !regime.period.fits(period) {
            let message = format!("{period} is not {}", regime.period.words());
            self.fail(regime.refusal(Code::RegimePeriod, About::Period, message));
        }
        if !table.by.value.is_empty() {
            let message = format!("its table is not broken down by {}", table.by.value.join(", "));
            self.fail(regime.refusal(Code::RegimeBreakdown, About::Breakdown, message).at(table.by.origin.0.clone()));
        }
        if table.total {
            self.fail(regime.refusal(Code::RegimeTotal, About::Total, "its table has no total"));
        }
    }

    /// The width of the bands: the table's own, or the command line's, or else the regime's. What a policy states for all
    /// tables is for those without a regime.
    fn regime_band(&mut self, table: &TableDraft, regime: &Regime, draft: &Draft) -> Option<BandSize> {
        let stated = table.band_size.as_ref().or(draft.typed_band_size.as_ref());
        let size = self.read_or(stated, regime.band, |text| {
            whole_number(text).ok_or_else(|| "a band size is a whole number, such as 500".to_owned())
        })?;
        if !regime.allows_bands_of(size) {
            let grid = if regime.any_coarser { "or wider" } else { "or whole multiples of it" };
            let message = format!("bands of {size} are not allowed: {} {grid}", regime.band);
            let refusal = regime.refusal(Code::RegimeBand, About::Band, message);
            self.fail(match stated {
                Some(stated) => refusal.at(stated.origin.0.clone()),
                None => refusal,
            });
            return None;
        }
        match BandSize::new(size) {
            Ok(size) => Some(size),
            Err(message) => {
                self.fail(Diagnostic::error(Code::PolicyValue, message));
                None
            }
        }
    }

    /// Two structures of one law would narrow each other, and a national-security process counts in a regime's table only.
    pub(super) fn check_regimes(&mut self, tables: &[Arc<TableSpec>], draft: &Draft) {
        let regimes: Vec<&Regime> =
            tables.iter().filter_map(|table| table.regime.as_ref()).map(|one| &one.regime).collect();
        for (place, regime) in regimes.iter().enumerate() {
            if let Some(other) = regimes[..place].iter().find(|other| other.law == regime.law && other.id != regime.id)
            {
                let message = format!("{} is in this release too", other.id);
                self.fail(regime.refusal(Code::RegimeStructure, About::Structure, message));
            }
        }
        self.refuse_left_out(&regimes, draft);
        self.check_lifted(draft);
        self.check_zero(&regimes, draft);
        for table in tables.iter().filter(|table| table.regime.is_none()) {
            let secret = table.dimensions.iter().find(|set| set.has_national_security());
            if let Some(set) = secret {
                let message = format!(
                    "table `{}` lists national-security process among the values of `{}`",
                    table.name,
                    set.column()
                );
                self.fail(Diagnostic::refused(Code::RegimeRequired, message).help(
                    "what may be published about it is limited by law (such as 50 U.S.C. § 1874): count it in a table with `regime`, and leave it out of this one's values; `hushcount regimes` lists them",
                ));
            }
        }
    }
}

impl Resolver {
    /// A number of which a part is left out is not the number that the law permits.
    fn refuse_left_out(&mut self, regimes: &[&Regime], draft: &Draft) {
        let left_out = draft.leave_out.get("legal_process").into_iter().flatten();
        let names = super::processes::secret_words(draft);
        for value in left_out {
            let process = names.get(value).unwrap_or(value);
            let counts =
                |regime: &&&Regime| regime.categories.iter().any(|category| category.processes.contains(process));
            if let Some(regime) = regimes.iter().find(counts) {
                let message = format!("{}: its table counts `{value}`, and `leave_out` leaves it out", regime.id);
                self.fail(Diagnostic::refused(Code::RegimeLeftOut, message).help("take it out of [log.leave_out]"));
            }
        }
    }

    /// What bands are raised by must be known, and must not show how large a noisy count is.
    fn check_lifted(&mut self, draft: &Draft) {
        let noisy = draft.noise.as_ref().is_none_or(|noise| noise.value != "none");
        if let Some(lifted) = draft.lifted.as_ref().filter(|lifted| noisy && lifted.value == "every-band") {
            let message =
                "\"every-band\" needs noise = \"none\": a noisy count may be too small for its band to be raised";
            self.fail(lifted.origin.problem(message));
        }
        if draft.lifted.as_ref().is_some_and(|lifted| lifted.value != "ignored") && draft.columns.contains_key("count")
        {
            let message =
                "a log of counts does not say which requests are no longer secret: `lifted` has no meaning with it";
            self.fail(Diagnostic::error(Code::PolicyValue, message));
        }
    }
}

impl Resolver {
    /// What is declared zero is a category of a regime's table: a name that is none would declare nothing, without a word.
    fn check_zero(&mut self, regimes: &[&Regime], draft: &Draft) {
        let Some(zero) = &draft.zero else { return };
        // Of a table that is at fault itself the categories are not known.
        let mut stated = draft.tables.iter().filter_map(|table| table.regime.as_ref());
        if !stated.all(|id| regimes.iter().any(|regime| regime.id == id.value)) {
            return;
        }
        let categories: Vec<&Category> = regimes.iter().flat_map(|regime| &regime.categories).collect();
        // A regime that is split has two tables.
        let known: BTreeSet<&str> = categories.iter().map(|category| category.key.as_str()).collect();
        let known: Vec<&str> = known.into_iter().collect();
        for key in zero.value.iter().filter(|key| !known.contains(&key.as_str())) {
            let problem = zero.origin.problem(format!("`{key}` is no category of a regime's table here"));
            let help = match categories.iter().find(|category| category.processes.contains(key)) {
                Some(category) => format!("it counts in `{}`", category.key),
                None if known.is_empty() => "no table has a `regime`".to_owned(),
                None => suggestion(key, &known),
            };
            self.fail(problem.help(help));
        }
    }
}

/// What of a regime's numbers shapes a release.
pub(super) fn shape(numbers: &Numbers) -> Value {
    let lifted = format!("{:?}", numbers.lifted);
    let mut shape = json!({
        "id": numbers.regime.id,
        "basis": numbers.regime.basis,
        "shown": numbers.shown.iter().map(|number| json!([number.key, number.processes, number.period.ends()])).collect::<Vec<_>>(),
        "withheld": numbers.withheld.iter().map(|number| json!([number.key, number.until.to_string()])).collect::<Vec<_>>(),
        // Which requests are released by then changes the numbers.
        "lifted": (numbers.lifted != Lifted::Ignored).then(|| json!([lifted, numbers.publish_on.to_string()])),
    });
    // Only where something is declared: the digests of releases that were made before this could be must stay.
    if numbers.zeros().next().is_some() {
        shape["zero"] = numbers.zeros().map(|number| json!(number.key)).collect();
    }
    shape
}

/// Why a regime cannot be reported under at all.
fn unusable(regime: &Regime) -> Option<Diagnostic> {
    let message = "it wants exact numbers";
    (regime.state == State::ExactNumbers).then(|| regime.refusal(Code::RegimeExact, About::ExactNumbers, message))
}

fn read_lifted(text: &str) -> Result<Lifted, String> {
    match text {
        "ignored" => Ok(Lifted::Ignored),
        "first-band" => Ok(Lifted::FirstBand),
        "every-band" => Ok(Lifted::EveryBand),
        _ => Err("`lifted` is \"ignored\", \"first-band\" or \"every-band\"".to_owned()),
    }
}

fn read_length(text: &str) -> Result<Length, String> {
    match text {
        "half-year" => Ok(Length::HalfYear),
        "year" => Ok(Length::Year),
        "any" => Ok(Length::Any),
        _ => Err("a period is \"half-year\", \"year\" or \"any\"".to_owned()),
    }
}
