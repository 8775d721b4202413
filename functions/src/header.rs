//! One header of a request, however often it was sent.

use http::{HeaderMap, HeaderName};

/// A header that was sent with different values, or whose value is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// The value of a header. One that was sent twice with the same value is one: API Gateway hands it on as `value, value`.
///
/// # Errors
/// [`Unreadable`].
pub fn value(headers: &HeaderMap, name: impl Into<HeaderName>) -> Result<Option<&str>, Unreadable> {
    let mut value = None;
    for sent in headers.get_all(name.into()) {
        let sent = once(sent.to_str().map_err(|_| Unreadable)?);
        match value {
            None => value = Some(sent),
            Some(earlier) if earlier == sent => {}
            Some(_) => return Err(Unreadable),
        }
    }
    Ok(value)
}

/// `value` where the text is `value, value`; a text with other commas stays as it is.
fn once(text: &str) -> &str {
    let mut parts = text.split(',').map(str::trim);
    let first = parts.next().unwrap_or_default();
    if parts.all(|part| part == first) { first } else { text.trim() }
}

/// What a `Content-Type` says without its parameters, in lower case.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_TYPE;

    use super::*;

    fn read(values: &[&'static str]) -> Result<Option<String>, Unreadable> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_TYPE, value.parse().unwrap());
        }
        value(&headers, CONTENT_TYPE).map(|value| value.map(str::to_owned))
    }

    #[test]
    fn a_header_that_was_sent_twice_is_one_where_both_agree() {
        for (values, expected) in [
            (&[][..], Ok(None)),
            (&["a/b"], Ok(Some("a/b"))),
            (&["a/b, a/b"], Ok(Some("a/b"))),
            (&["a/b,a/b,a/b"], Ok(Some("a/b"))),
            (&["a/b", "a/b"], Ok(Some("a/b"))),
            (&["a/b", "c/d"], Err(Unreadable)),
            (&["a/b, c/d"], Ok(Some("a/b, c/d"))),
            (&["a/b; c=\"x,y\""], Ok(Some("a/b; c=\"x,y\""))),
        ] {
            assert_eq!(read(values), expected.map(|value| value.map(str::to_owned)), "{values:?}");
        }
    }
}
