//! Reads the bodies of requests.

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use http::Extensions;
use shared::Refusal;
use tokio::time::timeout_at;

use crate::serving::BodyDeadline;

/// The most that is read of a body, however much of it is kept: as much as API Gateway takes.
const MOST: usize = 10 * 1024 * 1024;

/// A body, as far as it was read.
#[derive(Debug, Default)]
pub struct ReadBody {
    /// What is kept: where there was more than may be, one byte more than that.
    pub bytes: Bytes,
    /// Whether the client may still be sending, so that its connection is of no use for another request.
    pub is_unfinished: bool,
}

/// Reads a body of which at most `limit` bytes are of use, in the time that the request's `extensions` leave for it.
///
/// # Errors
/// [`Refusal::MalformedBody`] where it is cut off, malformed or late.
pub async fn read(body: Body, limit: usize, extensions: &Extensions) -> Result<ReadBody, Refusal> {
    let read = read_to_end(body, limit);
    match extensions.get() {
        Some(BodyDeadline(deadline)) => {
            let late = |_| Refusal::MalformedBody("it did not arrive in time".to_owned());
            timeout_at(*deadline, read).await.map_err(late)?
        }
        None => read.await,
    }
}

async fn read_to_end(body: Body, limit: usize) -> Result<ReadBody, Refusal> {
    let malformed = |_| Refusal::MalformedBody("it ends early, or is badly chunked".to_owned());
    let mut chunks = body.into_data_stream();
    let mut kept = Vec::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(malformed)?;
        size += chunk.len();
        let room = limit + 1 - kept.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if size > MOST.max(limit) {
            return Ok(ReadBody { bytes: kept.into(), is_unfinished: true });
        }
    }
    Ok(ReadBody { bytes: kept.into(), is_unfinished: false })
}
