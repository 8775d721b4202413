//! Compresses bodies, as some clients do.

/// What `bytes` are as gzip. Nobody looks at the checksum.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(miniz_oxide::deflate::compress_to_vec(bytes, 6));
    gzip.extend([0; 4]);
    gzip.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    gzip
}
