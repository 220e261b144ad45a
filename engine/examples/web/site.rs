//! The pages. Each request has a session of its own, for the person whose request it is.
//!
//! A session costs microseconds: it holds a person and nothing else. What the person may see is compiled once for each state of the
//! application and shared by all of the person's sessions. Answers are awaited, so that no thread of the server waits for a long one.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use smalt::output::{self, Form};
use smalt::{Application, ScriptError, Session, Value, format_number};

/// All pages of an application.
pub(crate) fn router(app: Arc<Application>) -> Router {
    Router::new().route("/cell/{metric}/{*items}", get(cell)).route("/sql", post(sql)).route("/execute", post(execute)).with_state(app)
}

/// The session of the person who asks.
///
/// Here the name is taken as it comes, as from a proxy that has checked it. Whoever checks passwords or tokens does it here: from this line on
/// there is nothing that could be forgotten, since everything goes through the session.
struct Caller(Session);

impl FromRequestParts<Arc<Application>> for Caller {
    type Rejection = (StatusCode, String);

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Application>) -> Result<Caller, Self::Rejection> {
        let user = parts.headers.get("x-user").and_then(|name| name.to_str().ok());
        let user = user.ok_or((StatusCode::UNAUTHORIZED, "who asks? (x-user)\n".to_owned()))?;
        app.session(user).map(Caller).map_err(|error| (StatusCode::FORBIDDEN, format!("{error}\n")))
    }
}

/// One cell: microseconds, so nothing needs to be awaited.
async fn cell(Caller(session): Caller, Path((metric, items)): Path<(String, String)>) -> Response {
    let items: Vec<&str> = items.split('/').collect();
    match session.cell(&metric, &items) {
        Ok(Some(Value::Number(number))) => format!("{}\n", format_number(number)).into_response(),
        Ok(Some(_)) => (StatusCode::NOT_ACCEPTABLE, "no number\n").into_response(),
        // A cell that may not be read is a cell without a value.
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::NOT_FOUND, format!("{error}\n")).into_response(),
    }
}

/// One question; its rows as CSV.
async fn sql(Caller(session): Caller, question: String) -> Response {
    let answer = match session.sql(&question).await {
        Ok(answer) => answer,
        Err(error) => return refused(&error),
    };
    let mut csv = Vec::new();
    match output::write(Form::Csv, answer.table(), &mut csv, &mut |_| {}) {
        Ok(()) => ([(header::CONTENT_TYPE, "text/csv")], csv).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

/// Statements that change something; what they did, line by line.
async fn execute(Caller(session): Caller, script: String) -> Response {
    match session.execute(&script).await {
        Ok(outcome) => outcome.messages.into_iter().map(|(_, text)| text + "\n").collect::<String>().into_response(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &ScriptError) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")).into_response()
}
