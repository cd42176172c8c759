//! A tree of files in memory that knows what a power cut may leave of it.
//!
//! It promises what `fsync` promises and no more. Bytes of a file that was not synced may be there, not there, or there
//! in part. Changes of a directory that was not synced may each be there or not, whatever came of the others and of the
//! bytes they lead to. A rename is there whole or not at all.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::Path;

type Names = BTreeMap<String, usize>;

/// Files and directories by number; the root is the first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tree(Vec<Node>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    File { durable: Vec<u8>, live: Vec<u8> },
    Directory { durable: Names, changes: Vec<Change> },
}

/// A change of a directory that may be lost until the directory is synced.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Add(String, usize),
    Remove(String),
    Rename(String, String, usize),
}

/// How many ways a file's unsynced bytes can go: none, one, half, all but one, or all of them survive.
const WAYS_OF_BYTES: usize = 5;
/// A change of a directory survives or does not.
const WAYS_OF_CHANGE: usize = 2;

impl Node {
    fn directory() -> Self {
        Self::Directory { durable: Names::new(), changes: Vec::new() }
    }

    /// For each thing that is not durable, in how many ways it can go.
    fn unsynced(&self) -> Vec<usize> {
        match self {
            Self::File { durable, live } if durable == live => Vec::new(),
            Self::File { .. } => vec![WAYS_OF_BYTES],
            Self::Directory { changes, .. } => vec![WAYS_OF_CHANGE; changes.len()],
        }
    }
}

/// What is in a directory when some of its changes are there.
fn names(durable: &Names, changes: impl Iterator<Item = Change>) -> Names {
    let mut names = durable.clone();
    for change in changes {
        match change {
            Change::Add(name, node) => drop(names.insert(name, node)),
            Change::Remove(name) => drop(names.remove(&name)),
            Change::Rename(from, to, node) => {
                names.remove(&from);
                names.insert(to, node);
            }
        }
    }
    names
}

/// What is in a file when its unsynced bytes went one of their ways.
fn bytes(durable: &[u8], live: &[u8], way: usize) -> Vec<u8> {
    if !live.starts_with(durable) {
        return if way == 0 { durable.to_vec() } else { live.to_vec() };
    }
    let unsynced = live.len() - durable.len();
    let kept = [0, 1.min(unsynced), unsynced / 2, unsynced.saturating_sub(1), unsynced][way];
    live[..durable.len() + kept].to_vec()
}

impl Tree {
    /// A tree with these directories in its root.
    pub(super) fn new(directories: &[&str]) -> Self {
        let mut tree = Self(vec![Node::directory()]);
        for name in directories {
            tree.make_directory(Path::new(name)).expect("a name");
        }
        tree.sync(Path::new("")).expect("the root");
        tree
    }

    fn live_names(&self, node: usize) -> io::Result<Names> {
        match &self.0[node] {
            Node::Directory { durable, changes } => Ok(names(durable, changes.iter().cloned())),
            Node::File { .. } => Err(ErrorKind::NotADirectory.into()),
        }
    }

    /// The number of what is at a path.
    pub(super) fn find(&self, path: &Path) -> io::Result<usize> {
        path.components().try_fold(0, |node, part| {
            let name = part.as_os_str().to_string_lossy();
            self.live_names(node)?.get(name.as_ref()).copied().ok_or(ErrorKind::NotFound.into())
        })
    }

