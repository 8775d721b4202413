//! The files of the page, as of the build: what is in `local/console/`.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};

/// A file, and where it is served.
pub(super) struct Asset {
    pub(super) path: &'static str,
    text: &'static str,
}

impl Asset {
    pub(super) fn response(&self) -> Response {
        let content_type = HeaderValue::from_static(match self.path.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some(_) | None => "text/html; charset=utf-8",
        });
        let mut response = Response::new(Body::from(self.text));
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        response
    }
}

/// The page itself is at the root, and everything that it loads is below `/console/`.
macro_rules! assets {
    ($page:literal, $($name:literal,)*) => {
        pub(super) static ALL: &[Asset] = &[
            Asset { path: "/", text: include_str!(concat!("../../console/", $page)) },
            $(Asset {
                path: concat!("/console/", $name),
                text: include_str!(concat!("../../console/", $name)),
            },)*
        ];
    };
}

assets! {
    "index.html",
    "action-bar.js",
    "action-dialog.js",
    "actions.js",
    "api.js",
    "app.js",
    "attributes.js",
    "base.css",
    "blocks.js",
    "call-log.js",
    "calls.css",
    "code-block.js",
    "codes.js",
    "conditions.js",
    "curl.js",
    "dialogs.css",
    "dom.js",
    "fields.js",
    "group-history.js",
    "group-page.js",
    "group.js",
    "groups-page.js",
    "icon.svg",
    "ids.js",
    "inspector-facts.js",
    "inspector-page.js",
    "inspector-request.js",
    "inspector.css",
    "layout.css",
    "list-section.js",
    "me-page.js",
    "members.js",
    "missing-page.js",
    "orders.js",
    "outcome-line.js",
    "parts.css",
    "pending.js",
    "roles.js",
    "secret-key.js",
    "secrets.js",
    "service.js",
    "session-switch.js",
    "session.js",
    "settings.js",
    "sign-in.js",
    "time.js",
    "told-once.js",
    "user-name.js",
    "ways.js",
    "webhook-actions.js",
    "webhook-page.js",
    "webhooks-page.js",
    "welcome-page.js",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    fn every_file_of_the_page_is_served_and_the_list_is_sorted() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/console");
        let files = fs::read_dir(folder).unwrap();
        let files: BTreeSet<_> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        let served: Vec<_> =
            ALL[1..].iter().map(|asset| &asset.path["/console/".len()..]).collect();
        assert!(served.is_sorted());
        let served = served.into_iter().chain(["index.html"]).map(str::to_owned).collect();
        assert_eq!(files, served);
    }
}
