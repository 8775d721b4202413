//! A page of the documentation, of which a part is written by the benchmark.

use std::path::Path;

use crate::Failure;

/// Writes `text` into a page, between the comments `mark` and `/mark`.
///
/// # Errors
/// [`Failure`] where the page has no such marks.
pub fn write(file: &Path, mark: &str, text: &str) -> Result<(), Failure> {
    let page = std::fs::read_to_string(file)?;
    let [begin, end] = [format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->")];
    let marks = "the page has no marks to write between";
    let (before, rest) = page.split_once(&begin).ok_or(marks)?;
    let (_, after) = rest.split_once(&end).ok_or(marks)?;
    std::fs::write(file, format!("{before}{begin}\n{text}\n{end}{after}"))?;
    Ok(())
}
