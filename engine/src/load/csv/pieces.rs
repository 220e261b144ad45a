//! A file in pieces of whole records, so that several can be cut into fields at once.

use std::io::{self, Read};

use super::cut::whole;

/// A longer row is a quote that is never closed, or no csv at all. No more of one is held.
const LONGEST_ROW: usize = 16 << 20;

/// Whole records.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// Whether nothing comes behind it.
    pub(super) is_last: bool,
}

/// What is left of an input.
pub(super) struct Pieces {
    input: Box<dyn Read + Send>,
    /// The beginning of a record whose end has not been read.
    begun: Vec<u8>,
    /// Bytes to read at once.
    size: usize,
    is_over: bool,
}

impl Pieces {
    pub(super) fn new(input: Box<dyn Read + Send>, size: usize) -> Pieces {
        Pieces { input, begun: Vec::new(), size, is_over: false }
    }

    /// The next records; `None` at the end.
    pub(super) fn next(&mut self) -> Option<io::Result<Piece>> {
        if self.is_over {
            return None;
        }
        let next = self.read_on();
        self.is_over = next.as_ref().map_or(true, |piece| piece.is_last);
        Some(next)
    }

    fn read_on(&mut self) -> io::Result<Piece> {
        let mut bytes = std::mem::take(&mut self.begun);
        loop {
            if bytes.len() >= LONGEST_ROW {
                let size = LONGEST_ROW >> 20;
                return Err(io::Error::other(format!("it is longer than {size} MB; is a quote not closed, or does no line end?")));
            }
            bytes.reserve(self.size);
            let read = self.input.by_ref().take(self.size as u64).read_to_end(&mut bytes)?;
            if read < self.size {
                return Ok(Piece { bytes, is_last: true });
            }
            let end = whole(&bytes);
            if end > 0 {
                self.begun = bytes.split_off(end);
                return Ok(Piece { bytes, is_last: false });
            }
        }
    }
}
