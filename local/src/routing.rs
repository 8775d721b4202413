//! Finds what answers a request, as API Gateway does, and two things more that clients want: PlayFab's paths in any
//! letter case, and another method than the request's own where a header names it.

use functions::dialect::Dialect;
use functions::gamefuse::METHOD_OVERRIDE;
use functions::http::Route;
use functions::routes::ALL;
use http::Method;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use shared::Refusal;

use crate::health::HEALTH;

/// What answers a request.
#[derive(Debug)]
pub struct Found<'p> {
    pub route: &'static Route,
    parameters: Vec<(&'static str, &'p str)>,
}

impl Found<'_> {
    /// The parameters in the path, by name.
    ///
    /// # Errors
    /// [`Refusal::InvalidParameter`] where one is no text.
    pub fn parameters(&self) -> Result<Vec<(String, String)>, Refusal> {
        let decode = |(name, text): &(&str, &str)| {
            let text = percent_decode_str(text).decode_utf8();
            let text = text.map_err(|_| Refusal::invalid(*name, "must be text in UTF-8"))?;
            Ok(((*name).to_owned(), text.into_owned()))
        };
        self.parameters.iter().map(decode).collect()
    }
}

/// What answers `method` at `path`.
///
/// # Errors
/// [`Refusal::EndpointNotFound`], [`Refusal::MethodNotAllowed`].
pub fn find<'p>(method: &Method, path: &'p str) -> Result<Found<'p>, Refusal> {
    // Whoever asks for the head is answered as if for the whole, without the body.
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let mut refusal = Refusal::EndpointNotFound;
    for route in ALL.iter().copied().chain([&HEALTH]) {
        let Some(parameters) = parameters(route.path, path) else { continue };
        if route.method == *method {
            return Ok(Found { route, parameters });
        }
        refusal = Refusal::MethodNotAllowed;
    }
    Err(refusal)
}

/// The methods that are answered at `path`, as the header `Allow` names them; empty where nothing is.
pub fn allowed(path: &str) -> String {
    let routes = ALL.iter().copied().chain([&HEALTH]);
    let methods = routes.filter(|route| parameters(route.path, path).is_some());
    let names: Vec<_> = methods.map(|route| route.method.as_str()).collect();
    names.join(", ")
}

/// The parameters in `path`, if it fits a route's path.
fn parameters<'p>(pattern: &'static str, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
    let ignores_case = Dialect::of(pattern) == Dialect::PlayFab;
    let mut rest = Some(path);
    let mut found = Vec::new();
    for wanted in pattern.split('/') {
        let left = rest?;
        let (part, behind) = match left.split_once('/') {
            // A parameter that is all the rest is `{key+}` to API Gateway.
            Some((part, behind)) if !wanted.ends_with("+}") => (part, Some(behind)),
            Some(_) | None => (left, None),
        };
        rest = behind;
        match wanted.strip_prefix('{').and_then(|wanted| wanted.strip_suffix('}')) {
            Some(name) if !part.is_empty() => found.push((name.trim_end_matches('+'), part)),
            None if part == wanted => {}
            None if ignores_case && part.eq_ignore_ascii_case(wanted) => {}
            Some(_) | None => return None,
        }
    }
    rest.is_none().then_some(found)
}

/// The method that is meant by a request.
pub fn method(head: &Parts) -> Method {
    let named = head.headers.get(METHOD_OVERRIDE).map(|name| name.as_bytes().to_ascii_uppercase());
    let named = named.and_then(|name| Method::from_bytes(&name).ok());
    let may_be_named = [Method::PUT, Method::PATCH, Method::DELETE];
    let obeys = head.method == Method::POST && Dialect::of(head.uri.path()) == Dialect::GameFuse;
    let named = named.filter(|named| obeys && may_be_named.contains(named));
    named.unwrap_or_else(|| head.method.clone())
}
