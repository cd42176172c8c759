//! Which columns a run needs, and where they are in one log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::naming::Missing;
use super::problem::Unusable;
use crate::derived::{NONDISCLOSURE, NOTIFIED_ON, UNTIL};
use crate::keys::{KeySet, spelling};
use crate::policy::{Policy, PrivacyUnit};
use crate::table::Measure;

/// The columns with a meaning of their own. Every other column is a dimension or unread.
pub(super) const REQUEST_ID: &str = "request_id";
pub(super) const PARENT_ID: &str = "parent_id";
pub(super) const RECEIVED_ON: &str = "received_on";
pub(super) const ACCOUNT_ID: &str = "account_id";
pub(super) const COUNT: &str = "count";
pub(super) const ACCOUNT_COUNT: &str = "account_count";
pub(super) const LEGAL_PROCESS: &str = "legal_process";
pub(super) const SERVICE: &str = "service";
pub(super) const LIFTED_ON: &str = "nondisclosure_lifted_on";

/// Where the needed columns are in one log; places counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// How many columns the log has.
    pub(super) width: usize,
    pub(super) received_on: usize,
    pub(super) request_id: Option<usize>,
    pub(super) parent_id: Option<usize>,
    pub(super) account_id: Option<usize>,
    pub(super) count: Option<usize>,
    pub(super) account_count: Option<usize>,
    /// Needed where a regime's table is made, and told apart wherever it is there.
    pub(super) legal_process: Option<usize>,
    /// Read where a service is declared new.
    pub(super) service: Option<usize>,
    /// Read where a regime's bands are raised for what is no longer secret.
    pub(super) lifted_on: Option<usize>,
    /// What derived columns are worked out from.
    pub(super) nondisclosure: Option<usize>,
    pub(super) until: Option<usize>,
    pub(super) order_lifted_on: Option<usize>,
    pub(super) notified_on: Option<usize>,
    /// One place for each of the policy's dimensions, in their order; a derived one has that of a column it needs.
    pub(super) dimensions: Vec<usize>,
    /// One place for each column with rows to leave out, in their order.
    pub(super) leave_out: Vec<usize>,
}

impl Layout {
    /// Finds the needed columns in a header.
    pub(super) fn find(header: &[String], policy: &Policy) -> Result<Self, Unusable> {
        // Such a name is most likely rows that a quotation mark in the header has swallowed.
        if header.iter().any(|name| name.chars().any(|c| c.is_control() || c == '\u{feff}')) {
            return Err(Unusable::HeaderControl);
        }
        if let Some((first, second)) = duplicate(header) {
            return Err(Unusable::DuplicateColumns(first + 1, second + 1));
        }
        let mut search = Search { header, policy, missing: Vec::new() };
        let layout = Self {
            width: header.len(),
            received_on: search.needed(RECEIVED_ON),
            request_id: search.optional(REQUEST_ID).filter(|_| !policy.log.no_duplicates),
            parent_id: search.optional(PARENT_ID).filter(|_| !policy.log.no_duplicates),
            account_id: search.optional(ACCOUNT_ID).filter(|_| !policy.log.columns.contains_key(ACCOUNT_COUNT)),
            count: search.mapped(COUNT),
            account_count: search.mapped(ACCOUNT_COUNT),
            legal_process: search.legal_process(),
            service: search.needed_if(policy.has_new_services(), SERVICE),
            lifted_on: search.needed_if(policy.raises_bands(), LIFTED_ON),
            nondisclosure: search.derived_from(NONDISCLOSURE),
            until: search.derived_from(UNTIL),
            order_lifted_on: search.derived_from(UNTIL).and_then(|_| search.optional(LIFTED_ON)),
            notified_on: search.derived_from(NOTIFIED_ON),
            dimensions: policy.dimensions().iter().map(|set| search.dimension(set)).collect(),
            leave_out: policy.log.leave_out.keys().map(|column| search.needed(column)).collect(),
        };
        search.needs_accounts(&layout);
        if search.missing.is_empty() { Ok(layout) } else { Err(Unusable::MissingColumns(search.missing)) }
    }

