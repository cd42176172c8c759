//! `sql`: the counting query, to standard output or into a file of its owner.

use std::io::Read as _;
use std::path::Path;

use super::{shell, sound_policy};
use crate::cli::SqlArgs;
use crate::confidential::{self, Key};
use crate::console::Console;
use crate::durable::replace_private;
use crate::error::{Code, Diagnostic, Outcome};

/// The counting query for another engine. It is as confidential as the log.
pub(super) fn sql(args: &SqlArgs, console: Console) -> Outcome<()> {
    if args.policy.out.is_some() {
        return Err(Diagnostic::error(Code::ArgumentInvalid, "no artefacts are made here")
            .at_option("--out")
            .help("the query goes to standard output, or into a file of its own: --query FILE")
            .into());
    }
    let policy = sound_policy(&args.policy)?;
    let key = Key::load(&policy.paths.key, policy.paths.key_named)?;
    let query = confidential::counting_query(&policy, &key, args)?;
    for note in confidential::about_query(&policy, args) {
        console.tell(&note);
    }
    match &args.query {
        Some(path) if path != Path::new("-") => write_query(path, &query),
        _ => shell::print(query.as_bytes()),
    }
}

fn is_query(path: &Path) -> bool {
    let mut begins = [0; confidential::QUERY_BEGINS.len()];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && begins == confidential::QUERY_BEGINS.as_bytes()
}

/// An earlier query is replaced; any other file is somebody's, and may be the log or the ledger.
fn write_query(path: &Path, query: &str) -> Outcome<()> {
    if let Ok(there) = std::fs::symlink_metadata(path)
        && !(there.is_file() && is_query(path))
    {
        return Err(Diagnostic::error(
            Code::FileExists,
            format!("`{}` is there and is no query of hushcount's", path.display()),
        )
        .at_option("--query")
        .help("name another file, or move that one away")
        .into());
    }
    replace_private(path, |out| out.write_all(query.as_bytes()))
        .map_err(|error| Diagnostic::io(Code::OutputUnwritable, "write", path, &error).into())
}
