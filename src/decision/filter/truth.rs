//! Whether something holds of a record that is not known.

use super::condition::{Condition, FALSE, TRUE};
use super::simple;

/// Up to this size what is found is simplified at once: it is made of few parts, and what is built of it stays short.
const SMALL: usize = 48;

/// When it holds and when it does not, which exclude one another. When neither, it cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) yes: Condition,
    pub(super) no: Condition,
    /// Whether it is known that it can be evaluated for every record.
    total: bool,
}

/// Cannot be evaluated, whatever the record.
pub(super) const FAILS: Truth = Truth {
    yes: FALSE,
    no: FALSE,
    total: false,
};

impl Truth {
    pub(super) fn always(truth: bool) -> Self {
        Self::of(Condition::Always(truth))
    }

    /// One that can be evaluated for every record.
    pub(super) fn of(yes: Condition) -> Self {
        Self {
            no: !yes.clone(),
            yes,
            total: true,
        }
    }

    /// One that can be evaluated only where `given` holds.
    pub(super) fn given(given: Condition, yes: Condition) -> Self {
        if given == TRUE {
            return Self::of(yes);
        }
        Self {
            no: given.clone().and(!yes.clone()),
            yes: given.and(yes),
            total: false,
        }
    }

    /// One of which both are known; they exclude one another.
    pub(super) fn either(yes: Condition, no: Condition) -> Self {
        Self {
            yes,
            no,
            total: false,
        }
    }

    /// When it can be evaluated.
    pub(super) fn told(&self) -> Condition {
        if self.total {
            return TRUE;
        }
        self.yes.clone().or(self.no.clone())
    }

    /// With what holds in one more case.
    pub(super) fn or_in(self, when: Condition, here: Self) -> Self {
        Self::either(
            self.yes.or(when.clone().and(here.yes)),
            self.no.or(when.and(here.no)),
        )
    }

    /// All of them; it cannot be evaluated where one cannot.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        let told = Condition::all(parts.iter().map(Self::told));
        let yes = Condition::all(parts.into_iter().map(|part| part.yes));
        Self::given(told, yes)
    }

    /// Any of them; it cannot be evaluated where one cannot.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        !Self::all(parts.into_iter().map(|part| !part).collect())
    }

    /// `&&`: the right one is evaluated only where the left one holds.
    pub(super) fn and(self, right: Self) -> Self {
        let facts = simple::facts(&self.yes);
        let given = |condition| simple::simplify_given(condition, &facts);
        let right = Self {
            yes: given(right.yes),
            no: given(right.no),
            ..right
        };
        let right_told = right.total || right.size() <= SMALL && given(right.told()) == TRUE;
        let no = if self.total {
            // Where the left one does not hold, it is its own no.
            self.no.or(right.no)
        } else {
            self.no.or(self.yes.clone().and(right.no))
        };
        Self {
            yes: self.yes.and(right.yes),
            no,
            total: self.total && right_told,
        }
    }

    /// How many parts it has.
    pub(super) fn size(&self) -> usize {
        self.yes.size().max(self.no.size())
    }

    /// Says the same more shortly if that costs little.
    pub(super) fn settled(self) -> Self {
        if self.size() <= SMALL {
            self.simplified()
        } else {
            self
        }
    }

    pub(super) fn simplified(self) -> Self {
        let (yes, no) = (self.yes.simplified(), self.no.simplified());
        let total = self.total || yes.clone().or(no.clone()).simplified() == TRUE;
        Self { yes, no, total }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        Self {
            yes: self.no,
            no: self.yes,
            total: self.total,
        }
    }
}
