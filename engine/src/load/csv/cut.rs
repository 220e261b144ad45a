//! Bytes into records and fields (RFC 4180).

/// A field of a record: a range of the bytes.
#[derive(Debug)]
pub(super) struct FieldRef {
    start: usize,
    end: usize,
    quoted: bool,
    /// Whether it holds doubled quotes.
    pub(super) doubled: bool,
}

impl FieldRef {
    fn plain(start: usize, end: usize) -> FieldRef {
        FieldRef { start, end, quoted: false, doubled: false }
    }

    pub(super) fn is_blank(&self) -> bool {
        !self.quoted && self.start == self.end
    }

    /// A file of one column cannot leave a line empty: BLANK is written `NULL` there, and a text that says so is quoted.
    pub(super) fn says_null(&self, bytes: &[u8]) -> bool {
        !self.quoted && self.bytes(bytes) == b"NULL"
    }

    pub(super) fn bytes<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }

    pub(super) fn text<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.get(self.start..self.end)
    }
}

/// Walks through records.
#[derive(Debug)]
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    /// Where the next record starts.
    pub(super) at: usize,
    /// Whether nothing comes behind the bytes.
    is_last: bool,
}

/// What stands at a place.
enum Cut {
    /// A record; the next one starts here.
    Record(usize),
    /// The bytes end before the record does.
    Short,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8], is_last: bool) -> Records<'a> {
        Records { bytes, at: 0, is_last }
    }

    /// The fields of the next record that is not an empty line; `false` where no whole one comes any more.
    pub(super) fn next(&mut self, fields: &mut Vec<FieldRef>) -> Result<bool, &'static str> {
        while self.at < self.bytes.len() {
            match self.cut(fields)? {
                Cut::Record(next) => self.at = next,
                Cut::Short => return Ok(false),
            }
            if !matches!(fields.as_slice(), [only] if only.is_blank()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn cut(&self, fields: &mut Vec<FieldRef>) -> Result<Cut, &'static str> {
        fields.clear();
        let bytes = self.bytes;
        let mut at = self.at;
        loop {
            let (field, end) = if bytes.get(at) == Some(&b'"') {
                match self.quoted(at + 1)? {
                    Some(found) => found,
                    None => return Ok(Cut::Short),
                }
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                match rest.iter().position(|b| matches!(b, b',' | b'\n' | b'\r')) {
                    Some(n) => (FieldRef::plain(at, at + n), at + n),
                    None if self.is_last => (FieldRef::plain(at, bytes.len()), bytes.len()),
                    None => return Ok(Cut::Short),
                }
            };
            fields.push(field);
            match (bytes.get(end), bytes.get(end + 1)) {
                (Some(b','), _) => at = end + 1,
                (Some(b'\r'), Some(b'\n')) => return Ok(Cut::Record(end + 2)),
                (Some(b'\r'), None) if !self.is_last => return Ok(Cut::Short),
                (Some(b'\n' | b'\r'), _) => return Ok(Cut::Record(end + 1)),
                (Some(_), _) => return Err("after a closing quote stands something else than a comma"),
                (None, _) if self.is_last => return Ok(Cut::Record(end)),
                (None, _) => return Ok(Cut::Short),
            }
        }
    }

    /// A quoted field whose text starts here, and where it ends behind its quote; `None` where the bytes end first.
    fn quoted(&self, start: usize) -> Result<Option<(FieldRef, usize)>, &'static str> {
        let bytes = self.bytes;
        let mut at = start;
        let mut doubled = false;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(n) = memchr::memchr(b'"', rest) else {
                return if self.is_last { Err("a quote is not closed") } else { Ok(None) };
            };
            let quote = at + n;
            match bytes.get(quote + 1) {
                Some(b'"') => {
                    doubled = true;
                    at = quote + 2;
                }
                None if !self.is_last => return Ok(None),
                _ => return Ok(Some((FieldRef { start, end: quote, quoted: true, doubled }, quote + 1))),
            }
        }
    }
}

/// The bytes that are whole records, of some that start with one and behind which more come.
pub(super) fn whole(bytes: &[u8]) -> usize {
    if memchr::memchr(b'"', bytes).is_none() {
        // Without quotes a line is a record.
        if let Some(end) = memchr::memrchr(b'\n', bytes) {
            return end + 1;
        }
    }
    let (mut records, mut fields) = (Records::new(bytes, false), Vec::new());
    loop {
        match records.next(&mut fields) {
            Ok(true) => {}
            Ok(false) => return records.at,
            // Who reads them will come upon it too.
            Err(_) => return bytes.len(),
        }
    }
}
