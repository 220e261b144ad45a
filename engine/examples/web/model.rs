//! What the server serves: a small plan, and two people who see different parts of it.

use std::sync::Arc;

use smalt::{Application, Error, Options, Outcome, ScriptError};

/// Why there is no application.
#[derive(Debug)]
pub(crate) enum NoModel {
    Start(Error),
    Script(ScriptError),
}

impl std::fmt::Display for NoModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoModel::Start(error) => error.fmt(f),
            NoModel::Script(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NoModel {}

/// An application in memory; a real host gives `Application::open` a folder.
pub(crate) fn application() -> Result<Arc<Application>, NoModel> {
    let app = Application::in_memory_with(Options::default()).map_err(NoModel::Start)?;
    let script = include_str!("model.sql");
    app.owner_session().map_err(NoModel::Start)?.run(script, &mut Outcome::default()).map_err(NoModel::Script)?;
    Ok(app)
}
