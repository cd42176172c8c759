//! The disk operations of publishing, one by one, so that a test can die between any two of them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::durable;

/// What publishing needs of a file system; a test puts a failing one in its place.
pub trait Disk {
    /// A file that was written and is not yet durable.
    type File;

    /// Whether anything is at the path.
    ///
    /// # Errors
    /// It cannot be told.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// How many names a directory has.
    ///
    /// # Errors
    /// It is no directory, or cannot be read.
    fn count(&self, directory: &Path) -> io::Result<usize>;
    /// A file's bytes.
    ///
    /// # Errors
    /// It is no file, or cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Makes a directory and those above it, as far as they are missing.
    ///
    /// # Errors
    /// One of them cannot be made.
    fn make_directories(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory that is not there.
    ///
    /// # Errors
    /// It is there, or cannot be made.
    fn make_directory(&self, path: &Path) -> io::Result<()>;
    /// Writes a file that is not there.
    ///
    /// # Errors
    /// It is there, or cannot be written.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<Self::File>;
    /// Returns only when the file's bytes are durable.
    ///
    /// # Errors
    /// They cannot be made durable.
    fn sync_file(&self, file: &Self::File) -> io::Result<()>;
    /// Returns only when the names in a directory are durable.
    ///
    /// # Errors
    /// They cannot be made durable.
    fn sync_directory(&self, directory: &Path) -> io::Result<()>;
    /// Moves a directory to another name in the same directory, at once.
    ///
    /// # Errors
    /// Something stands at that name, or the directory cannot be moved.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a directory that has nothing in it.
    ///
    /// # Errors
    /// There is something in it, or it is not there.
    fn remove_empty(&self, directory: &Path) -> io::Result<()>;
    /// Removes a directory with everything in it.
    ///
    /// # Errors
    /// It is not there, or something in it cannot be removed.
    fn remove_all(&self, directory: &Path) -> io::Result<()>;
}

/// The file system of the machine.
pub struct System;

impl Disk for System {
    type File = File;

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn count(&self, directory: &Path) -> io::Result<usize> {
        fs::read_dir(directory).map(Iterator::count)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn make_directories(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<File> {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        Ok(file)
    }

    fn sync_file(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        durable::sync_directory(directory)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_empty(&self, directory: &Path) -> io::Result<()> {
        fs::remove_dir(directory)
    }

    fn remove_all(&self, directory: &Path) -> io::Result<()> {
        fs::remove_dir_all(directory)
    }
}
