//! What is said below a regime's table: under which law it stands, how sure its bands are, and what is withheld.

use super::Release;
use crate::band::Band;
use crate::policy::Noise;
use crate::regime::{About, Lifted, Numbers, State};
use crate::table::{Column, Measure, Table};

/// The dimension of a regime's table.
const CATEGORY: &str = "category";

/// The sentences below a table; none where it is no regime's.
pub(super) fn sentences(release: &Release, table: &Table<Band>) -> Vec<String> {
    let Some(numbers) = table.spec().regime.as_deref() else { return Vec::new() };
    let mut sentences = vec![law(release, numbers)];
    let has_selectors = table.spec().measures.contains(&Measure::Accounts);
    sentences.extend(has_selectors.then(|| release.language().words().law_selectors()));
    sentences.extend(bands(release, table));
    sentences.extend(zeros(release, numbers));
    sentences.extend(withheld(release, numbers));
    sentences.extend(raised(release, table, numbers));
    sentences
}

fn law(release: &Release, numbers: &Numbers) -> String {
    let regime = &numbers.regime;
    let title = regime.basis.as_ref().unwrap_or(&regime.title);
    let (what, voluntary) = (regime.what(release.presentation.lang), regime.state == State::Voluntary);
    release.language().words().law(title, what, voluntary, regime.verified)
}

/// Whether the bands are of noisy counts, and how often noise moves one; nothing where there is no band.
fn bands(release: &Release, table: &Table<Band>) -> Option<String> {
    let spec = table.spec();
    let zeros = spec.regime.as_ref().is_some_and(|numbers| numbers.zeros().next().is_some());
    (!spec.is_all_declared_zero()).then(|| how_banded(release, table, zeros))
}

fn how_banded(release: &Release, table: &Table<Band>, zeros: bool) -> String {
    let language = release.language();
    if release.privacy.noise == Noise::None {
        return language.words().law_bands_exact(zeros);
    }
    let of_table = release.accuracy.iter().filter(|accuracy| accuracy.is_of(table.spec()));
    let (average, edge) = of_table.fold((0.0_f64, 0.0_f64), |(average, edge), accuracy| {
        (average.max(accuracy.wrong_on_average), edge.max(accuracy.wrong_at_edge))
    });
    language.words().law_bands_noisy(zeros, language.percent(average), language.percent(edge))
}

/// What categories are called.
fn named<'n>(release: &Release, keys: impl Iterator<Item = &'n str>) -> String {
    let named: Vec<String> = keys.map(|key| release.presentation.key(CATEGORY, key)).collect();
    named.join("; ")
}

/// A zero is the publisher's word. That it is exact is said where it stands.
fn zeros(release: &Release, numbers: &Numbers) -> Option<String> {
    let keys = || numbers.zeros().map(|number| number.key.as_str());
    keys().next().map(|_| release.language().words().law_zeros(named(release, keys())))
}

fn withheld(release: &Release, numbers: &Numbers) -> Option<String> {
    let language = release.language();
    let first = numbers.withheld.first()?;
    let keys = numbers.withheld.iter().map(|withheld| withheld.key.as_str());
    let paragraph = numbers.regime.rule(About::Delay).map(|rule| format!(" ({})", rule.paragraph)).unwrap_or_default();
    let [from, to] = [first.period.first(), first.period.last()].map(|day| language.day(day));
    Some(language.words().law_withheld(from, to, named(release, keys), language.day(first.until), paragraph))
}

/// What was released, which is why a band's low end is higher than its grid.
fn raised(release: &Release, table: &Table<Band>, numbers: &Numbers) -> Option<String> {
    let language = release.language();
    let of_column = |column: &Column<Band>| {
        let released = column.released.iter().enumerate().filter(|(_, released)| **released > 0);
        let measure = language.measure(table.spec().name_of(column.measure));
        let one = |(cell, released): (usize, &u64)| {
            let key = release.presentation.key(CATEGORY, &numbers.shown[cell].key);
            language.words().law_raised_one(language.number(*released), &measure, key)
        };
        released.map(one).collect::<Vec<_>>()
    };
    let released: Vec<String> = table.columns().iter().flat_map(of_column).collect();
    let every = numbers.lifted == Lifted::EveryBand;
    let day = language.day(numbers.publish_on);
    (!released.is_empty()).then(|| language.words().law_raised(day, released.join(", "), every))
}
