//! Headers as API Gateway hands them on.

use http::{HeaderMap, HeaderValue};

/// The same headers, each once: those that were sent twice are joined by commas.
pub fn joined(headers: HeaderMap) -> HeaderMap {
    if headers.keys_len() == headers.len() {
        return headers;
    }
    let join = |name| {
        let values: Vec<_> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        // Commas and blanks make no value bad that was good.
        HeaderValue::from_bytes(&values.join(&b", "[..])).ok()
    };
    headers.keys().filter_map(|name| Some((name.clone(), join(name)?))).collect()
}
