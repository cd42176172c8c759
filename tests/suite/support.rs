//! A directory to work in, logs to write, and the program to run. Nothing here is shipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A key for tests. Any key that is not the demonstration key would do.
pub(crate) const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A working directory that disappears with the test.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file in a temporary directory");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn read_or_empty(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).expect("JSON")
    }

    /// Runs the program here with the test key.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with_key(arguments, KEY)
    }

    pub(crate) fn run_with_key(&self, arguments: &[&str], key: &str) -> Output {
        self.command(arguments).env("HUSHCOUNT_KEY", key).output().expect("the program runs")
    }

    /// The program here with the test key, to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hushcount"));
        command.current_dir(self.0.path()).args(arguments).env("HUSHCOUNT_KEY", KEY);
        command
    }

    /// Runs it and expects exit status 0.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Every file of a directory here, by name.
    pub(crate) fn files(&self, directory: &str) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.path(directory)).expect("a directory");
        let mut files: Vec<(String, Vec<u8>)> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_file())
            .map(|path| (name(&path), fs::read(&path).expect("a file")))
            .collect();
        files.sort();
        files
    }
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// SHA-256 as the program writes it.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The (keys, measure) and band of every row of a table's CSV.
pub(crate) fn bands(csv: &str) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .records()
        .map(|record| record.expect("a row"))
        .map(|record| {
            let keys: Vec<&str> = record.iter().skip(2).take(record.len() - 5).collect();
            (keys.join("/"), record[record.len() - 1].to_owned())
        })
        .collect()
}
