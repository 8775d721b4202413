//! All functions in one static library.
//!
//! Optimising across crates is what takes time, and every function needs most of what the others need: done once for all of
//! them, it takes a minute and a half, and by itself for each, half an hour. `bundle/link` then makes each function's binary
//! of the library, with that function's symbol as `main`, and leaves out whatever the function does not reach.

use std::ffi::c_int;

use functions::environment::StartError;
use mimalloc::MiMalloc;

/// An event allocates some two thousand times. The C library's allocator was a seventh of its instructions; this one needs
/// a third fewer.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The symbol by which the linker finds the `main` beside it.
macro_rules! entry {
    ($symbol:ident) => {
        #[expect(unsafe_code, reason = "the linker finds it by its name, which no other has")]
        #[unsafe(no_mangle)]
        pub extern "C" fn $symbol() -> std::ffi::c_int {
            crate::start(main)
        }
    };
}
use entry;

/// What the standard library does around `main`, where it is called by the C library itself: nothing else of that is of use to
/// a function.
fn start(main: fn() -> Result<(), StartError>) -> c_int {
    #[expect(unsafe_code, reason = "there is no other way to say that")]
    // SAFETY: no other thread is there yet, and nothing was told about this signal before.
    unsafe {
        // Whoever writes to a connection that DynamoDB has closed is told so by an error, and not ended.
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
    match main() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("Error: {error:?}");
            1
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/mains.rs"));
