//! The audit for whoever holds the application: what a host needs besides SHOW AUDIT and VERIFY AUDIT.

use std::io;

use super::clock::Moment;
use super::event::{Class, Deed, Outcome, Who};
use super::log::Line;
use super::ocsf::Record;
use crate::application::Application;
use crate::error::Error;

/// How far an audit goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// How many events there are, since the application began.
    pub events: u64,
    /// The hash of the last one, as 64 digits. It covers all events before it.
    pub hash: String,
}

impl Application {
    /// What was found to be damaged in the audit when the application was opened, for the owner's eyes. The application works all the same;
    /// `VERIFY AUDIT` names the first event that does not fit.
    pub fn audit_damage(&self) -> Option<&str> {
        self.audit().damage()
    }

    /// How far the audit goes now. A host that keeps this elsewhere can tell later whether somebody has written all files anew.
    pub fn audit_head(&self) -> AuditHead {
        let (events, hash) = self.audit().head();
        AuditHead { events, hash: hash.to_string() }
    }

    /// Writes the audit as JSON lines in the classes of OCSF, version 1.3.0, the oldest event first, as a SIEM takes them: all of it, or what
    /// happened since a date or a time in UTC (`2026-11-01`, `2026-11-01T10:15:00Z`). Nothing in it is masked, so it is for the owner; that it was
    /// exported is an event. Gives the number of lines.
    ///
    /// # Errors
    /// `since` is no time, the audit cannot be read, or `out` cannot be written.
    pub fn audit_json_lines(&self, since: Option<&str>, out: &mut dyn io::Write) -> Result<u64, Error> {
        let since = self.note_export(since)?;
        let (mut count, mut last, mut failed) = (0, None, None);
        let read = self.audit().each(|line| {
            let record = match &line {
                Line::Event(event) => {
                    last = Some(event.time);
                    since.is_none_or(|since| event.time >= since).then(|| Record::of(event))
                }
                // Its time is no more known than the rest of it.
                Line::Unreadable => Some(Record::unreadable(last.unwrap_or_else(|| self.audit().now()))),
            };
            if let (Some(record), None) = (record, &failed) {
                let mut write = || {
                    serde_json::to_writer(&mut *out, &record)?;
                    out.write_all(b"\n")
                };
                failed = write().err();
                count += 1;
            }
        });
        read.and_then(|()| failed.map_or(Ok(count), Err)).map_err(|e| Error::refused(format!("the audit cannot be exported: {e}")))
    }

    /// Writes the lines of the chain as they are kept, each with its hash, for whoever holds them against [`Application::audit_head`]; else as
    /// [`Application::audit_json_lines`].
    ///
    /// # Errors
    /// As [`Application::audit_json_lines`].
    pub fn audit_chain_lines(&self, since: Option<&str>, out: &mut dyn io::Write) -> Result<u64, Error> {
        let since = self.note_export(since)?;
        self.audit().write(since, out).map_err(|e| Error::refused(format!("the audit cannot be exported: {e}")))
    }

    fn note_export(&self, since: Option<&str>) -> Result<Option<Moment>, Error> {
        let since = match since {
            None => None,
            Some(text) => Some(Moment::parse(text).ok_or_else(|| Error::refused(format!("`{text}` is no date and no time")))?),
        };
        self.audit().note(Deed::plain(Class::Administration, "EXPORT AUDIT", Outcome::Done, Who::Owner));
        Ok(since)
    }
}
