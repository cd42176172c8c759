//! What published numbers say together: of each the narrowest interval, held against what its band was to hide.

use std::collections::{BTreeMap, HashMap};

use super::finding::{Finding, needed};
use super::interval::{Interval, Method, Statement, UNBOUNDED, at_most, related, solve, solve_one};
use super::published::Published;
use super::series::{flips, labels, structures};
use super::unknowns::{Rules, System};
use crate::band::NARROWEST_EXACT_BAND;
use crate::error::{Code, Severity};

/// Only in smaller groups it is searched for the fewest numbers from which an interval follows.
const MAX_EXPLAINED: usize = 60;

/// What all numbers say together.
#[derive(Debug, Default)]
pub struct Joint {
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many different numbers were looked at, by the method that gave their interval.
    pub methods: BTreeMap<Method, usize>,
    /// Numbers that are part of a contradiction, so that nothing is known to follow.
    pub contradictory: usize,
    /// Numbers that were too many to be combined with others.
    pub not_combined: usize,
}

/// Looks at all numbers together.
#[must_use]
pub fn look_together(numbers: &[Published], rules: &Rules) -> Joint {
    let printed: Vec<&Published> =
        numbers.iter().filter(|number| number.ends().is_some() || number.low.is_none()).collect();
    let system = System::of(&printed, rules);
    let mut joint = Joint { not_combined: system.not_combined, ..Joint::default() };
    let mut question = Question::new(&printed, system.statements, rules.unexplained);
    joint.findings.extend(question.restatements());
    let intervals = solve(&question.statements);
    for (place, interval) in intervals.iter().enumerate().take(printed.len()) {
        if question.is_first(place) {
            joint.take(&question, place, *interval);
        }
    }
    joint.findings.extend(structures(&printed));
    joint.findings.extend(labels(&printed));
    joint.findings.extend(flips(&printed));
    joint
}

impl Joint {
    fn take(&mut self, question: &Question<'_>, place: usize, interval: Option<Interval>) {
        let Some(interval) = interval else {
            self.contradictory += 1;
            if question.is_contradiction_told(place) {
                self.findings.push(question.contradiction(place));
            }
            return;
        };
        *self.methods.entry(interval.method).or_default() += 1;
        if let Some(finding) = question.narrowed(place, interval) {
            self.findings.push(finding);
        }
    }
}

/// The published numbers and what they say.
struct Question<'n> {
    numbers: &'n [&'n Published],
    statements: Vec<Statement>,
    /// The places of the numbers that are about the same, at the place of each.
    same: Vec<Vec<usize>>,
    /// The places of statements that share unknowns, and in which of these groups each is.
    groups: Vec<Vec<usize>>,
    group_of: Vec<usize>,
    unexplained: bool,
}

