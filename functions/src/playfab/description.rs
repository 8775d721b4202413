//! What an endpoint takes and answers, for whoever describes it.

use http::StatusCode;

use super::endpoint::Endpoint;
use super::error::face;
use crate::schema::{Description, Generators};

/// The description of the endpoint `E`.
pub fn describe<E: Endpoint>(generators: &mut Generators) -> Description {
    let status = |refusal: &_| face(refusal).2;
    Description::new::<E, E::Request, E::Response>(generators, StatusCode::OK, status)
}
