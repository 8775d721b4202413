//! What a handler is given and what it gives back, the same behind API Gateway and behind the local server.

use std::net::IpAddr;
use std::pin::Pin;

use bytes::Bytes;
use http::{Method, Request, Response};
use shared::App;

use crate::record::Record;

/// A request, with what the router found in its path.
#[derive(Debug)]
pub struct Received {
    /// The request itself, with its whole body.
    pub request: Request<Bytes>,
    /// The path's parameters, by name.
    pub path_parameters: Vec<(String, String)>,
    /// Names this request in logs and answers.
    pub request_id: String,
    /// From where it was sent, if that is known. It never reaches a log.
    pub source_address: Option<IpAddr>,
}

/// A response, and what is to be logged about it.
#[derive(Debug)]
pub struct Answer {
    /// For the caller.
    pub response: Response<Bytes>,
    /// For the log.
    pub record: Record,
}

/// A future that is compiled in this library, not in every binary that awaits it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers calls to one route.
pub type Handler = for<'a> fn(&'a App, &'static Route, Received) -> BoxFuture<'a, Answer>;

/// One endpoint: the Lambda function, where it is reached, and what answers there.
#[derive(Debug)]
pub struct Route {
    /// The name of the function, its binary and its sample event.
    pub function: &'static str,
    pub method: Method,
    /// The path, with parameters in braces, as API Gateway writes it; with a plus, one is all the rest.
    pub path: &'static str,
    /// Other places where API Gateway has to send requests here, because published clients write them so.
    pub also: &'static [(Method, &'static str)],
    /// What can be done here.
    pub actions: &'static [shared::domain::permissions::Action],
    /// The calls of DynamoDB that it makes at once, each of which needs a connection.
    pub parallel_calls: usize,
    /// What answers.
    pub handler: Handler,
}

impl Route {
    /// Whether it changes anything.
    pub fn is_write(&self) -> bool {
        self.actions.iter().any(|action| action.is_write())
    }

    /// All places where API Gateway sends requests here.
    pub fn places(&self) -> impl Iterator<Item = (&Method, &'static str)> {
        let also = self.also.iter().map(|(method, path)| (method, *path));
        [(&self.method, self.path)].into_iter().chain(also)
    }
}
