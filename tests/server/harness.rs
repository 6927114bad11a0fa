//! A whole server for one test, the people who use it, and the pictures they bring.

mod app;
mod person;
pub mod pictures;
#[cfg(unix)]
pub mod program;

pub use app::{QUICK, TestApp};
pub use person::{Answer, Person, picture_part};

use std::time::Duration;

/// The longest that anything awaited may take. Reached only when something is broken.
pub const AT_MOST: Duration = Duration::from_mins(1);

/// Whether the long stories are told too.
pub fn full() -> bool {
    std::env::var("XTASK_TEST_FULL").is_ok_and(|value| value == "1")
}

/// Waits until a condition holds.
pub async fn until<T>(what: &str, mut holds: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(value) = holds().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AT_MOST, waiting)
        .await
        .unwrap_or_else(|_| panic!("never happened: {what}"))
}