impl<'n> Question<'n> {
    fn new(numbers: &'n [&'n Published], statements: Vec<Statement>, unexplained: bool) -> Self {
        let mut places: HashMap<&[usize], Vec<usize>> = HashMap::new();
        for (place, statement) in statements.iter().enumerate().take(numbers.len()) {
            places.entry(&statement.of).or_default().push(place);
        }
        let same = statements.iter().take(numbers.len()).map(|statement| places[&statement.of[..]].clone()).collect();
        let groups = related(&statements);
        let mut group_of = vec![0; statements.len()];
        for (group, places) in groups.iter().enumerate() {
            for place in places {
                group_of[*place] = group;
            }
        }
        Self { numbers, statements, same, groups, group_of, unexplained }
    }

    /// The places of all that shares unknowns with a number.
    fn related(&self, place: usize) -> &[usize] {
        &self.groups[self.group_of[place]]
    }

    /// Whether no number before it is about the same.
    fn is_first(&self, place: usize) -> bool {
        self.same[place].first() == Some(&place)
    }

    /// What the numbers about the same say by themselves: the intersection of their bands.
    fn own(&self, place: usize) -> (i64, i64) {
        let ends = self.same[place].iter().map(|one| (self.statements[*one].low, self.statements[*one].high));
        ends.fold((0, UNBOUNDED), |(low, high), (other_low, other_high)| (low.max(other_low), high.min(other_high)))
    }

    /// The number whose band is to hide the most, how wide that is, and the most that its low end is raised.
    fn need(&self, place: usize) -> Option<(usize, i64, i64)> {
        let needs = self.same[place].iter().filter_map(|one| Some((*one, needed(self.numbers[*one])?)));
        let needs: Vec<(usize, (u64, u64))> = needs.collect();
        let (strictest, (width, _)) = needs.iter().max_by_key(|(one, (width, _))| (*width, std::cmp::Reverse(*one)))?;
        let raised = needs.iter().map(|(_, (_, raised))| *raised).max()?;
        Some((*strictest, i64::try_from(*width).ok()?, i64::try_from(raised).ok()?))
    }

    /// What was published of one number more than once and does not agree, or agrees only on less than a band. What does
    /// not agree is taken out: nothing would follow from it but everything.
    fn restatements(&mut self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for place in 0..self.numbers.len() {
            if self.same[place].len() < 2 || !self.is_first(place) {
                continue;
            }
            let own = self.own(place);
            if own.0 > own.1 || self.is_taken_back(place) {
                findings.push(self.disjoint(place));
                for one in &self.same[place] {
                    let statement = &mut self.statements[*one];
                    (statement.low, statement.high) = (0, UNBOUNDED);
                }
            } else if let Some((strictest, width, raised)) = self.need(place)
                && own.1 - own.0 + 1 + raised < width
            {
                findings.push(self.restated(place, strictest, own));
            }
        }
        findings
    }

    /// Whether a zero was declared of it and a declared correction has a band.
    fn is_taken_back(&self, place: usize) -> bool {
        let numbers = || self.same[place].iter().map(|one| self.numbers[*one]);
        numbers().any(|number| number.declared_zero) && numbers().any(|number| number.restates && !number.declared_zero)
    }

    /// The bands of numbers about the same, each once.
    fn bands(&self, place: usize) -> Vec<String> {
        let mut bands: Vec<String> = self.same[place].iter().map(|one| self.told(*one)).collect();
        bands.dedup_by_key(|band| band.split(" (").next().unwrap_or_default().to_owned());
        bands
    }

    /// A published number and where it stands.
    fn told(&self, place: usize) -> String {
        let number = self.numbers[place];
        format!("{} ({}, {})", number.words(), file_name(number), number.place)
    }

    fn disjoint(&self, place: usize) -> Finding {
        let last = self.same[place].last().map_or(place, |last| *last);
        let text = format!(
            "{} was published with numbers that cannot all be meant: {}",
            self.numbers[place].subject(),
            self.bands(place).join("; ")
        );
        let help = "say which is right and why it changed: another way of counting needs its rule printed beside it";
        // A correction that is declared says so.
        let is_declared = self.same[place].iter().any(|one| self.numbers[*one].restates);
        let severity = if is_declared { Severity::Note } else { Severity::Refused };
        let mut finding =
            Finding::about(self.numbers[last], Code::DisjointRestatement, severity, text, help.to_owned());
        finding.combined = self.bands(place);
        finding
    }

    fn restated(&self, place: usize, strictest: usize, own: (i64, i64)) -> Finding {
        let number = self.numbers[strictest];
        let text = format!(
            "{} was published with several bands, and only {} lies in all of them: {}",
            number.subject(),
            range(own),
            self.bands(place).join("; ")
        );
        let help = "restate a number in its first band, or in one that holds that band whole";
        let severity = self.severity(place, own.1 - own.0 + 1);
        let last = self.same[place].last().map_or(place, |last| *last);
        let mut finding =
            Finding::about(self.numbers[last], Code::NarrowedByRestatement, severity, text, help.to_owned());
        (finding.combined, finding.derived) = (self.bands(place), Some(derived(own)));
        finding
    }

    /// A number of which less is hidden than its band was to hide, where others are why.
    fn narrowed(&self, place: usize, interval: Interval) -> Option<Finding> {
        let (strictest, width, raised) = self.need(place)?;
        let own = self.own(place);
        let known_before = own.1 - own.0 + 1;
        if interval.shown_width() + raised >= width || interval.shown_width() >= known_before {
            return None;
        }
        let why = self.why(place, width - raised);
        let number = self.numbers[strictest];
        let what = if interval.method == Method::Narrowing {
            format!("of {} it could not be shown that more stays hidden than", number.words())
        } else {
            format!("of {} it follows that it is", number.words())
        };
        let text = format!("{what} {}, from: {}", range(interval.inner), self.told_all(&why).join("; "));
        let help = "print wider bands, or withhold one of these numbers";
        let severity = self.severity(place, interval.shown_width());
        let mut finding = Finding::about(number, self.cause(place, &why), severity, text, help.to_owned());
        finding.combined = self.told_all(&why);
        finding.derived = Some(derived(interval.outer));
        finding.method = Some(interval.method.words());
        Some(finding)
    }

    /// Less than a regime's band is refused. A publisher's own band may be narrowed, as long as what stays hidden is as much
    /// as the narrowest band of exact counts there may be.
    fn severity(&self, place: usize, hidden: i64) -> Severity {
        let floor = i64::try_from(NARROWEST_EXACT_BAND).unwrap_or(i64::MAX);
        let is_own = self.same[place].iter().all(|one| self.numbers[*one].regime().is_none());
        if is_own && hidden >= floor { Severity::Warning } else { Severity::Refused }
    }

    fn told_all(&self, places: &[usize]) -> Vec<String> {
        places.iter().filter(|place| **place < self.numbers.len()).map(|place| self.told(*place)).collect()
    }

    /// The fewest numbers, none of which can be left out, from which less than a width follows for one of them.
    fn why(&self, place: usize, width: i64) -> Vec<usize> {
        let kept = self.related(place).to_vec();
        if kept.len() > MAX_EXPLAINED || self.unexplained {
            return vec![place];
        }
        let quickly = self.is_narrow_from(&kept, place, width, true);
        fewest(kept, |fewer| fewer.contains(&place) && self.is_narrow_from(fewer, place, width, quickly))
    }

    /// Whether it follows from some of the numbers; quickly, where what is found quickly is enough for all of them.
    fn is_narrow_from(&self, places: &[usize], place: usize, width: i64, quickly: bool) -> bool {
        let statements = self.some(places);
        let at = places.iter().position(|one| *one == place).unwrap_or(0);
        if quickly {
            return at_most(&statements, at).is_none_or(|(low, high)| high - low + 1 < width);
        }
        solve_one(&statements, at).is_none_or(|interval| interval.shown_width() < width)
    }

    /// What kind of combination it is.
    fn cause(&self, place: usize, why: &[usize]) -> Code {
        let others = why.iter().filter(|one| **one != place).filter_map(|one| self.numbers.get(*one));
        let others: Vec<&&Published> = others.collect();
        if others.iter().any(|other| other.is_exact()) {
            Code::Complement
        } else if !others.is_empty() && others.iter().all(|other| other.keys == self.numbers[place].keys) {
            Code::NarrowedByOverlap
        } else {
            Code::NarrowedByTotal
        }
    }

    /// Whether a contradiction is told at this number: the first of its group.
    fn is_contradiction_told(&self, place: usize) -> bool {
        self.related(place).first() == Some(&place)
    }

    fn contradiction(&self, place: usize) -> Finding {
        let kept = self.contradicting(self.related(place).to_vec());
        let told = self.told_all(&kept);
        let text =
            format!("these cannot all be true, so it was not looked at what follows from them: {}", told.join("; "));
        let help =
            "numbers with noise, later corrections, or a rule by which a request counts in several periods can be why";
        let mut finding =
            Finding::about(self.numbers[place], Code::Contradiction, Severity::Warning, text, help.to_owned());
        finding.combined = told;
        finding
    }

    /// The fewest of them, none of which can be left out, that cannot all be true.
    fn contradicting(&self, kept: Vec<usize>) -> Vec<usize> {
        if kept.len() > MAX_EXPLAINED || self.unexplained {
            return kept.into_iter().take(1).collect();
        }
        fewest(kept, |fewer| solve(&self.some(fewer)).iter().any(Option::is_none))
    }

    /// Some of the statements.
    fn some(&self, places: &[usize]) -> Vec<Statement> {
        places.iter().map(|place| self.statements[*place].clone()).collect()
    }
}

/// What is left when everything is left out, one after the other, without which something still holds.
fn fewest(mut kept: Vec<usize>, holds: impl Fn(&[usize]) -> bool) -> Vec<usize> {
    let mut tried = 0;
    while tried < kept.len() {
        let mut fewer = kept.clone();
        fewer.remove(tried);
        if holds(&fewer) {
            kept = fewer;
        } else {
            tried += 1;
        }
    }
    kept
}

fn file_name(number: &Published) -> String {
    // Every release has its numbers in a file of the same name: its directory tells more.
    let named = if number.table.is_some() { number.file.parent().unwrap_or(&number.file) } else { &number.file };
    let named = if named.as_os_str().is_empty() { &number.file } else { named };
    named.file_name().unwrap_or(named.as_os_str()).to_string_lossy().into_owned()
}

fn range((low, high): (i64, i64)) -> String {
    match high {
        UNBOUNDED.. => format!("{low} or more"),
        _ if low > high => "no number at all".to_owned(),
        _ => format!("{low}-{high}"),
    }
}

fn derived((low, high): (i64, i64)) -> (u64, Option<u64>) {
    let end = |end: i64| u64::try_from(end).unwrap_or(0);
    (end(low), (high < UNBOUNDED).then(|| end(high)))
}
