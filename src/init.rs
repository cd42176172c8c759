//! `init`: a commented policy, a key, and a line that keeps the key out of version control.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::cli::InitArgs;
use crate::confidential::{PRIVATE_FILE, generate};
use crate::durable::write_private;
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::TEMPLATE;

/// What must never be committed.
const IGNORED: [&str; 6] = [
    "hushcount.key*",
    PRIVATE_FILE,
    "quarantine*.csv",
    ".*.hushcount-partial",
    "hushcount-query*",
    "hushcount-counts*",
];

/// Writes the files; returns what to tell the user.
///
/// # Errors
/// A key is already there, or a file cannot be written.
pub fn run(args: &InitArgs) -> Outcome<String> {
    let directory = &args.directory;
    let (policy, key) = (directory.join("policy.toml"), directory.join("hushcount.key"));
    if key.exists() {
        return Err(Diagnostic::error(Code::FileExists, format!("`{}` is already there", key.display()))
            .help("nothing was changed; `hushcount ledger rotate-key` makes a new key for releases to come")
            .into());
    }
    let secret = generate()?;
    fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    write_private(&key, |out| writeln!(out, "{}", secret.as_str())).map_err(|error| failed(&key, &error))?;
    // A policy that is there stays as it is, and gets the key that it lacks.
    let made = if policy.exists() {
        format!("`{}` was there and is as it was. Made", policy.display())
    } else {
        fs::write(&policy, TEMPLATE).map_err(|error| failed(&policy, &error))?;
        format!("Made {} (edit it),", policy.display())
    };
    let ignore = directory.join(".gitignore");
    add_lines(&ignore).map_err(|error| failed(&ignore, &error))?;
    Ok(format!(
        "{made} {key} (keep it secret; a lost key cannot be replaced for what is published) and {ignore}.\n\
         Next: hushcount check LOG... --policy {policy}",
        policy = policy.display(),
        key = key.display(),
        ignore = ignore.display()
    ))
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::OutputUnwritable, "write", path, error)
}

/// Adds the lines that are not there yet.
fn add_lines(path: &Path) -> io::Result<()> {
    let present = fs::read_to_string(path).unwrap_or_default();
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    if !present.is_empty() && !present.ends_with('\n') {
        writeln!(file)?;
    }
    for line in IGNORED.iter().filter(|line| !present.lines().any(|have| have == **line)) {
        writeln!(file, "{line}")?;
    }
    Ok(())
}
