//! The `hushcount` program: parse, run, and turn the outcome into an exit status.

use std::process::ExitCode;

use clap::Parser as _;

use hushcount::cli::Cli;
use hushcount::console::Console;
use hushcount::run;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console::new(&cli);
    console.keep_panics_quiet();
    let outcome = std::panic::catch_unwind(|| run::run(&cli.command, console));
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            failure.diagnostics().iter().for_each(|diagnostic| console.tell(diagnostic));
            ExitCode::from(failure.exit_status())
        }
        Err(_) => {
            console.tell_of_panic();
            ExitCode::from(2)
        }
    }
}
