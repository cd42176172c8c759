//! Where logs come from: paths, patterns, standard input, compression; and a file cut into whole rows.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::{memchr_iter, memrchr_iter};

use crate::durable::parent;
use crate::error::{Code, Diagnostic, Outcome};

/// Bytes read at a time: large enough that threads are busy, small enough to stay in a processor's cache.
const CHUNK: usize = 1 << 20;

/// A row, or a quoted field, longer than this is taken for an unclosed quotation mark.
pub(super) const MAX_ROW: usize = 64 << 20;

/// What a file is called in messages, unless it is another.
pub(super) const LOG: &str = "the log";

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a log is stored, told by its first bytes and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    Plain,
    Gzip,
    Zstandard,
    Parquet,
}

/// One request log.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// The path as it was named; `-` for standard input.
    pub(super) path: PathBuf,
    pub(super) storage: Storage,
    /// The content of a log that can be read only once, such as a pipe.
    held: Option<Arc<Vec<u8>>>,
}

/// Finds the logs that the arguments name. Each file once, in the order of the arguments; a pattern's
/// matches sorted.
pub(super) fn find(arguments: &[String]) -> Outcome<Vec<Input>> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for argument in arguments {
        for path in expand(argument)? {
            let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !seen.contains(&identity) {
                inputs.push(open(&path, LOG)?);
                seen.push(identity);
            }
        }
    }
    Ok(inputs)
}

fn expand(argument: &str) -> Outcome<Vec<PathBuf>> {
    let path = PathBuf::from(argument);
    if argument == "-" || path.exists() || !argument.contains(['*', '?', '[']) {
        return Ok(vec![path]);
    }
    let nothing = || {
        Diagnostic::error(Code::LogNotFound, format!("no file matches `{argument}`"))
            .help("check the pattern; quote it if the shell should not expand it")
    };
    let mut paths = Vec::new();
    for found in glob::glob(argument).map_err(|_| nothing())? {
        // A directory that cannot be searched may hide logs; leaving them out silently would be a wrong count.
        paths.push(found.map_err(|error| unreadable(LOG, error.path(), error.error()))?);
    }
    refuse_names_that_patterns_miss(&paths)?;
    if paths.is_empty() { Err(nothing().into()) } else { Ok(paths) }
}

/// A pattern matches names in UTF-8 only. Beside its matches there must be no other.
fn refuse_names_that_patterns_miss(matches: &[PathBuf]) -> Outcome<()> {
    let directories: BTreeSet<&Path> = matches.iter().map(|path| parent(path)).collect();
    for directory in directories {
        let entries = directory.read_dir().map_err(|error| unreadable(LOG, directory, &error))?;
        if entries.filter_map(Result::ok).any(|entry| entry.file_name().to_str().is_none()) {
            return Err(Diagnostic::error(Code::LogNotFound, "beside the matches is a file whose name is not UTF-8")
                .at_file(directory)
                .help("a pattern cannot match it; rename it")
                .into());
        }
    }
    Ok(())
}

/// Opens a file that is called so in messages.
pub(super) fn open(path: &Path, what: &str) -> Outcome<Input> {
    let unreadable = |error: &io::Error| unreadable(what, path, error);
    if path == Path::new("-") {
        return hold(path, io::stdin().lock()).map_err(|error| unreadable(&error).into());
    }
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    let kind = file.metadata().map_err(|error| unreadable(&error))?;
    if kind.is_dir() {
        return Err(Diagnostic::error(Code::LogUnreadable, format!("`{}` is a directory", path.display()))
            .help(format!("name the files in it, such as {}/*.csv", path.display()))
            .into());
    }
    if !kind.is_file() {
        return hold(path, file).map_err(|error| unreadable(&error).into());
    }
    let mut head = Vec::with_capacity(4);
    Read::by_ref(&mut file).take(4).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    Ok(Input { path: path.to_path_buf(), storage: recognise(&head), held: None })
}

/// Reads what can be read only once.
fn hold(path: &Path, mut reader: impl Read) -> io::Result<Input> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(Input { path: path.to_path_buf(), storage: recognise(&bytes), held: Some(Arc::new(bytes)) })
}

pub(super) fn unreadable(what: &str, path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::LogUnreadable, &format!("read {what}"), path, error)
}

fn recognise(head: &[u8]) -> Storage {
    match head {
        [0x1f, 0x8b, ..] => Storage::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Storage::Zstandard,
        [b'P', b'A', b'R', b'1', ..] => Storage::Parquet,
        _ => Storage::Plain,
    }
}

