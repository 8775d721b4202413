//! What an endpoint takes and answers, for whoever describes it.

use super::endpoint::{Endpoint, status};
use crate::schema::{Description, Generators};

/// The description of the endpoint `E`.
pub fn describe<E: Endpoint>(generators: &mut Generators) -> Description {
    Description::new::<E, E::Request, E::Response>(generators, E::SUCCESS, status::<E>)
}
