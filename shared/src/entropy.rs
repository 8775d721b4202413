//! Randomness, which is an input: ids, secrets, salts, request tokens and jitter are drawn from here.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Error;

type Fill = dyn Fn(&mut [u8]) -> Result<(), getrandom::Error> + Send + Sync;

/// A source of random bytes.
#[derive(Clone)]
pub struct Entropy(Arc<Fill>);

impl Entropy {
    /// The system's source.
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes in")]
    pub fn system() -> Self {
        Self::new(getrandom::fill)
    }

    /// A source that fills buffers by `fill`.
    pub fn new(
        fill: impl Fn(&mut [u8]) -> Result<(), getrandom::Error> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(fill))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        (self.0)(&mut bytes).map_err(Error::internal)?;
        Ok(bytes)
    }

    /// A random id. Whether it is free is for the database to say, when it is claimed.
    pub fn id<Id: TryFrom<i64>>(&self) -> Result<Id, Error> {
        // Half of all draws are in range: 64 misses in a row mean that the source is broken.
        for _ in 0..64 {
            if let Ok(id) = Id::try_from(i64::from(u32::from_be_bytes(self.bytes()?))) {
                return Ok(id);
            }
        }
        Err(Error::internal("the source of randomness gives no usable id"))
    }

    /// A random number below `bound`, which is not zero.
    pub fn below(&self, bound: usize) -> Result<usize, Error> {
        let drawn = u64::from_be_bytes(self.bytes()?);
        let bound = u64::try_from(bound).map_err(Error::internal)?;
        let below =
            drawn.checked_rem(bound).ok_or_else(|| Error::internal("nothing is below 0"))?;
        usize::try_from(below).map_err(Error::internal)
    }

    /// A random secret of 256 bits, in base64url.
    pub fn secret(&self) -> Result<String, Error> {
        Ok(URL_SAFE_NO_PAD.encode(self.bytes::<32>()?))
    }
}
