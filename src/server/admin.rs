//! What the operator asks of the books from the command line, whether the server runs or not: each command is a process of its
//! own on the same database.
//!
//! To add a command: a variant of [`Command`], its arm in [`run`], a row in docs/SELF-HOSTING.md.

mod export;
mod report;

use super::{
    clock::{Clock as _, SystemClock},
    config::Config,
    random::Random,
    store::{
        Bill, Books as _, Money as _, StoreError, Tombstone, Visitors as _,
        sqlite::{OpenError, SqliteStore},
    },
};
use crate::domain::{
    id::VisitorId,
    money::{BadDollars, Micros},
    spec::ProviderName,
};
use clap::Subcommand;
use std::io::{self, Write};

/// Most alerts that are listed unless more are asked for.
const ALERTS: u32 = 50;

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Proves the books: every balance and every call equals the sum of its ledger entries. Fails with every difference.
    LedgerCheck,
    /// Writes the ledger as CSV.
    ExportLedger {
        /// Only this month.
        #[arg(long, value_name = "YYYY-MM", value_parser = month)]
        month: Option<String>,
    },
    /// A month by vendor: booked, billed, difference, and the calls whose outcome never became known.
    Month {
        /// Which month.
        #[arg(value_name = "YYYY-MM", value_parser = month)]
        month: String,
    },
    /// Types in what a vendor billed for a month; the difference is booked as an adjustment.
    Bill {
        /// Who: `openai`, `azure_openai` or `azure_vision`.
        #[arg(value_parser = vendor)]
        vendor: ProviderName,
        /// Which month.
        #[arg(value_name = "YYYY-MM", value_parser = month)]
        month: String,
        /// How much, such as 12.34.
        #[arg(value_parser = dollars)]
        dollars: Micros,
    },
    /// Lists alerts, newest first.
    Alerts {
        /// How many.
        #[arg(long, default_value_t = ALERTS)]
        limit: u32,
    },
    /// Lists what quotes are multiplied by, since a call cost more than was held for it.
    Factors {
        /// Sets one back to 1: the provider and the model as listed.
        #[arg(long, num_args = 2, value_names = ["PROVIDER", "MODEL"])]
        reset: Option<Vec<String>>,
    },
    /// Deletes everything of a visitor. The books keep their amounts without their name.
    DeleteVisitor {
        /// The visitor's id, as `export-ledger` writes it.
        id: VisitorId,
    },
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The books do not balance; what differs was written.
    #[error("the books do not balance: {0} differences")]
    Unbalanced(usize),
    /// There is no such visitor.
    #[error("there is no visitor {0}")]
    NoVisitor(VisitorId),
    /// A job of theirs is not over.
    #[error("a job of this visitor is not over: wait for its end, or cancel it, and ask again")]
    Busy,
    /// There is no such factor.
    #[error("no quotes are multiplied for {0} {1}")]
    NoFactor(String, String),
    /// The answer cannot be written.
    #[error("the answer could not be written")]
    Output(#[from] io::Error),
}

