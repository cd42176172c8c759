//! What is wrong with a published band by itself.

use super::bands::PublishedBand;
use crate::error::{Code, Diagnostic};
use crate::regime::{About, Regime};

/// Something that is wrong, or worth knowing, about one published band.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its stable code.
    pub code: Code,
    /// The row, counted from 1 with the header as row 1.
    pub row: usize,
    /// What it is, for somebody who is no statistician.
    pub text: String,
    /// What to do, or what it follows from.
    pub help: String,
}

impl Finding {
    /// Whether it is a fault rather than something to know.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.code != Code::RaisedLowEnd
    }

    /// The finding as a diagnostic of a file.
    #[must_use]
    pub fn at(&self, file: &std::path::Path) -> Diagnostic {
        let message = format!("row {}: {}", self.row, self.text);
        let told = if self.is_fault() {
            Diagnostic::refused(self.code, message)
        } else {
            Diagnostic::note(self.code, message)
        };
        told.at_file(file).help(self.help.clone())
    }
}

/// Looks at one band: nothing where it is what its regime allows. Without a regime only its ends' order can be wrong.
#[must_use]
pub fn look(band: &PublishedBand) -> Option<Finding> {
    let found = |code, what: &str, help: String| {
        let text = format!("{} {what}", band.words());
        Some(Finding { code, row: band.row, text, help })
    };
    if band.low > band.high {
        return found(Code::InvertedBand, "begins above its end", "print the lower end first".to_owned());
    }
    let regime = band.regime()?;
    if !regime.period.fits(band.period) {
        let rule = paragraph(regime, About::Period);
        return found(
            Code::PeriodNotAllowed,
            &format!("is printed, but {} is not {}", band.period, regime.period.words()),
            rule,
        );
    }
    let (low, high) = (band.low?, band.high?);
    match shape(low, high, regime.band, regime.any_coarser) {
        Shape::Sound => None,
        Shape::Raised => found(
            Code::RaisedLowEnd,
            "has a higher low end than the grid: so many requests are no longer secret",
            "the high end must stay".to_owned(),
        ),
        Shape::OffGrid => found(Code::OffGrid, "does not lie on the regime's grid", paragraph(regime, About::Band)),
        Shape::WrongWidth => {
            let width = high - low + 1;
            found(
                Code::WrongWidth,
                &format!("is {width} wide, not {} or a multiple", regime.band),
                paragraph(regime, About::Band),
            )
        }
    }
}

fn paragraph(regime: &Regime, about: About) -> String {
    regime.rule(about).map_or_else(|| regime.title.clone(), |rule| format!("{}: {}", rule.paragraph, rule.says))
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
    let width = high - low + 1;
    if any_width {
        // Only what lies below the first band's end is hidden.
        let sound = low >= band || (low == 0 && width >= band);
        return if sound { Shape::Sound } else { Shape::WrongWidth };
    }
    match (low.is_multiple_of(band), (high + 1).is_multiple_of(band)) {
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
        ] {
            assert_eq!(shape(low, high, 500, false), wanted, "{low}-{high}");
        }
    }
}
