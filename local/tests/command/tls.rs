//! HTTPS, and the machines from which it is reached.

use std::fs;

use crate::server::{Server, refused};

#[test]
fn the_certificate_is_written_and_kept_with_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("guildhall.pem"));
    let options =
        ["--tls", "--data", data.to_str().unwrap(), "--certificate-file", file.to_str().unwrap()];
    let start = || {
        let server = Server::start(folder.path(), &options);
        let url = server.facts["base_url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
        assert!(server.greeting.contains(&format!("{url}/api/v3/users")), "{}", server.greeting);
        let trusted = format!("curl --cacert '{}' ", file.display());
        assert!(server.greeting.contains(&trusted), "{}", server.greeting);
        server.stop();
        fs::read_to_string(&file).unwrap()
    };
    let first = start();
    assert!(first.starts_with("-----BEGIN CERTIFICATE-----"), "{first}");
    assert!(!first.contains("PRIVATE KEY"));
    assert_eq!(start(), first);
}

#[test]
fn a_certificate_file_needs_tls() {
    let words = refused(&["--certificate-file", "guildhall.pem"]);
    assert!(words.contains("--tls"), "{words}");
}
