//! Chance, repeated by its seed.

use std::ops::Range;

/// Milliseconds from the beginning.
pub(super) type Span = Range<u64>;

/// `SplitMix64`.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    pub(super) fn one_of_two(&mut self) -> usize {
        usize::from(self.below(2) == 1)
    }

    pub(super) fn in_percent<T>(&mut self, percent: u64, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(100) < percent).then(|| draw(self))
    }

    pub(super) fn span(&mut self, from: u64, longest: u64) -> Span {
        let begin = self.below(from);
        begin..begin + 20 + self.below(longest)
    }
}
