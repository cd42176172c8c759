//! `ledger rotate-key`: a new key for the releases to come.
//!
//! The new key stands durably beside the old one before the ledger names it, and takes the old one's place only after
//! that. A crash at any point leaves both keys; running the command again finishes what was begun.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::ledger::{ledger_path, policy};
use crate::cli::LedgerArgs;
use crate::confidential::{Key, generate};
use crate::console::Console;
use crate::durable::{sync_parent, write_private};
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::Ledger;
use crate::policy::{KEY_FILE, Policy};

const MEANING: &str = "\
From here on releases are made with the new key.
What was published with the old key can be made again only with the old key, and whoever gets the old key can still take
the noise off it: keep it as secret as before, and for as long as anything made with it is public.
In CI, replace the secret HUSHCOUNT_KEY by the new key's content.";

pub(super) fn rotate_key(args: &LedgerArgs, console: Console) -> Outcome<()> {
    let policy = policy(args)?;
    let path = key_path(args, policy.as_ref());
    let old = Key::load(&path, args.key.is_some())?;
    if old.is_demonstration() {
        return Err(Diagnostic::refused(Code::KeyDemonstration, "the demonstration key is not yours to replace")
            .help("`hushcount init` makes a key of your own")
            .into());
    }
    let mut ledger = Ledger::open(&ledger_path(args, policy.as_ref()))?;
    let in_use = ledger.entries().key_in_use(&Key::demonstration().id()).map(str::to_owned);
    let (old_id, begun) = match in_use {
        // A rotation that was recorded but did not get to the key file.
        Some(in_use) if in_use != old.id() && beside(&path, &in_use).exists() => (old.id(), Some(in_use)),
        Some(in_use) if in_use != old.id() => return Err(not_the_ledgers(&in_use, &old).into()),
        _ => (old.id(), None),
    };
    let new_id = if let Some(new_id) = begun {
        new_id
    } else {
        let new_id = make_key(&path)?;
        ledger.rotate(&old_id, &new_id)?;
        new_id
    };
    take_up(&path, &old_id, &new_id)
        .map_err(|error| Diagnostic::io(Code::OutputUnwritable, "replace", &path, &error))?;
    console.say(&format!("The key is now {new_id}, in {}; the old one is {old_id}.\n{MEANING}", path.display()));
    console.result(&json!({ "from": old_id, "to": new_id, "key": path.to_string_lossy() }));
    Ok(())
}

/// Where the key is, or will be when it comes from the environment.
fn key_path(args: &LedgerArgs, policy: Option<&Policy>) -> PathBuf {
    let typed = args.key.clone().or_else(|| policy.map(|policy| policy.paths.key.clone()));
    typed.unwrap_or_else(|| PathBuf::from(KEY_FILE))
}

fn not_the_ledgers(in_use: &str, key: &Key) -> Diagnostic {
    let message = format!("the ledger's releases were made with key {in_use}, and this is key {}", key.id());
    Diagnostic::refused(Code::KeyChanged, message).help("give the ledger's own key with --key FILE or HUSHCOUNT_KEY")
}

/// Writes a new key beside the one in use; returns its name.
fn make_key(path: &Path) -> Outcome<String> {
    let secret = generate()?;
    let staged = beside(path, "new");
    // What an earlier run left before the ledger named it was never used.
    let _ = fs::remove_file(&staged);
    let failed = |error| Diagnostic::io(Code::OutputUnwritable, "write", path, &error);
    write_private(&staged, |out| writeln!(out, "{}", secret.as_str())).map_err(failed)?;
    let new_id = Key::load(&staged, true)?.id();
    fs::rename(&staged, beside(path, &new_id)).and_then(|()| sync_parent(path)).map_err(failed)?;
    Ok(new_id)
}

/// Moves the old key aside, where it came from a file, and the new one into its place.
fn take_up(path: &Path, old_id: &str, new_id: &str) -> std::io::Result<()> {
    if path.exists() {
        fs::rename(path, beside(path, old_id))?;
    }
    fs::rename(beside(path, new_id), path)?;
    sync_parent(path)
}

/// `hushcount.key` with a name after it: `hushcount.key.0123456789abcdef`.
fn beside(path: &Path, name: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{name}"));
    PathBuf::from(beside)
}
