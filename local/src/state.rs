//! What everything that answers here needs.

use std::sync::Arc;

use functions::record::Record;
use shared::App;

use crate::inspector::Inspector;

/// Takes what is logged.
pub type Log = Arc<dyn Fn(Record) + Send + Sync>;

/// What everything that answers here needs.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) app: Arc<App>,
    pub(crate) log: Log,
    /// Nothing where nobody is to look into requests.
    pub(crate) inspector: Option<Inspector>,
}

impl Server {
    /// Names a request in logs and answers.
    pub(crate) fn request_id(&self) -> String {
        // Where randomness fails, whatever needs it says so by itself.
        format!("{:016x}", u64::from_be_bytes(self.app.entropy.bytes().unwrap_or_default()))
    }
}
