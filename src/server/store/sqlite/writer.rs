//! The one task that writes. Acts that wait at the same time share one commit: each has a savepoint of its own, and nobody is
//! answered before the commit is on the disk.

use super::{
    StoreError, StoreResult,
    trouble::{self, OpenFile},
};
use futures::{FutureExt as _, future::BoxFuture};
use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{mpsc, oneshot};

/// Acts that may wait; whoever comes later waits to be let in.
const QUEUE: usize = 1024;
/// Acts that share a commit, at most.
const GROUP: usize = 64;

/// The way to the writing task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

/// What the task is asked.
enum Message {
    Act(Box<dyn Act>),
    Close(oneshot::Sender<()>),
}

/// The commit that should have held an act did not happen.
#[derive(Debug, thiserror::Error)]
#[error("the write was not committed")]
struct NotCommitted(#[source] Arc<sqlx::Error>);

/// The store was closed.
#[derive(Debug, thiserror::Error)]
#[error("the store is closed")]
struct Closed;

/// An act panicked; its savepoint was rolled back.
#[derive(Debug, thiserror::Error)]
#[error("the act panicked and was rolled back")]
struct Panicked;

impl Writer {
    /// Starts the task. `options` are for reconnecting after a fault; they do not make a new file.
    pub(super) fn start(options: SqliteConnectOptions, path: &Path, connection: SqliteConnection) -> Self {
        let (queue, asked) = mpsc::channel(QUEUE);
        let line = Line {
            options,
            path: path.to_owned(),
            // A file that is gone already is found to be gone at the first commit.
            open: OpenFile::at(path).ok().map(|file| (file, connection)),
        };
        tokio::spawn(serve(line, asked));
        Self { queue }
    }

    /// Runs an act as one transaction.
    pub(super) async fn run<T, F>(&self, act: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        let booked = Booked {
            act: Some(act),
            outcome: None,
            asker,
        };
        let closed = || StoreError::Away(Box::new(Closed));
        self.queue
            .send(Message::Act(Box::new(booked)))
            .await
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Finishes what was asked before and ends the task.
    pub(super) async fn close(&self) {
        let (teller, end) = oneshot::channel();
        if self.queue.send(Message::Close(teller)).await.is_ok() {
            // An error means that the task is gone already, which is what was asked for.
            let _ = end.await;
        }
    }
}

/// An act that waits for its turn.
trait Act: Send {
    /// Runs it; `false` if it has to be rolled back.
    fn run<'c>(&'c mut self, db: &'c mut SqliteConnection) -> BoxFuture<'c, bool>;
    /// Tells the asker, after the commit (or with what kept it from happening).
    fn answer(self: Box<Self>, lost: Option<&Arc<sqlx::Error>>);
}

/// An act with the place where its answer goes.
struct Booked<T, F> {
    act: Option<F>,
    outcome: Option<StoreResult<T>>,
    asker: oneshot::Sender<StoreResult<T>>,
}

impl<T, F> Act for Booked<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
{
    fn run<'c>(&'c mut self, db: &'c mut SqliteConnection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let Some(act) = self.act.take() else { return false };
            let outcome = AssertUnwindSafe(async { act(db).await })
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(StoreError::Database(Box::new(Panicked))));
            let done = outcome.is_ok();
            self.outcome = Some(outcome);
            done
        })
    }

    fn answer(self: Box<Self>, lost: Option<&Arc<sqlx::Error>>) {
        let outcome = match (lost, self.outcome) {
            (_, Some(Err(refused))) => Err(refused),
            (None, Some(outcome)) => outcome,
            (Some(error), _) => Err(not_committed(error)),
            (None, None) => Err(StoreError::Away(Box::new(Closed))),
        };
        // The asker may have gone away; the act stands all the same.
        let _ = self.asker.send(outcome);
    }
}

/// A commit that did not happen leaves the database as it was, and the next one may: unless the acts themselves are at fault.
fn not_committed(error: &Arc<sqlx::Error>) -> StoreError {
    let broken = matches!(&**error, sqlx::Error::Database(error) if error.is_foreign_key_violation());
    let told = trouble::told(error)(Box::new(NotCommitted(Arc::clone(error))));
    match told {
        StoreError::Database(source) if !broken => StoreError::Away(source),
        told => told,
    }
}

/// The connection that writes, and how to make it anew.
struct Line {
    options: SqliteConnectOptions,
    path: PathBuf,
    open: Option<(OpenFile, SqliteConnection)>,
}

impl Line {
    /// A connection to the file that is there.
    async fn get(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        if let Some((file, _)) = &self.open
            && let Err(error) = file.require()
        {
            tracing::error!(%error, "the database's file is not where it was");
            self.open = None;
        }
        let open = if let Some(open) = self.open.take() {
            open
        } else {
            let connection = self.options.connect().await?;
            (OpenFile::at(&self.path)?, connection)
        };
        Ok(&mut self.open.insert(open).1)
    }
}

/// Takes acts as they come, as many as wait at once into each commit.
async fn serve(mut line: Line, mut asked: mpsc::Receiver<Message>) {
    let mut tellers = Vec::new();
    let mut waiting = Vec::with_capacity(GROUP);
    while asked.recv_many(&mut waiting, GROUP).await > 0 {
        let mut group = Vec::with_capacity(waiting.len());
        for message in waiting.drain(..) {
            match message {
                Message::Act(act) => group.push(act),
                Message::Close(teller) => {
                    asked.close();
                    tellers.push(teller);
                }
            }
        }
        if !group.is_empty() {
            commit(&mut line, group).await;
        }
    }
    if let Some((_, connection)) = line.open {
        use sqlx::Connection as _;
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }
    for teller in tellers {
        // Whoever asked may have gone away.
        let _ = teller.send(());
    }
}

/// Runs a group of acts in one transaction and answers them.
async fn commit(line: &mut Line, mut group: Vec<Box<dyn Act>>) {
    let lost = match transact(line, &mut group).await {
        Ok(()) => None,
        Err(error) => {
            tracing::error!(%error, acts = group.len(), "a commit failed; connecting anew");
            // Closing rolls back whatever is open; the next group connects again.
            line.open = None;
            Some(Arc::new(error))
        }
    };
    for act in group {
        act.answer(lost.as_ref());
    }
}

/// One transaction with a savepoint for each act. An error means that none of them is kept.
async fn transact(line: &mut Line, group: &mut [Box<dyn Act>]) -> Result<(), sqlx::Error> {
    let db = line.get().await?;
    execute(db, "BEGIN IMMEDIATE").await?;
    for act in group {
        execute(db, "SAVEPOINT act").await?;
        if !act.run(db).await {
            // SQLite may have rolled back the whole transaction by itself (a full disk, for example): then there is no such
            // savepoint any more, this fails, and with it the group.
            execute(db, "ROLLBACK TO SAVEPOINT act").await?;
        }
        execute(db, "RELEASE SAVEPOINT act").await?;
    }
    execute(db, "COMMIT").await
}

/// Runs a statement of the transaction itself.
async fn execute(db: &mut SqliteConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(statement).execute(db).await.map(drop)
}
