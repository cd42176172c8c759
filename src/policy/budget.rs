//! What one privacy unit may lose over many releases.

use crate::accounting::Loss;
use crate::units::{Delta, Epsilon, epsilon_up};

/// More releases than anybody will make: counting on would say nothing.
const MANY: u32 = 1000;

/// A limit on what one privacy unit may lose over many releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The sum of all releases may not exceed this epsilon ...
    pub epsilon: Epsilon,
    /// ... with this delta; none where only pure losses may be spent.
    pub delta: Option<Delta>,
    /// Only releases whose period ended in so many years before this one's end are summed; all of them where not stated.
    pub years: Option<i16>,
}

impl Budget {
    /// Whether a loss keeps within the budget.
    #[must_use]
    pub fn holds(&self, loss: Loss) -> bool {
        loss.is_within(self.epsilon, self.delta.unwrap_or(Delta::of_parts(0)))
    }

    /// How many more releases of this loss it allows after what is spent; none said where there is no end in sight.
    #[must_use]
    pub fn releases_left(&self, spent: Loss, each: Loss) -> Option<u32> {
        let mut sum = spent;
        for releases in 0..MANY {
            sum = sum.and(each);
            if !self.holds(sum) {
                return Some(releases);
            }
        }
        None
    }

    /// A loss as the budget measures it: `epsilon 2 with delta 1e-6`.
    #[must_use]
    pub fn stated(&self, loss: Loss) -> String {
        match self.delta {
            None if loss.is_pure() => format!("epsilon {}", Epsilon::shown(loss.pure())),
            None => "more than can be said without a `delta` under [budget]".to_owned(),
            Some(delta) => format!("epsilon {} with delta {delta}", epsilon_up(loss.epsilon(delta))),
        }
    }

    /// The budget in words: `epsilon 8 with delta 1e-6`.
    #[must_use]
    pub fn allowed(&self) -> String {
        let delta = self.delta.map(|delta| format!(" with delta {delta}")).unwrap_or_default();
        format!("epsilon {}{delta}", self.epsilon)
    }

    /// Over which releases it sums: nothing for all of them, else ` over 5 years`.
    #[must_use]
    pub fn window(&self) -> String {
        match self.years {
            None => String::new(),
            Some(1) => " over one year".to_owned(),
            Some(years) => format!(" over {years} years"),
        }
    }
}
