//! What is wrong with a published number: by itself, or together with others.

use std::path::PathBuf;

use super::published::Published;
use crate::error::{Code, Diagnostic, Severity};
use crate::regime::{About, Regime};

/// What regimes count, as reports call it.
const MEASURES: [&str; 6] = ["orders", "requests", "selectors", "accounts", "users", "warrants"];

/// Something that is wrong, or worth knowing, about a published number.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its stable code.
    pub code: Code,
    /// Refused for a fault, a warning, or a note.
    pub severity: Severity,
    /// The file that the number stands in.
    pub file: PathBuf,
    /// The table of a release that it stands in.
    pub table: Option<String>,
    /// Where in that file.
    pub place: String,
    /// What it is, for somebody who is no statistician.
    pub text: String,
    /// What to do, or what it follows from.
    pub help: String,
    /// The published numbers that it follows from, in words.
    pub combined: Vec<String>,
    /// The interval that follows, where one does; without an end where there is none.
    pub derived: Option<(u64, Option<u64>)>,
    /// How the interval was found.
    pub method: Option<&'static str>,
}

/// What a finding is about, whether or not it was asked what it follows from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingKey {
    code: Option<&'static str>,
    file: PathBuf,
    place: String,
    derived: Option<(u64, Option<u64>)>,
}

impl Finding {
    /// A finding about one number.
    #[must_use]
    pub fn about(number: &Published, code: Code, severity: Severity, text: String, help: String) -> Self {
        let (file, table, place) = (number.file.clone(), number.table.clone(), number.place.clone());
        Self { code, severity, file, table, place, text, help, combined: Vec::new(), derived: None, method: None }
    }

    /// What tells a finding from others. Where an interval follows, its code depends on what it is said to follow from, so
    /// the interval tells instead.
    #[must_use]
    pub fn key(&self) -> FindingKey {
        let code = self.derived.is_none().then(|| self.code.as_str());
        FindingKey { code, file: self.file.clone(), place: self.place.clone(), derived: self.derived }
    }

    /// Whether it is a fault rather than something to know.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.severity == Severity::Refused
    }

    /// The finding as a diagnostic.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let message = format!("{}: {}", self.place, self.text);
        let told = match self.severity {
            Severity::Refused | Severity::Error => Diagnostic::refused(self.code, message),
            Severity::Warning => Diagnostic::warning(self.code, message),
            Severity::Note => Diagnostic::note(self.code, message),
        };
        told.at_file(&self.file).help(self.help.clone())
    }
}

/// Looks at one number: nothing where it is what its regime allows. Without a regime only its ends' order can be wrong.
#[must_use]
pub fn look(number: &Published) -> Option<Finding> {
    let found = |code, what: &str, help: String| {
        let severity = if code == Code::RaisedLowEnd { Severity::Note } else { Severity::Refused };
        Some(Finding::about(number, code, severity, format!("{} {what}", number.words()), help))
    };
    if number.low > number.high {
        return found(Code::InvertedBand, "begins above its end", "print the lower end first".to_owned());
    }
    if number.declared_zero && number.high > Some(0) {
        return found(Code::WrongWidth, "is called an exact zero and is none", "write its regime's name".to_owned());
    }
    let regime = number.regime()?;
    if let Some(what) = unknown(number, regime) {
        let (text, help) = (format!("{} {}", number.words(), what.0), what.1);
        return Some(Finding::about(number, Code::CategoryUnknown, Severity::Warning, text, help));
    }
    if !regime.period.fits(number.period) {
        let days = i64::from(number.period.days());
        let (rule, wanted) = (paragraph(regime, About::Period), regime.period.words());
        let what = format!("is printed, but {} is not {wanted}", number.period);
        // A month too many or too few in what is nearly such a period is a slip of the label.
        let is_slip = regime.period.days().is_some_and(|wanted| (days - wanted).abs() <= 32);
        return found(if is_slip { Code::PeriodLabel } else { Code::PeriodNotAllowed }, &what, rule);
    }
    number.ends()?;
    if let (Some(on), Some((category, _))) = (number.published_on, number.category())
        && on < category.publishable(number.period)
    {
        let what = format!("was published on {on}, before {}", category.publishable(number.period));
        return found(Code::PublishedTooEarly, &what, paragraph(regime, regime.too_early(category)));
    }
    of_grid(number, regime).and_then(|(code, what, help)| found(code, &what, help))
}

