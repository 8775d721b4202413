//! How far something is that takes longer than a second. Nothing is shown where nobody looks at a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of so many steps.
pub fn progress(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:7} {wide_bar} {pos} of {len}, {eta} left");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
