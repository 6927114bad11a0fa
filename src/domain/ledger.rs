//! The movements of money: what each adds to the reserved and to the spent half of every balance it concerns.
//!
//! Pure. The store writes a row for each and moves its balances by the same amounts, so that balances and rows cannot say
//! different things.

use super::money::Micros;

/// What a movement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// A quote is held.
    Reserve,
    /// What a call cost is charged; as much of what was held as it cost is used up.
    Settle,
    /// What was held beyond the cost is given back.
    Release,
    /// The difference to what a vendor billed.
    Adjust,
}

impl Entry {
    /// The stable name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserve => "reserve",
            Self::Settle => "settle",
            Self::Release => "release",
            Self::Adjust => "adjust",
        }
    }
}

/// One movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Movement {
    /// What it is for.
    pub entry: Entry,
    /// What it adds to what is reserved.
    pub reserved: Micros,
    /// What it adds to what is spent.
    pub spent: Micros,
}

/// A quote is held.
#[must_use]
pub const fn reserve(quote: Micros) -> Movement {
    Movement {
        entry: Entry::Reserve,
        reserved: quote,
        spent: Micros::ZERO,
    }
}

/// A call whose quote is held cost so much: it is charged, and what is held beyond it is given back. Above the quote it is
/// charged as it is, and nothing is left to give back.
#[must_use]
pub fn settle(quote: Micros, spent: Micros) -> (Movement, Option<Movement>) {
    let used = spent.min(quote);
    let rest = quote - used;
    let settled = Movement {
        entry: Entry::Settle,
        reserved: Micros::ZERO - used,
        spent,
    };
    let released = Movement {
        entry: Entry::Release,
        reserved: Micros::ZERO - rest,
        spent: Micros::ZERO,
    };
    (settled, (rest > Micros::ZERO).then_some(released))
}

/// A call that was charged without anybody knowing its cost turned out to have cost so much more; less than nothing when less.
#[must_use]
pub const fn correct(difference: Micros) -> Movement {
    Movement {
        entry: Entry::Settle,
        reserved: Micros::ZERO,
        spent: difference,
    }
}

/// What a vendor billed differs from what was booked by so much; less than nothing when it billed less.
#[must_use]
pub const fn adjust(difference: Micros) -> Movement {
    Movement {
        entry: Entry::Adjust,
        reserved: Micros::ZERO,
        spent: difference,
    }
}

/// A balance: what is reserved and what is spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Balance {
    /// Held for calls that are not settled.
    pub reserved: Micros,
    /// Charged.
    pub spent: Micros,
}

impl Balance {
    /// The balance after a movement.
    #[must_use]
    pub fn after(self, movement: Movement) -> Self {
        Self {
            reserved: self.reserved + movement.reserved,
            spent: self.spent + movement.spent,
        }
    }

    /// Whether a quote can be held under this cap. A cap of nothing has no room even for nothing; without a cap there is
    /// always room.
    #[must_use]
    pub fn has_room_for(self, quote: Micros, cap: Option<Micros>) -> bool {
        cap.is_none_or(|cap| cap > Micros::ZERO && self.spent + self.reserved + quote <= cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_it_costs_nothing_stays_held_and_the_cost_is_charged() {
        for (quote, spent) in [(100, 0), (100, 60), (100, 100), (100, 130), (0, 0), (0, 5)] {
            let held = Balance::default().after(reserve(Micros(quote)));
            assert_eq!(held.reserved, Micros(quote));
            let (settled, released) = settle(Micros(quote), Micros(spent));
            let balance = released.into_iter().fold(held.after(settled), Balance::after);
            assert_eq!(
                balance,
                Balance {
                    reserved: Micros(0),
                    spent: Micros(spent)
                },
                "{quote} {spent}"
            );
            assert_eq!(released.is_some(), spent < quote);
        }
    }

    #[test]
    fn a_cap_has_room_up_to_itself_and_a_cap_of_nothing_has_none() {
        let balance = Balance {
            reserved: Micros(30),
            spent: Micros(50),
        };
        assert!(balance.has_room_for(Micros(20), Some(Micros(100))));
        assert!(!balance.has_room_for(Micros(21), Some(Micros(100))));
        assert!(balance.has_room_for(Micros(i64::MAX), None));
        assert!(!Balance::default().has_room_for(Micros(0), Some(Micros(0))));
    }

    #[test]
    fn an_adjustment_changes_only_what_is_spent() {
        let balance = Balance {
            reserved: Micros(30),
            spent: Micros(50),
        }
        .after(adjust(Micros(-8)));
        assert_eq!(
            balance,
            Balance {
                reserved: Micros(30),
                spent: Micros(42)
            }
        );
    }
}