/// A category or measure that the regime does not have: its delay cannot be looked at, nor what it is a part of.
fn unknown(number: &Published, regime: &Regime) -> Option<(&'static str, String)> {
    let known: Vec<&str> = regime.categories.iter().map(|category| category.key.as_str()).collect();
    if number.category().is_none() {
        return Some(("is of a category that its regime does not have", format!("known: {}", known.join(", "))));
    }
    let is_measure = MEASURES.contains(&number.measure.as_str());
    (!is_measure).then(|| ("has a measure that no regime has", format!("known: {}", MEASURES.join(", "))))
}

/// How a number's ends lie to its regime's grid, where not on it.
fn of_grid(number: &Published, regime: &Regime) -> Option<(Code, String, String)> {
    let (low, high) = number.ends().filter(|_| !number.declared_zero)?;
    let rule = paragraph(regime, About::Band);
    match shape(low, high, regime.band, regime.any_coarser) {
        Shape::Sound => None,
        Shape::Raised => Some((
            Code::RaisedLowEnd,
            "begins above the low end of its band, by so many requests that are no longer secret".to_owned(),
            "the high end must stay".to_owned(),
        )),
        Shape::OffGrid => {
            Some((Code::OffGrid, format!("is none of the regime's bands, which are {}", bands_of(regime.band)), rule))
        }
        Shape::WrongWidth if high == 0 => Some((
            Code::WrongWidth,
            "is an exact zero, which the regime does not print".to_owned(),
            "where a zero is declared because no order came and none is secret, write exact-zero as its regime"
                .to_owned(),
        )),
        Shape::WrongWidth => {
            let width = u128::from(high - low) + 1;
            Some((Code::WrongWidth, format!("is {width} wide, not {} or a multiple", regime.band), rule))
        }
    }
}

/// The first bands of a width, as an example of all.
pub(super) fn bands_of(width: u64) -> String {
    let width = width.max(1);
    format!("0-{}, {width}-{}, {}-{} and so on", width - 1, 2 * width - 1, 2 * width, 3 * width - 1)
}

/// How wide an interval a number must leave, and by how much its low end is raised; nothing where no rule says it.
#[must_use]
pub(super) fn needed(number: &Published) -> Option<(u64, u64)> {
    if number.declared_zero {
        return None;
    }
    let Some(regime) = number.regime() else { return number.band_size.map(|size| (size, 0)) };
    if number.low.is_none() {
        // What is withheld is to be hidden as well as if it were printed.
        return Some((regime.band, 0));
    }
    let (low, high) = number.ends()?;
    match shape(low, high, regime.band, regime.any_coarser) {
        Shape::Sound if regime.any_coarser && low > 0 => None,
        Shape::Sound => Some((regime.band, 0)),
        Shape::Raised => Some((regime.band, low - low / regime.band * regime.band)),
        // What is wrong by itself is said of it by itself.
        Shape::OffGrid | Shape::WrongWidth => None,
    }
}

fn paragraph(regime: &Regime, about: About) -> String {
    match regime.rule(about) {
        Some(rule) => format!("{}: {}", rule.paragraph, rule.says),
        None if about == About::Past => {
            format!("{}: numbers are published when the days that they cover are over", regime.title)
        }
        None => regime.title.clone(),
    }
}

/// How a band lies to a grid.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    Sound,
    /// It ends where a band ends, and begins inside that band.
    Raised,
    OffGrid,
    WrongWidth,
}

fn shape(low: u64, high: u64, band: u64, any_width: bool) -> Shape {
    // The last number of 64 bits ends no band.
    let Some(after) = high.checked_add(1) else { return Shape::OffGrid };
    let width = after - low;
    if any_width {
        // Only what lies below the first band's end is hidden.
        let sound = low >= band || (low == 0 && width >= band);
        return if sound { Shape::Sound } else { Shape::WrongWidth };
    }
    match (low.is_multiple_of(band), after.is_multiple_of(band)) {
        // A wider band lies on its own grid: 500-1499 would tell that the count is near 1000.
        (true, true) if low.is_multiple_of(width) => Shape::Sound,
        (false, true) if width < band => Shape::Raised,
        (true, false) => Shape::WrongWidth,
        _ => Shape::OffGrid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_lie_on_the_grid_or_beside_it() {
        for (low, high, wanted) in [
            (0, 499, Shape::Sound),
            (1000, 1999, Shape::Sound),
            (500, 1499, Shape::OffGrid),
            (22, 499, Shape::Raised),
            (501, 999, Shape::Raised),
            (0, 249, Shape::WrongWidth),
            (1, 500, Shape::OffGrid),
            (0, 500, Shape::WrongWidth),
            (22, 999, Shape::OffGrid),
            (0, u64::MAX, Shape::OffGrid),
            (u64::MAX, u64::MAX, Shape::OffGrid),
        ] {
            assert_eq!(shape(low, high, 500, false), wanted, "{low}-{high}");
        }
    }
}
