//! `ledger rotate-key`: a new key for the releases to come.
//!
//! The new key stands durably beside the old one before the ledger names it, and takes the old one's place only after
//! that, when a copy of the old one is durable too. A crash at any point leaves both keys; running the command again
//! finishes what was begun.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::json;
use zeroize::Zeroizing;

use super::another_key;
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

pub(super) fn rotate_key(args: &LedgerArgs, old_key_lost: bool, console: Console) -> Outcome<()> {
    let policy = policy(args)?;
    let path = key_path(args, policy.as_ref());
    let mut ledger = Ledger::open(&ledger_path(args, policy.as_ref()))?;
    let in_use = ledger.entries().key_in_use(&Key::demonstration().id()).map(str::to_owned);
    let old_id = if old_key_lost { lost(in_use.as_deref())? } else { usable(&path, args)?.id() };
    set_aside(&path)?;
    let new_id = match in_use.filter(|in_use| *in_use != old_id) {
        // A rotation that was recorded but did not get to the key file.
        Some(begun) if beside(&path, &begun).exists() => begun,
        Some(in_use) => return Err(not_the_ledgers(&in_use, &old_id).into()),
        None => {
            let new_id = make_key(&path)?;
            ledger.rotate(&old_id, &new_id)?;
            new_id
        }
    };
    // At once: whenever this is cut short, a key stands there.
    fs::rename(beside(&path, &new_id), &path)
        .and_then(|()| sync_parent(&path))
        .map_err(|error| Diagnostic::io(Code::OutputUnwritable, "replace", &path, &error))?;
    console.say(&format!("The key is now {new_id}, in {}; the old one is {old_id}.\n{MEANING}", path.display()));
    console.result(&json!({ "from": old_id, "to": new_id, "key": path.to_string_lossy() }));
    Ok(())
}

/// The key in use, which must be the publisher's own.
fn usable(path: &Path, args: &LedgerArgs) -> Outcome<Key> {
    let key = Key::load(path, args.key.is_some())?;
    if key.is_demonstration() {
        return Err(Diagnostic::refused(Code::KeyDemonstration, "the demonstration key is not yours to replace")
            .help("`hushcount init` makes a key of your own")
            .into());
    }
    Ok(key)
}

/// The name of the key that is lost: the ledger knows it.
fn lost(in_use: Option<&str>) -> Outcome<String> {
    let unknown = || {
        Diagnostic::error(Code::KeyMissing, "the ledger has no release, so no key of it can be lost")
            .help("`hushcount init` makes a first key")
    };
    in_use.map(str::to_owned).ok_or_else(|| unknown().into())
}

/// Where the key is, or will be when it comes from the environment.
fn key_path(args: &LedgerArgs, policy: Option<&Policy>) -> PathBuf {
    let typed = args.key.clone().or_else(|| policy.map(|policy| policy.paths.key.clone()));
    typed.unwrap_or_else(|| PathBuf::from(KEY_FILE))
}

fn not_the_ledgers(in_use: &str, key: &str) -> Diagnostic {
    another_key(in_use, key)
        .help("give the ledger's own key with --key FILE or HUSHCOUNT_KEY; if it is lost: --old-key-lost")
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

/// Copies the key that stands there aside under its own name.
fn set_aside(path: &Path) -> Outcome<()> {
    if !path.exists() {
        return Ok(());
    }
    let aside = beside(path, &Key::load(path, true)?.id());
    let failed = |error| Diagnostic::io(Code::OutputUnwritable, "set aside", path, &error);
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    match write_private(&aside, |out| out.write_all(text.as_bytes())) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error).into()),
        _ => Ok(()),
    }
}

/// `hushcount.key` with a name after it: `hushcount.key.0123456789abcdef`.
fn beside(path: &Path, name: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{name}"));
    PathBuf::from(beside)
}