    /// Every place that is read, in order and once.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        let ids = [self.request_id, self.parent_id, self.account_id, self.count, self.account_count];
        let regimes = [self.legal_process, self.service, self.lifted_on];
        let secrecy = [self.nondisclosure, self.until, self.order_lifted_on, self.notified_on];
        let places = ids.into_iter().chain(regimes).chain(secrecy).flatten().chain([self.received_on]);
        let all: BTreeSet<usize> = places.chain(self.dimensions.clone()).chain(self.leave_out.clone()).collect();
        all.into_iter()
    }

    /// The first column that one log of a run has and another has not.
    pub(super) fn differs_from(&self, other: &Self) -> Option<&'static str> {
        let pairs = [
            (REQUEST_ID, self.request_id, other.request_id),
            (ACCOUNT_ID, self.account_id, other.account_id),
            (PARENT_ID, self.parent_id, other.parent_id),
            (COUNT, self.count, other.count),
            (ACCOUNT_COUNT, self.account_count, other.account_count),
            (LEGAL_PROCESS, self.legal_process, other.legal_process),
        ];
        pairs.into_iter().find(|(_, ours, theirs)| ours.is_some() != theirs.is_some()).map(|(name, ..)| name)
    }
}

fn duplicate(header: &[String]) -> Option<(usize, usize)> {
    let mut seen = BTreeMap::new();
    let named = header.iter().enumerate().filter(|(_, name)| !name.is_empty());
    named.into_iter().find_map(|(place, name)| seen.insert(name, place).map(|first| (first, place)))
}

/// Looks up columns and remembers the ones that are missing.
struct Search<'a> {
    header: &'a [String],
    policy: &'a Policy,
    missing: Vec<Missing>,
}

impl Search<'_> {
    fn find(&self, column: &str) -> Option<usize> {
        let wanted = self.policy.log.header(column);
        self.header.iter().position(|name| name == wanted)
    }

    fn needed(&mut self, column: &str) -> usize {
        self.find(column).unwrap_or_else(|| {
            self.miss(column);
            0
        })
    }

    /// Present, or absent unless the policy names it or the header has it in another spelling.
    fn optional(&mut self, column: &str) -> Option<usize> {
        let place = self.find(column);
        // Under another spelling it would be missed silently, and with it duplicates or accounts.
        if place.is_none() && (self.policy.log.columns.contains_key(column) || self.is_respelled(column)) {
            self.miss(column);
        }
        place
    }

    /// The legal process is told apart wherever a log has it, so that secret ones are never counted among others.
    fn legal_process(&mut self) -> Option<usize> {
        if self.policy.regime_tables().is_empty() {
            self.optional(LEGAL_PROCESS)
        } else {
            Some(self.needed(LEGAL_PROCESS))
        }
    }

    /// A column that some derived one needs.
    fn derived_from(&mut self, column: &str) -> Option<usize> {
        let sets = self.policy.dimensions();
        let needs = |set: &Arc<KeySet>| set.derived().is_some_and(|derived| derived.needs().contains(&column));
        self.needed_if(sets.iter().any(needs), column)
    }

    fn dimension(&mut self, set: &KeySet) -> usize {
        let column = set.derived().map_or(set.column(), |derived| derived.needs()[0]);
        self.needed(column)
    }

    fn needed_if(&mut self, condition: bool, column: &str) -> Option<usize> {
        condition.then(|| self.needed(column))
    }

    /// Used only where the policy names it: `count` is too common a header to be taken without being asked for.
    fn mapped(&mut self, column: &str) -> Option<usize> {
        self.policy.log.columns.contains_key(column).then(|| self.optional(column)).flatten()
    }

    /// The column that tells accounts apart, or counts them, where something depends on it.
    fn needs_accounts(&mut self, layout: &Layout) {
        let counted = self.policy.measures(Measure::Accounts) && layout.account_count.is_none();
        if counted && self.policy.is_aggregated() {
            self.miss(ACCOUNT_COUNT);
        } else if (counted || self.policy.privacy.unit == PrivacyUnit::Account)
            && layout.account_id.is_none()
            && !self.policy.log.columns.contains_key(ACCOUNT_ID)
        {
            self.miss(ACCOUNT_ID);
        }
    }

    fn miss(&mut self, column: &str) {
        let missing = Missing::of(column, self.header, self.policy);
        if !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }

    fn is_respelled(&self, column: &str) -> bool {
        let wanted = spelling(self.policy.log.header(column));
        self.header.iter().any(|name| spelling(name) == wanted)
    }
}
