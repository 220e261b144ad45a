//! The `smalt` program.

use std::process::ExitCode;

// Queries and recalculation make and drop many buffers of the same few sizes; a library must not choose the allocator, a program may.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    smalt_cli::main()
}
