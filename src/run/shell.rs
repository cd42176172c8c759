//! What shells and manual readers need, from the same definitions as the help.

use std::io::{self, Write as _};
use std::path::Path;

use clap::{Command, CommandFactory as _};

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::error::{Code, Diagnostic, Outcome};

/// Completions, to standard output.
pub(super) fn completions(args: &CompletionsArgs) -> Outcome<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hushcount", &mut script);
    print(&script)
}

/// A manual page, to standard output.
pub(super) fn man(args: &ManArgs) -> Outcome<()> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.command {
        None => program,
        Some(name) => command(&program, name)?,
    };
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = clap_mangen::Man::new(page).render(&mut text);
    print(&text)
}

fn command(program: &Command, name: &str) -> Outcome<Command> {
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    program.find_subcommand(name).cloned().ok_or_else(|| {
        Diagnostic::error(Code::ArgumentInvalid, format!("there is no command `{name}`"))
            .help(format!("there are: {}", names.join(", ")))
            .into()
    })
}

/// Prints all of a text. A reader that has seen enough, such as `head`, is no failure; a disk that is full is.
pub(super) fn print(text: &[u8]) -> Outcome<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::io(Code::OutputUnwritable, "write to", Path::new("standard output"), &error).into())
        }
        _ => Ok(()),
    }
}
