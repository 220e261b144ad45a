//! The `smalt` program.

use std::process::ExitCode;

// Queries and recalculation make and drop many buffers of the same few sizes; a library must not choose the allocator, a program may.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const _: () = assert!(!smalt_planted::CAN_BE_PLANTED, "leaks are planted for a test, never in the command");

fn main() -> ExitCode {
    smalt_cli::main()
}