    /// The names in a directory.
    pub(super) fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        Ok(self.live_names(self.find(path)?)?.into_keys().collect())
    }

    pub(super) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match &self.0[self.find(path)?] {
            Node::File { live, .. } => Ok(live.clone()),
            Node::Directory { .. } => Err(ErrorKind::IsADirectory.into()),
        }
    }

    /// The bytes of a file by its number, to change.
    pub(super) fn bytes_of(&mut self, node: usize) -> &mut Vec<u8> {
        match &mut self.0[node] {
            Node::File { live, .. } => live,
            Node::Directory { .. } => unreachable!("only files are opened"),
        }
    }

    pub(super) fn make_directory(&mut self, path: &Path) -> io::Result<usize> {
        self.add(path, Node::directory())
    }

    pub(super) fn make_file(&mut self, path: &Path) -> io::Result<usize> {
        self.add(path, Node::File { durable: Vec::new(), live: Vec::new() })
    }

    fn add(&mut self, path: &Path, node: Node) -> io::Result<usize> {
        if self.find(path).is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let number = self.0.len();
        self.change(path, Change::Add(name(path), number))?;
        self.0.push(node);
        Ok(number)
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.find(path)?;
        self.change(path, Change::Remove(name(path)))
    }

    /// Moves a directory within the one it is in, also over an empty one.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        assert_eq!(from.parent(), to.parent());
        let node = self.find(from)?;
        if self.list(to).is_ok_and(|names| !names.is_empty()) {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        self.change(from, Change::Rename(name(from), name(to), node))
    }

    fn change(&mut self, path: &Path, change: Change) -> io::Result<()> {
        let parent = self.find(path.parent().expect("a name"))?;
        match &mut self.0[parent] {
            Node::Directory { changes, .. } => changes.push(change),
            Node::File { .. } => return Err(ErrorKind::NotADirectory.into()),
        }
        Ok(())
    }

    pub(super) fn sync(&mut self, path: &Path) -> io::Result<()> {
        let node = self.find(path)?;
        self.sync_node(node);
        Ok(())
    }

    /// Makes a file's bytes, or a directory's names, durable, and nothing else.
    pub(super) fn sync_node(&mut self, node: usize) {
        match &mut self.0[node] {
            Node::File { durable, live } => durable.clone_from(live),
            Node::Directory { durable, changes } => *durable = names(durable, changes.drain(..)),
        }
    }

    /// Every tree that a power cut may leave.
    pub(super) fn survivors(&self) -> impl Iterator<Item = Self> {
        let ways: Vec<usize> = self.0.iter().flat_map(Node::unsynced).collect();
        let all: usize = ways.iter().product();
        (0..all).map(move |mut number| {
            let mut choice = ways.iter().map(|ways| {
                let way = number % ways;
                number /= ways;
                way
            });
            self.survivor(&mut choice)
        })
    }

    fn survivor(&self, choice: &mut impl Iterator<Item = usize>) -> Self {
        let mut left = self.clone();
        for node in &mut left.0 {
            let ways: Vec<usize> = node.unsynced().iter().filter_map(|_| choice.next()).collect();
            match node {
                Node::File { durable, live } => {
                    *durable = bytes(durable, live, ways.first().copied().unwrap_or(0));
                    live.clone_from(durable);
                }
                Node::Directory { durable, changes } => {
                    let kept = changes.drain(..).zip(ways).filter(|(_, way)| *way == 1);
                    *durable = names(durable, kept.map(|(change, _)| change));
                }
            }
        }
        left.reachable()
    }

    /// The same tree without what no path leads to, so that equal trees compare as equal.
    fn reachable(&self) -> Self {
        let mut tree = Self(Vec::new());
        self.copy(0, &mut tree);
        tree
    }

    fn copy(&self, node: usize, into: &mut Self) -> usize {
        let number = into.0.len();
        into.0.push(self.0[node].clone());
        if let Node::Directory { durable, .. } = &self.0[node] {
            let copied = durable.iter().map(|(name, node)| (name.clone(), self.copy(*node, into))).collect();
            into.0[number] = Node::Directory { durable: copied, changes: Vec::new() };
        }
        number
    }
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn what_was_not_synced_may_be_lost_each_thing_by_itself() {
    let mut tree = Tree::new(&["d"]);
    let file = tree.make_file(Path::new("d/f")).expect("a file");
    tree.bytes_of(file).extend(b"12345678");
    tree.sync_node(file);
    let lost = |tree: &Tree| tree.survivors().filter(|left| left.read(Path::new("d/f")).is_err()).count();
    assert_eq!((lost(&tree), tree.survivors().count()), (1, 2));
    tree.sync(Path::new("d")).expect("a directory");
    tree.bytes_of(file).extend(b"90ab");
    let mut found: Vec<usize> = tree.survivors().map(|left| left.read(Path::new("d/f")).expect("it").len()).collect();
    found.sort_unstable();
    assert_eq!(found, [8, 9, 10, 11, 12]);
}

#[test]
fn a_rename_may_survive_what_it_moved() {
    let mut tree = Tree::new(&["old"]);
    tree.make_file(Path::new("old/f")).expect("a file");
    tree.rename(Path::new("old"), Path::new("new")).expect("a rename");
    let found = |left: &Tree, path: &str| left.find(Path::new(path)).is_ok();
    let mut left: Vec<Vec<&str>> = tree
        .survivors()
        .map(|left| ["old", "old/f", "new", "new/f"].into_iter().filter(|path| found(&left, path)).collect())
        .collect();
    left.sort();
    assert_eq!(left, [vec!["new"], vec!["new", "new/f"], vec!["old"], vec!["old", "old/f"]]);
}
