//! Acts on jobs.

use crate::{
    api::{
        ApiError,
        jobs::{Job, StartAnswer},
    },
    domain::{
        id::{JobId, SourceId},
        order::Order,
    },
};

/// See `api::jobs`.
pub async fn start(order: Order, key: Option<String>, allow_repeat: bool) -> Result<StartAnswer, ApiError> {
    let _ = (order, key, allow_repeat);
    unimplemented!("skeleton")
}

/// See `api::jobs`.
pub async fn get(id: JobId) -> Result<Job, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::jobs`.
pub async fn list(source: SourceId) -> Result<Vec<Job>, ApiError> {
    let _ = (source,);
    unimplemented!("skeleton")
}

/// See `api::jobs`.
pub async fn cancel(id: JobId) -> Result<Job, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::jobs`.
pub async fn retry(id: JobId) -> Result<Job, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}
