//! What options take, each refused in words that say what to write instead.

use std::net::IpAddr;
use std::ops::RangeInclusive;

/// Reads a whole number within these bounds, which the option's type can hold.
pub fn whole<N: TryFrom<u64> + 'static>(
    bounds: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse().ok().filter(|number| bounds.contains(number));
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| {
            format!("it must be a whole number from {} to {}", bounds.start(), bounds.end())
        })
    }
}

/// Reads an address to serve on.
pub fn address(text: &str) -> Result<IpAddr, &'static str> {
    let problem = "it must be an address such as 127.0.0.1, or 0.0.0.0 for all of this machine's";
    text.parse().map_err(|_| problem)
}
