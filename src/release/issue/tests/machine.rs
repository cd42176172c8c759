//! A disk that fails or dies at a chosen operation, for the ledger and the release together.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::rc::Rc;

use super::tree::Tree;
use crate::ledger::Medium;
use crate::release::disk::Disk;

/// The syncs of a report, each by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sync {
    LedgerName,
    LedgerAsFound,
    Charge,
    Seal,
    File,
    StagedNames,
    Rename,
    RenameAsFound,
}

/// What goes wrong.
#[derive(Clone, Copy)]
pub(super) enum Trouble {
    Nothing,
    /// This operation fails, and only this one.
    FailsAt(usize),
    /// This operation fails, and all that follow.
    DiesAt(usize),
}

impl Trouble {
    fn is_at(self, operation: usize) -> bool {
        match self {
            Self::Nothing => false,
            Self::FailsAt(at) => operation == at,
            Self::DiesAt(at) => operation >= at,
        }
    }
}

struct State {
    tree: Tree,
    operations: usize,
    trouble: Trouble,
    /// The sync that does nothing and says that it did.
    skipped: Option<Sync>,
    renamed: bool,
}

/// A disk of which every copy is the same disk.
#[derive(Clone)]
pub(super) struct Machine(Rc<RefCell<State>>);

/// An open file.
pub(super) struct Handle {
    machine: Machine,
    node: usize,
    /// What was appended last since it was opened, but for a mended end.
    appended: Option<Sync>,
}

impl Machine {
    pub(super) fn new(tree: Tree, trouble: Trouble, skipped: Option<Sync>) -> Self {
        Self(Rc::new(RefCell::new(State { tree, operations: 0, trouble, skipped, renamed: false })))
    }

    pub(super) fn tree(&self) -> Tree {
        self.0.borrow().tree.clone()
    }

    pub(super) fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// Opens a file, making it if it is not there.
    pub(super) fn open(&self, path: &Path) -> io::Result<Handle> {
        let found = self.0.borrow().tree.find(path);
        let node = found.or_else(|_| self.operate(|state| state.tree.make_file(path)))?;
        Ok(Handle { machine: self.clone(), node, appended: None })
    }

    fn operate<T>(&self, operation: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.0.borrow_mut();
        state.operations += 1;
        if state.trouble.is_at(state.operations) {
            return Err(ErrorKind::Other.into());
        }
        operation(&mut state)
    }

    fn sync(&self, what: Sync, node: usize) -> io::Result<()> {
        self.operate(|state| {
            if state.skipped != Some(what) {
                state.tree.sync_node(node);
            }
            Ok(())
        })
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        self.0.borrow().tree.find(path)
    }
}

impl Medium for Handle {
    fn contents(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.machine.0.borrow_mut().tree.bytes_of(self.node).clone())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).expect("small");
        self.machine.operate(|state| {
            state.tree.bytes_of(self.node).truncate(length);
            Ok(())
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.machine.operate(|state| {
            state.tree.bytes_of(self.node).extend(bytes);
            Ok(())
        })?;
        let text = String::from_utf8_lossy(bytes);
        let kinds = [("\"kind\":\"charge\"", Sync::Charge), ("\"kind\":\"seal\"", Sync::Seal)];
        self.appended = kinds.into_iter().find(|(kind, _)| text.contains(kind)).map(|(_, sync)| sync);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.machine.sync(self.appended.unwrap_or(Sync::LedgerAsFound), self.node)
    }

    fn sync_name(&mut self, path: &Path) -> io::Result<()> {
        let parent = self.machine.find(path.parent().expect("a parent"))?;
        self.machine.sync(Sync::LedgerName, parent)
    }
}

impl Disk for Machine {
    type File = usize;

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(self.find(path).is_ok())
    }

    fn count(&self, directory: &Path) -> io::Result<usize> {
        self.0.borrow().tree.list(directory).map(|names| names.len())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.borrow().tree.read(path)
    }

    fn make_directories(&self, path: &Path) -> io::Result<()> {
        self.find(path).map(|_| ())
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.operate(|state| state.tree.make_directory(path).map(|_| ()))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<usize> {
        self.operate(|state| {
            let node = state.tree.make_file(path)?;
            state.tree.bytes_of(node).extend(bytes);
            Ok(node)
        })
    }

    fn sync_file(&self, file: &usize) -> io::Result<()> {
        self.sync(Sync::File, *file)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        let staged = directory.extension().is_some_and(|extension| extension == "hushcount-partial");
        let renamed = self.0.borrow().renamed;
        let what = if staged {
            Sync::StagedNames
        } else if renamed {
            Sync::Rename
        } else {
            Sync::RenameAsFound
        };
        self.sync(what, self.find(directory)?)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.operate(|state| {
            state.renamed = true;
            state.tree.rename(from, to)
        })
    }

    fn remove_empty(&self, directory: &Path) -> io::Result<()> {
        self.operate(|state| match state.tree.list(directory)?.len() {
            0 => state.tree.remove(directory),
            _ => Err(ErrorKind::DirectoryNotEmpty.into()),
        })
    }

    fn remove_all(&self, directory: &Path) -> io::Result<()> {
        self.operate(|state| state.tree.remove(directory))
    }
}