/// Runs a command; its answer goes to `out`.
///
/// # Errors
/// [`AdminError`], in words for the operator.
pub async fn run(config: &Config, command: Command, out: &mut (dyn Write + Send)) -> Result<(), AdminError> {
    let store = SqliteStore::attach(&config.database.path).await?;
    let outcome = answer(&store, command, out).await;
    store.close().await;
    match outcome {
        // Whoever reads has read enough.
        Err(AdminError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

async fn answer(store: &SqliteStore, command: Command, out: &mut (dyn Write + Send)) -> Result<(), AdminError> {
    match command {
        Command::LedgerCheck => ledger_check(store, out).await,
        Command::ExportLedger { month } => export::ledger(store, month.as_deref(), out).await,
        Command::Month { month } => Ok(report::month(&month, &store.month(&month).await?, out)?),
        Command::Bill { vendor, month, dollars } => {
            let bill = Bill {
                vendor,
                month,
                billed: dollars,
                now: SystemClock.now(),
            };
            let booked = store.book_bill(&bill).await?;
            Ok(report::bill(&bill, &booked, out)?)
        }
        Command::Alerts { limit } => Ok(report::alerts(&store.alerts(limit).await?, out)?),
        Command::Factors { reset } => factors(store, reset, out).await,
        Command::DeleteVisitor { id } => delete_visitor(store, id, out).await,
    }
}

async fn ledger_check(store: &SqliteStore, out: &mut (dyn Write + Send)) -> Result<(), AdminError> {
    let wrong = store.ledger_check().await?;
    for words in &wrong {
        writeln!(out, "{words}")?;
    }
    if !wrong.is_empty() {
        return Err(AdminError::Unbalanced(wrong.len()));
    }
    let books = store.books().await?;
    writeln!(
        out,
        "the books balance: {} entries, {} calls ({} open), {} spent and {} held, {} and {} in play money",
        books.entries, books.calls, books.open, books.spent, books.reserved, books.play_spent, books.play_reserved,
    )?;
    Ok(())
}

async fn factors(
    store: &SqliteStore,
    reset: Option<Vec<String>>,
    out: &mut (dyn Write + Send),
) -> Result<(), AdminError> {
    if let Some([provider, model]) = reset.as_deref() {
        let unknown = || AdminError::NoFactor(provider.clone(), model.clone());
        let name = provider_name(provider).ok_or_else(unknown)?;
        return match store.reset_factor(name, model).await {
            Ok(()) => Ok(writeln!(
                out,
                "quotes for {provider} {model} are those of the catalogue again"
            )?),
            Err(StoreError::NotFound) => Err(unknown()),
            Err(error) => Err(error.into()),
        };
    }
    Ok(report::factors(&store.factors().await?, out)?)
}

async fn delete_visitor(store: &SqliteStore, id: VisitorId, out: &mut (dyn Write + Send)) -> Result<(), AdminError> {
    let tombstone = Tombstone::from_random(Random::from_system().bytes());
    let freed = match store.delete_visitor(&id, &tombstone).await {
        Ok(freed) => freed,
        Err(StoreError::NotFound) => return Err(AdminError::NoVisitor(id)),
        Err(StoreError::WrongState) => return Err(AdminError::Busy),
        Err(error) => return Err(error.into()),
    };
    writeln!(
        out,
        "deleted; in the books {} stands in place of the id. {freed} files go within seconds while the server runs, or when \
         it starts next",
        tombstone.as_str(),
    )?;
    Ok(())
}

/// A provider by its stable name.
fn provider_name(text: &str) -> Option<ProviderName> {
    serde_json::from_value(text.into()).ok()
}

/// Who sends bills.
fn vendor(text: &str) -> Result<ProviderName, String> {
    match provider_name(text) {
        Some(ProviderName::Demo) => Err("the demo sends no bills: its money is play money".to_owned()),
        Some(vendor) => Ok(vendor),
        None => Err("a vendor is one of: openai, azure_openai, azure_vision".to_owned()),
    }
}

/// `YYYY-MM`.
fn month(text: &str) -> Result<String, String> {
    let day = format!("{text}-01");
    match day.parse::<jiff::civil::Date>() {
        Ok(date) if date.to_string() == day => Ok(text.to_owned()),
        _ => Err("a month was expected, like 2026-11".to_owned()),
    }
}

fn dollars(text: &str) -> Result<Micros, BadDollars> {
    text.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_vendors_are_read_strictly() {
        assert_eq!(month("2026-11"), Ok("2026-11".to_owned()));
        for text in ["2026-13", "2026-1", "26-11", "2026-11-01", "", "now", "2026_11"] {
            assert!(month(text).is_err(), "{text}");
        }
        assert_eq!(vendor("azure_openai"), Ok(ProviderName::AzureOpenai));
        assert!(vendor("demo").is_err_and(|words| words.contains("play money")));
        assert!(vendor("OpenAI").is_err());
    }
}
