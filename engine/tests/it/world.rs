//! An application for one test, with a folder of files that it may read.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use smalt::{Application, Clock, Options, Outcome, ScriptError, Session, Table};

pub(crate) struct World {
    pub(crate) app: Arc<Application>,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        // The audit tells the time, and two worlds must tell the same.
        let clock = Clock::fixed(UNIX_EPOCH + Duration::from_secs(1_795_780_800));
        let options = Options { folders: vec![folder.path().to_owned()], clock, ..Options::default() };
        World { app: Application::in_memory_with(options).unwrap(), folder }
    }

    /// A world in which a script of the owner has run.
    pub(crate) fn with(script: &str) -> World {
        let world = World::new();
        world.run(script);
        world
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn owner(&self) -> Session {
        self.app.owner_session().unwrap()
    }

    /// The tables of a script that the owner runs and that must not fail, as text.
    pub(crate) fn run(&self, script: &str) -> String {
        run(&self.owner(), script).unwrap_or_else(|e| panic!("{e}\nin: {script}"))
    }

    /// The messages of a script of the owner.
    pub(crate) fn messages(&self, script: &str) -> Vec<String> {
        let mut outcome = Outcome::default();
        self.owner().run(script, &mut outcome).unwrap_or_else(|e| panic!("{e}"));
        outcome.messages.into_iter().map(|(_, text)| text).collect()
    }

    /// Why a script of the owner fails.
    pub(crate) fn error(&self, script: &str) -> String {
        match run(&self.owner(), script) {
            Ok(text) => panic!("it did not fail: {script}\n{text}"),
            Err(e) => e.to_string(),
        }
    }

    /// The tables, or the error, of a user's script.
    pub(crate) fn as_user(&self, user: &str, script: &str) -> String {
        match self.app.session(user) {
            Err(e) => format!("error: {e}"),
            Ok(session) => run(&session, script).unwrap_or_else(|e| format!("error: {e}")),
        }
    }
}

pub(crate) fn run(session: &Session, script: &str) -> Result<String, ScriptError> {
    let mut outcome = Outcome::default();
    session.run(script, &mut outcome)?;
    Ok(outcome.tables.iter().map(|(_, table)| text(table)).collect::<Vec<_>>().join("\n"))
}

/// The rows of a table, a line each, without the header.
pub(crate) fn text(table: &Table) -> String {
    table.batches.iter().flat_map(rows).collect::<Vec<_>>().join("\n")
}

fn rows(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("-");
    let columns: Vec<_> = batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options).unwrap()).collect();
    (0..batch.num_rows()).map(|row| columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join(",")).collect()
}
