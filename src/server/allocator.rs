//! Makes the C library give memory back when a large picture is done with.
//!
//! glibc asks the kernel for large blocks one by one and returns them when they are freed. But it takes the largest block
//! freed so far, up to 32 MB, as what *large* means from then on, and lets every thread keep twice that. After the first
//! photograph a server so holds hundreds of megabytes that nobody uses: `cargo xtask bench hostile` tells. With thresholds
//! of its own choice a program turns that off, and glibc reads them from the environment when it starts, or takes them by a
//! call that Rust counts as unsafe: <https://man7.org/linux/man-pages/man3/mallopt.3.html>.

/// From this size on a block is the kernel's, and this much may stay with a thread. A megabyte: buffers of pages and events
/// are smaller, pictures larger.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTINGS: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
    ("MALLOC_TRIM_THRESHOLD_", "1048576"),
];

/// Starts the program again, in the same process, with the thresholds set; the second time it does nothing. So it comes
/// first of all. Whoever set one of them is left alone.
///
/// # Errors
/// When the program cannot be started again. It then works as well, with more memory.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back() -> std::io::Result<()> {
    use std::{env, os::unix::process::CommandExt as _, process::Command};

    if SETTINGS.iter().any(|(name, _)| env::var_os(name).is_some()) {
        return Ok(());
    }
    let mut words = env::args_os();
    let mut again = Command::new(env::current_exe()?);
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    Err(again.args(words).envs(SETTINGS).exec())
}

/// Other C libraries give back what is freed.
///
/// # Errors
/// None.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() -> std::io::Result<()> {
    Ok(())
}