impl Input {
    /// The log's bytes from the start, decompressed, without a byte order mark.
    pub(super) fn bytes(&self) -> io::Result<Box<dyn Read + Send>> {
        let stored = self.stored()?;
        let plain: Box<dyn Read + Send> = match self.storage {
            Storage::Plain | Storage::Parquet => stored,
            Storage::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(CHUNK, stored))),
            Storage::Zstandard => Box::new(zstd::Decoder::new(stored)?),
        };
        without_byte_order_mark(plain)
    }

    /// The file of a log that can be read at any place, and where in it the log starts.
    pub(super) fn plain_file(&self) -> io::Result<Option<(File, u64)>> {
        if self.held.is_some() || self.storage != Storage::Plain {
            return Ok(None);
        }
        let mut file = File::open(&self.path)?;
        let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
        Read::by_ref(&mut file).take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head)?;
        Ok(Some((file, if head == BYTE_ORDER_MARK { BYTE_ORDER_MARK.len() as u64 } else { 0 })))
    }

    fn stored(&self) -> io::Result<Box<dyn Read + Send>> {
        match &self.held {
            Some(bytes) => Ok(Box::new(Cursor::new(SharedBytes(Arc::clone(bytes))))),
            None => Ok(Box::new(File::open(&self.path)?)),
        }
    }

    /// The whole file, for a format that is read from its end.
    pub(super) fn seekable(&self) -> io::Result<Cursor<Vec<u8>>> {
        let mut bytes = Vec::new();
        self.stored()?.read_to_end(&mut bytes)?;
        Ok(Cursor::new(bytes))
    }
}

/// Lets a cursor read bytes that other readers share.
struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn without_byte_order_mark(reader: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut reader = BufReader::with_capacity(CHUNK, reader);
    if reader.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        reader.consume(BYTE_ORDER_MARK.len());
    }
    Ok(Box::new(reader))
}

/// Cuts a stream into pieces that end where a row ends, so that threads can work on them apart.
///
/// A line feed ends a row when an even number of quotation marks precedes it. In a file whose quotation marks
/// are sound that is exactly so; in any other, every piece up to the first unsound mark is cut rightly and the
/// piece that holds it begins at a row, so the check of that piece finds the mark.
pub(super) struct Chunks<R> {
    reader: R,
    rest: Vec<u8>,
    ended: bool,
}

impl<R: Read> Chunks<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, rest: Vec::new(), ended: false }
    }

    /// The next piece; empty at the end.
    pub(super) fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut wanted = CHUNK;
        loop {
            self.fill(wanted)?;
            if self.ended {
                return Ok(std::mem::take(&mut self.rest));
            }
            if let Some(end) = last_row_end(&self.rest) {
                let rest = self.rest.split_off(end);
                return Ok(std::mem::replace(&mut self.rest, rest));
            }
            if self.rest.len() > MAX_ROW {
                return Ok(std::mem::take(&mut self.rest));
            }
            wanted = self.rest.len() * 2;
        }
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        let missing = wanted.saturating_sub(self.rest.len());
        self.rest.reserve(missing);
        let read = Read::by_ref(&mut self.reader).take(missing as u64).read_to_end(&mut self.rest)?;
        self.ended |= read < missing;
        Ok(())
    }
}

/// The byte after the last line feed that ends a row.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let mut quotes_before = memchr_iter(b'"', bytes).count();
    let mut end = bytes.len();
    for newline in memrchr_iter(b'\n', bytes) {
        quotes_before -= memchr_iter(b'"', &bytes[newline..end]).count();
        end = newline;
        if quotes_before.is_multiple_of(2) {
            return Some(newline + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_only_outside_quotation_marks() {
        assert_eq!(last_row_end(b"a,b\nc,d"), Some(4));
        assert_eq!(last_row_end(b"a,\"b\nc\"\nd"), Some(8));
        assert_eq!(last_row_end(b"a,\"b\nc,d\n"), None);
        assert_eq!(last_row_end(b"x\na,\"b\nc,d\n"), Some(2));
        assert_eq!(last_row_end(b""), None);
    }

    #[test]
    fn pieces_join_to_the_whole() {
        let rows: Vec<String> = (0..200_000).map(|row| format!("{row},\"two\nlines\",x\n")).collect();
        let text = rows.concat();
        let mut chunks = Chunks::new(text.as_bytes());
        let mut joined = Vec::new();
        loop {
            let chunk = chunks.next().expect("bytes in memory");
            if chunk.is_empty() {
                break;
            }
            assert!(chunk.ends_with(b",x\n"));
            joined.extend(chunk);
        }
        assert!(joined == text.as_bytes());
    }
}
