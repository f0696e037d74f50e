//! When the writer of SQLite waits for a flush itself (decision 032).

use std::time::Duration;

/// A flush that takes no longer is cheaper to wait for than another thread, which would have to be woken and to wake this one again.
const QUICK: Duration = Duration::from_micros(500);

/// After so many quick flushes for one act, beside which nobody came, the next one is probably such a one too.
const IN_A_ROW: u32 = 4;

/// Whether the next flush may be expected to be quick, and to be for one act beside which nobody comes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Alone {
    /// There is no other thread that could serve others meanwhile.
    Never,
    /// So many flushes in a row were so.
    After(u32),
}

impl Alone {
    /// At the beginning, with so many threads that serve requests.
    pub(super) fn among(threads: usize) -> Self {
        if threads > 1 { Self::After(0) } else { Self::Never }
    }

    /// After one more flush, which took so long, and for which others waited or not.
    pub(super) fn then(self, took: Duration, others_wait: bool) -> Self {
        match self {
            Self::Never => Self::Never,
            Self::After(_) if took > QUICK || others_wait => Self::After(0),
            Self::After(count) => Self::After(count.saturating_add(1)),
        }
    }

    pub(super) fn is_likely(self) -> bool {
        matches!(self, Self::After(count) if count >= IN_A_ROW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flush_is_waited_for_in_place_after_some_quick_ones_beside_which_nobody_came() {
        let quick = |alone: Alone| alone.then(QUICK, false);
        let mut alone = Alone::among(2);
        for _ in 0..IN_A_ROW {
            assert!(!alone.is_likely(), "nothing is known of the disk yet");
            alone = quick(alone);
        }
        assert!(alone.is_likely());
        assert!(quick(alone).is_likely());
        let slow = alone.then(QUICK + Duration::from_micros(1), false);
        assert!(!quick(slow).is_likely(), "a slow disk");
        assert!(!quick(alone.then(QUICK, true)).is_likely(), "others waited");
        let single = (0..=IN_A_ROW).fold(Alone::among(1), |alone, _| quick(alone));
        assert!(!single.is_likely(), "nobody else could serve requests");
    }
}
