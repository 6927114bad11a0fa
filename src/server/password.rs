//! Passwords of shares: argon2 with its recommended cost, on a thread that may block.

use super::{
    failure::{Failure, Outcome},
    state::App,
};
use crate::api::ErrorCode;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Shortest and longest password, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=200;

/// Hashes a password for keeping, in PHC form.
pub async fn hash(app: &App, password: String) -> Outcome<String> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err(Failure::new(ErrorCode::SharePassword).field("password"));
    }
    let salt: [u8; 16] = app.random.bytes();
    blocking(move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| Failure::internal(format_args!("argon2: {error}")))
    })
    .await?
}

/// Whether a password is the one that was hashed.
pub async fn verify(_app: &App, password: String, hash: String) -> Outcome<bool> {
    blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(|error| Failure::internal(format_args!("argon2: {error}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?
}

/// Each takes a fifth of a second and 19 MiB, and anybody may try a password: the others wait their turn.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    // The semaphore is never closed.
    let _turn = AT_ONCE.acquire().await.map_err(Failure::internal)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::internal(format_args!("a blocking task ended early: {error}")))
}
