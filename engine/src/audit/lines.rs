//! The lines of the file of events, one by one as they are to be read: encrypted where the application is.

use std::io::{self, BufRead, Read};

use crate::store::Seals;

/// Lines that are opened as they are read. One that cannot be opened becomes a line that is no event.
pub(super) struct Lines<R> {
    sealed: R,
    seals: Seals,
    /// The line that was opened last, and how much of it was read.
    line: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(sealed: R, seals: Seals) -> Lines<R> {
        Lines { sealed, seals, line: Vec::new(), at: 0 }
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.line.len() {
            let mut line = Vec::new();
            self.sealed.read_until(b'\n', &mut line)?;
            let has_end = line.pop_if(|last| *last == b'\n').is_some();
            if !line.is_empty() {
                line = self.seals.open_line(&line).unwrap_or_else(|| b"?".to_vec());
            }
            line.extend(has_end.then_some(b'\n'));
            (self.line, self.at) = (line, 0);
        }
        Ok(self.line.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}
