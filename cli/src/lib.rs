//! The `smalt` command: the only part of the project that prints. A library, so that its tests can reach the formats; the program
//! is [`main`].

mod args;
mod audit;
mod backup;
mod console;
mod demo;
mod help;
mod host;
pub mod output;
mod progress;
mod recalc;
mod sql;

use std::process::ExitCode;

use args::Command;
use console::{Console, Status};

/// Does what the arguments of the process ask for.
pub fn main() -> ExitCode {
    let console = Console::new();
    let status = match args::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help(topic)) => console.print(help::text(topic)),
        Ok(Command::Version) => console.print(concat!("smalt ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::Sql(options)) => sql::run(&options, &console),
        Ok(Command::Demo(options)) => demo::run(&options, &console),
        Ok(Command::Audit(options)) => audit::run(&options, &console),
        Ok(Command::Recalc(options)) => recalc::run(&options, &console),
        Ok(Command::Backup(options)) => backup::backup(&options, &console),
        Ok(Command::Restore(options)) => backup::restore(&options, &console),
        Ok(Command::Verify(options)) => backup::verify(&options, &console),
        Ok(Command::Rekey(options)) => backup::rekey(&options, &console),
        Err(error) => {
            console.note(&format!("smalt: {error}"));
            console.note("try `smalt help`");
            Status::BadArguments
        }
    };
    status.into()
}
