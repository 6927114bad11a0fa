//! Answers in words and columns. Amounts are dollars with all six decimals, so that they add up.

use crate::{
    domain::money::Micros,
    server::store::{Alert, AlertRow, Bill, BookedBill, FactorRow, UnknownCall, VendorMonth},
};
use std::io::{self, Write};

/// A month by vendor.
pub(super) fn month(month: &str, vendors: &[VendorMonth], out: &mut dyn Write) -> io::Result<()> {
    if vendors.is_empty() {
        return writeln!(out, "no real money was spent or billed in {month}");
    }
    writeln!(
        out,
        "{:<14}{:>7}{:>16}{:>16}{:>16}{:>16}",
        month, "calls", "booked", "billed", "difference", "adjusted"
    )?;
    for vendor in vendors {
        let amount = |micros: Option<Micros>| micros.map_or_else(|| "-".to_owned(), |micros| micros.to_string());
        writeln!(
            out,
            "{:<14}{:>7}{:>16}{:>16}{:>16}{:>16}",
            vendor.vendor.name(),
            vendor.calls,
            vendor.booked.to_string(),
            amount(vendor.billed),
            amount(vendor.billed.map(|billed| billed - vendor.booked)),
            vendor.adjusted.to_string(),
        )?;
    }
    for vendor in vendors {
        let name = vendor.vendor.name();
        if vendor.open > 0 {
            writeln!(out, "{name}: {} calls are not settled yet", vendor.open)?;
        }
        let rest = vendor.billed.map(|billed| billed - (vendor.booked + vendor.adjusted));
        if let Some(rest) = rest.filter(|rest| *rest != Micros::ZERO) {
            writeln!(
                out,
                "{name}: {rest} came to light after the bill; type the bill in again to book it"
            )?;
        }
        if !vendor.unknown.is_empty() {
            writeln!(
                out,
                "{name}: {} calls of unknown outcome, booked in full; the vendor knows them by",
                vendor.unknown.len()
            )?;
        }
        for call in &vendor.unknown {
            writeln!(out, "  {}", unknown(call))?;
        }
    }
    Ok(())
}

fn unknown(call: &UnknownCall) -> String {
    let sent = call.sent_at.map_or_else(|| "-".to_owned(), |moment| moment.to_string());
    let request = call.request_id.as_deref().map_or("(no request id came back)", |id| id);
    format!(
        "{request}, sent {sent}, {} {}, {}, call {}",
        call.kind, call.model, call.spent, call.call
    )
}

/// What booking a bill did.
pub(super) fn bill(bill: &Bill, booked: &BookedBill, out: &mut dyn Write) -> io::Result<()> {
    let (vendor, month) = (bill.vendor.name(), &bill.month);
    let before = booked.calls + booked.adjusted_before;
    if booked.adjusted_now == Micros::ZERO {
        writeln!(
            out,
            "{vendor} {month}: billed {}, booked {before}: nothing to adjust",
            bill.billed
        )?;
    } else {
        writeln!(
            out,
            "{vendor} {month}: billed {}, booked {before}: {} is booked as an adjustment",
            bill.billed, booked.adjusted_now
        )?;
    }
    if booked.open > 0 {
        writeln!(
            out,
            "{} calls of that month are not settled yet: type the bill in again once they are",
            booked.open
        )?;
    }
    Ok(())
}

/// Alerts, one a line.
pub(super) fn alerts(alerts: &[AlertRow], out: &mut dyn Write) -> io::Result<()> {
    if alerts.is_empty() {
        return writeln!(out, "there are no alerts");
    }
    for row in alerts {
        let play = if row.play { " (play money)" } else { "" };
        writeln!(out, "{} {}{play}", row.at, alert(&row.alert))?;
    }
    Ok(())
}

fn alert(alert: &Alert) -> String {
    match alert {
        Alert::Budget {
            name,
            subject,
            period,
            percent,
            used,
            cap,
        } => {
            let places = [subject.as_str(), period.as_str()];
            let of: Vec<&str> = places.into_iter().filter(|text| !text.is_empty()).collect();
            format!(
                "budget {} {}: {percent} % used up, {used} of {cap}",
                name.name(),
                of.join(" ")
            )
        }
        Alert::OverQuote {
            call,
            provider,
            model,
            request_id,
            quote,
            spent,
        } => format!(
            "call {call} to {} {model} cost {spent}, held were {quote}; request {}",
            provider.name(),
            request_id.as_deref().unwrap_or("-"),
        ),
    }
}

/// What quotes are multiplied by, one a line.
pub(super) fn factors(factors: &[FactorRow], out: &mut dyn Write) -> io::Result<()> {
    if factors.is_empty() {
        return writeln!(out, "all quotes are those of the catalogue");
    }
    for row in factors {
        let per_mille = row.factor.per_mille();
        writeln!(
            out,
            "{} {:?}: quotes times {}.{:03}, since {}",
            row.provider.name(),
            row.model,
            per_mille / 1_000,
            per_mille % 1_000,
            row.raised_at,
        )?;
    }
    Ok(())
}
