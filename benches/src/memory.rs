//! The process's peak memory, as the operating system counts it.

/// Starts counting the peak anew, where the system can.
pub fn reset_peak() {
    // Where this is refused the peak is that of the whole life, which is never too low.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The peak since then, in MB; `None` where the system does not tell.
pub fn peak_mb() -> Option<u64> {
    line("VmHWM").map(|kb| kb / 1024)
}

/// What the process holds now, in bytes; `None` where the system does not tell.
pub fn held_bytes() -> Option<u64> {
    line("VmRSS").map(|kb| kb * 1024)
}

/// A size in KB.
fn line(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
