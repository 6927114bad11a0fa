//! The rows of the books, and the ingredients of their acts.

use super::Timestamp;
use crate::domain::{
    budget::BudgetName,
    id::{BadId, CallId, GroupId, VisitorId},
    money::Micros,
    pricing::Factor,
    spec::ProviderName,
};

/// A group as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Its id.
    pub id: GroupId,
    /// What people call it.
    pub name: String,
    /// What its people may spend together over its whole life; nothing when there is no cap.
    pub cap: Option<Micros>,
    /// From then on they spend nothing more.
    pub ends_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What stands in rows about money in place of somebody who left: random, so that it leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone(String);

impl Tombstone {
    /// What every tombstone begins with. No visitor's id does.
    const PREFIX: &'static str = "gone-";

    /// A tombstone of 16 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{}{}", Self::PREFIX, VisitorId::from_random(bytes)))
    }

    /// The written form: `gone-` and 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whoever stands in a row about money: a visitor, or nobody any more.
    ///
    /// # Errors
    /// [`BadId`] for what is neither.
    pub fn visitor(text: &str) -> Result<Option<VisitorId>, BadId> {
        match text.strip_prefix(Self::PREFIX) {
            Some(rest) => rest.parse::<VisitorId>().map(|_| None),
            None => text.parse().map(Some),
        }
    }
}

/// How much is in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BooksSummary {
    /// Ledger entries.
    pub entries: u64,
    /// Calls.
    pub calls: u64,
    /// Calls that are reserved and not settled.
    pub open: u64,
    /// What was spent, real money.
    pub spent: Micros,
    /// What is held, real money.
    pub reserved: Micros,
    /// What was spent, play money.
    pub play_spent: Micros,
    /// What is held, play money.
    pub play_reserved: Micros,
}

/// A ledger entry with what its call says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its number, rising.
    pub id: i64,
    /// When it was written.
    pub at: Timestamp,
    /// `reserve`, `settle`, `release` or `adjust`.
    pub entry: String,
    /// Which call; none for an adjustment.
    pub call: Option<CallId>,
    /// What the call was for.
    pub kind: Option<String>,
    /// Who was called, or whose bill it adjusts to.
    pub vendor: String,
    /// The model or API version.
    pub model: Option<String>,
    /// The vendor's name for the request.
    pub request_id: Option<String>,
    /// Who pays, or their tombstone; empty for an adjustment.
    pub visitor: String,
    /// The group's id and name.
    pub group: Option<(GroupId, String)>,
    /// The day it is booked in; empty for an adjustment.
    pub day: String,
    /// The month it is booked in.
    pub month: String,
    /// Whether it is play money.
    pub play: bool,
    /// What it adds to what is held.
    pub reserved: Micros,
    /// What it adds to what is spent.
    pub spent: Micros,
    /// Why, for an adjustment.
    pub reason: Option<String>,
}

/// What a vendor billed for a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Who.
    pub vendor: ProviderName,
    /// `YYYY-MM`.
    pub month: String,
    /// How much.
    pub billed: Micros,
    /// Now.
    pub now: Timestamp,
}

/// What booking a bill did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookedBill {
    /// What the month's calls cost by the books.
    pub calls: Micros,
    /// What was adjusted before.
    pub adjusted_before: Micros,
    /// What is adjusted now; 0 when there was nothing to book.
    pub adjusted_now: Micros,
    /// Calls of the month that are not settled: once they are, the difference is another.
    pub open: u64,
}

/// A month at one vendor, real money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorMonth {
    /// Who.
    pub vendor: ProviderName,
    /// Calls that are settled.
    pub calls: u64,
    /// What they cost by the books.
    pub booked: Micros,
    /// Calls that are not settled.
    pub open: u64,
    /// What the vendor billed, once somebody typed it in.
    pub billed: Option<Micros>,
    /// What was adjusted.
    pub adjusted: Micros,
    /// Calls whose outcome never became known, oldest first.
    pub unknown: Vec<UnknownCall>,
}

/// A call whose outcome never became known: the vendor can be asked about it by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCall {
    /// Which call.
    pub call: CallId,
    /// What it was for.
    pub kind: String,
    /// The model or API version.
    pub model: String,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// What was booked for it.
    pub spent: Micros,
    /// The vendor's name for the request, if it ever said one.
    pub request_id: Option<String>,
}

/// Something the operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Its number, rising.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it is play money.
    pub play: bool,
    /// What happened.
    pub alert: Alert,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// So much of a budget is used up.
    Budget {
        /// Which one.
        name: BudgetName,
        /// The visitor or the group; empty for the whole instance.
        subject: String,
        /// The day or the month; empty for a group's whole life.
        period: String,
        /// How much of it, in percent: 50, 80 or 100.
        percent: u8,
        /// What was spent or held then.
        used: Micros,
        /// The cap then.
        cap: Micros,
    },
    /// A call cost more than was held for it.
    OverQuote {
        /// Which call.
        call: CallId,
        /// Who was called.
        provider: ProviderName,
        /// The model or API version.
        model: String,
        /// The vendor's name for the request.
        request_id: Option<String>,
        /// What was held.
        quote: Micros,
        /// What it cost.
        spent: Micros,
    },
}

/// What quotes are multiplied by at one provider for one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRow {
    /// Where.
    pub provider: ProviderName,
    /// The model or API version, as calls are kept under it.
    pub model: String,
    /// In thousandths.
    pub factor: Factor,
    /// When it was raised last.
    pub raised_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_is_told_from_a_visitor() {
        let tombstone = Tombstone::from_random([0xab; 16]);
        assert_eq!(tombstone.as_str(), format!("gone-{}", "ab".repeat(16)));
        assert_eq!(Tombstone::visitor(tombstone.as_str()), Ok(None));
        let visitor = VisitorId::from_random([1; 16]);
        assert_eq!(Tombstone::visitor(visitor.as_str()), Ok(Some(visitor)));
        for text in ["", "gone-", "gone-x", "somebody"] {
            assert_eq!(Tombstone::visitor(text), Err(BadId), "{text}");
        }
    }
}

/// Requests to a free tier that are about to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeUse {
    /// Whose tier.
    pub provider: ProviderName,
    /// How many requests.
    pub requests: u32,
    /// How many billed units they take together.
    pub units: u32,
    /// The time.
    pub now: Timestamp,
    /// How many requests the tier takes in any minute.
    pub requests_a_minute: u32,
    /// How many units it takes in a month.
    pub units_a_month: u32,
    /// The first moments of the month and of the next.
    pub month: [Timestamp; 2],
}

/// Whether a free tier takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeTaken {
    /// They are noted and may leave.
    Noted,
    /// The minute has no room. Nothing was written.
    MinuteFull {
        /// When it has.
        until: Timestamp,
    },
    /// The month has no room. Nothing was written.
    MonthFull {
        /// When the next begins.
        until: Timestamp,
    },
}
