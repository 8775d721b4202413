//! Gzip (RFC 1952), of which requests need only the way back.
//!
//! `miniz_oxide` does the work; the crate that has the frame around it too would add 27 kB to every archive. Its checksum
//! is not looked at: TLS has seen to it that what arrives is what was sent, and the length is.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Why there is nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadGzip {
    /// It is not gzip, or was cut off.
    NotGzip,
    /// More would come out than may.
    TooLarge,
}

const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const EXTRA: u8 = 1 << 2;
const HEADER_CHECKSUM: u8 = 1 << 1;
const RESERVED: u8 = 0b1110_0000;

/// What was compressed, if it has at most `limit` bytes.
///
/// # Errors
/// [`BadGzip`].
pub fn decompress(gzip: &[u8], limit: usize) -> Result<Vec<u8>, BadGzip> {
    let (deflated, length) = unframe(gzip).ok_or(BadGzip::NotGzip)?;
    let inflated = decompress_to_vec_with_limit(deflated, limit).map_err(|error| {
        let is_too_large = error.status == TINFLStatus::HasMoreOutput;
        if is_too_large { BadGzip::TooLarge } else { BadGzip::NotGzip }
    })?;
    if inflated.len() as u64 == u64::from(length) { Ok(inflated) } else { Err(BadGzip::NotGzip) }
}

/// The deflated bytes, and how many they are inflated.
fn unframe(gzip: &[u8]) -> Option<(&[u8], u32)> {
    let ([0x1f, 0x8b, 8, flags, _time @ .., _level, _system], mut rest) =
        gzip.split_first_chunk::<10>()?
    else {
        return None;
    };
    if flags & RESERVED != 0 {
        return None;
    }
    if flags & EXTRA != 0 {
        let (length, extra) = rest.split_first_chunk::<2>()?;
        rest = extra.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        rest = rest.get(2..)?;
    }
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let (deflated, _checksum) = rest.split_last_chunk::<4>()?;
    Some((deflated, u32::from_le_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` in a frame with these flags, and with what they say comes first.
    fn gzip(flags: u8, before: &[u8], text: &[u8]) -> Vec<u8> {
        let mut gzip = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
        gzip.extend_from_slice(before);
        gzip.extend(miniz_oxide::deflate::compress_to_vec(text, 6));
        gzip.extend([0; 4]);
        gzip.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        gzip
    }

    #[test]
    fn what_was_compressed_comes_out_whatever_the_header_holds() {
        for (flags, before) in [
            (0, &b""[..]),
            (NAME, b"name\0"),
            (EXTRA, b"\x02\0xy"),
            (COMMENT | NAME, b"n\0c\0"),
            (HEADER_CHECKSUM | EXTRA | NAME | COMMENT, b"\x01\0xn\0c\0hh"),
        ] {
            let out = decompress(&gzip(flags, before, b"{\"a\": 1}"), 100);
            assert_eq!(out.as_deref(), Ok(&b"{\"a\": 1}"[..]), "{flags:b}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let zeros = vec![0; 10_000_000];
        let bomb = gzip(0, b"", &zeros);
        assert!(bomb.len() < 20_000);
        assert_eq!(decompress(&bomb, 262_144), Err(BadGzip::TooLarge));
        assert_eq!(decompress(&gzip(0, b"", &zeros[..100]), 100).map(|out| out.len()), Ok(100));
        assert_eq!(decompress(&gzip(0, b"", &zeros[..101]), 100), Err(BadGzip::TooLarge));
    }

    #[test]
    fn whatever_is_cut_or_changed_is_refused_and_never_a_panic() {
        let good = gzip(NAME | EXTRA, b"\x01\0xname\0", b"a text that is compressed, a text");
        for end in 0..good.len() {
            assert!(decompress(&good[..end], 100).is_err(), "{end}");
        }
        for place in 0..good.len() {
            for bit in 0..8 {
                let mut other = good.clone();
                other[place] ^= 1 << bit;
                let _whatever = decompress(&other, 100);
            }
        }
        assert_eq!(decompress(b"{\"not\": \"gzip\"}", 100), Err(BadGzip::NotGzip));
    }
}
