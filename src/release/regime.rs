//! What is said below a regime's table: under which law it stands, how sure its bands are, and what is withheld.

use super::Release;
use crate::band::Band;
use crate::policy::Noise;
use crate::regime::{About, Lifted, Numbers, State};
use crate::table::Table;
use crate::units::percent;

/// The sentences below a table; none where it is no regime's.
pub(super) fn sentences(release: &Release, table: &Table<Band>) -> Vec<String> {
    let Some(numbers) = table.spec().regime.as_deref() else { return Vec::new() };
    let mut sentences = vec![law(numbers)];
    sentences.extend(bands(release, table));
    sentences.extend(zeros(numbers));
    sentences.extend(withheld(numbers));
    sentences.extend(raised(table, numbers));
    sentences
}

fn law(numbers: &Numbers) -> String {
    let regime = &numbers.regime;
    let read = if regime.verified {
        ""
    } else {
        " Not all of its rules were read; what is from practice or memory is marked so."
    };
    let state = if regime.state == State::Voluntary { " It binds nobody." } else { "" };
    format!("Reported as permitted by {}. {}{state}{read}", regime.title, regime.what)
}

/// Whether the bands are of noisy counts, and how often noise moves one; nothing where there is no band.
fn bands(release: &Release, table: &Table<Band>) -> Option<String> {
    let spec = table.spec();
    let zeros = spec.regime.as_ref().is_some_and(|numbers| numbers.zeros().next().is_some());
    let these = if zeros { "But for the declared zeros these" } else { "These" };
    (!spec.is_all_declared_zero()).then(|| format!("{these} are {}", how_banded(release, table)))
}

fn how_banded(release: &Release, table: &Table<Band>) -> String {
    if release.privacy.noise == Noise::None {
        return "the bands of the exact counts.".to_owned();
    }
    let of_table = release.accuracy.iter().filter(|accuracy| accuracy.is_of(table.spec()));
    let (average, edge) = of_table.fold((0.0_f64, 0.0_f64), |(average, edge), accuracy| {
        (average.max(accuracy.wrong_on_average), edge.max(accuracy.wrong_at_edge))
    });
    format!(
        "bands of noisy counts: noise puts a number into another band than its own with a chance of {} on average, and of \
         at most {} for a number at the edge of its band.",
        percent(average),
        percent(edge)
    )
}

/// A zero is the publisher's word. That it is exact is said where it stands.
fn zeros(numbers: &Numbers) -> Option<String> {
    let keys: Vec<&str> = numbers.zeros().map(|number| number.key.as_str()).collect();
    (!keys.is_empty()).then(|| {
        format!(
            "The publisher declares that in the days for which 0 is shown no such order was received and no secrecy applied, so \
             this 0 is exact: {}.",
            keys.join(", ")
        )
    })
}

fn withheld(numbers: &Numbers) -> Option<String> {
    let first = numbers.withheld.first()?;
    let keys: Vec<&str> = numbers.withheld.iter().map(|withheld| withheld.key.as_str()).collect();
    let paragraph = numbers.regime.rule(About::Delay).map(|rule| format!(" ({})", rule.paragraph)).unwrap_or_default();
    Some(format!(
        "Withheld for {} to {}: {}. They may not be published before {}{paragraph}; what is shown for them is the last period \
         for which it is permitted.",
        first.period.first(),
        first.period.last(),
        keys.join(", "),
        first.until
    ))
}

/// What was released, which is why a band's low end is higher than its grid.
fn raised(table: &Table<Band>, numbers: &Numbers) -> Option<String> {
    let of_column = |column: &crate::table::Column<Band>| {
        let released = column.released.iter().enumerate().filter(|(_, released)| **released > 0);
        let name = table.spec().name_of(column.measure);
        released.map(|(cell, released)| format!("{released} {name} of {}", numbers.shown[cell].key)).collect::<Vec<_>>()
    };
    let released: Vec<String> = table.columns().iter().flat_map(of_column).collect();
    let how = match numbers.lifted {
        Lifted::EveryBand => "low ends are raised by their number",
        _ => "the low end of a first band is their number",
    };
    (!released.is_empty()).then(|| {
        format!("No longer secret on {}: {}. For these {how}; high ends stay.", numbers.publish_on, released.join(", "))
    })
}
