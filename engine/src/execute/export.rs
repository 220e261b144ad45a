//! COPY (query) TO a file: the answer of a query, as it would be shown to the one who asks.

use std::path::Path;

use rayon::ThreadPool;

use super::Ask;
use super::copy::count;
use super::select::{answer, cut};
use crate::fault::{Done, Fault};
use crate::files;
use crate::outcome::{Progress, Table};
use crate::output::{Form, write};
use crate::statement::ast::CopyTo;

pub(super) fn copy_to(ask: &Ask<'_>, copy: &CopyTo, pool: &ThreadPool, progress: &mut (dyn FnMut(&Progress) + Send)) -> Done<String> {
    let name = copy.file.text.as_str();
    let form = form(name).map_err(|fault| fault.at(copy.file.at))?;
    let destination = files::destination(ask.folders, name).map_err(|fault| fault.at(copy.file.at))?;
    let answer = answer(ask, &copy.query)?;
    // Part of an answer would be taken for all of it.
    if let Some(cut) = cut(&answer, &copy.query) {
        return Err(cut);
    }
    let schema = std::sync::Arc::clone(answer.schema());
    let table = Table::new(&schema, answer.into_batches());
    let total = table.row_count() as u64;
    let mut told = |done: u64| progress(&Progress { what: format!("writing {name}"), done, total: Some(total) });
    let written = destination.write(|out| pool.install(|| write(form, &table, out, &mut told)));
    written.and_then(files::Written::publish).map_err(|fault| fault.at(copy.file.at))?;
    Ok(format!("{} copied to `{name}`", count(total)))
}

/// The form of a file by its ending.
fn form(name: &str) -> Done<Form> {
    let ending = Path::new(name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" => Ok(Form::Csv),
        "parquet" => Ok(Form::Parquet),
        "arrow" => Ok(Form::ArrowFile),
        "json" => Ok(Form::Json),
        _ => Err(Fault::new(format!("`{name}` is no kind of file that can be written"))
            .help("its name must end in .csv, .parquet, .arrow or .json")),
    }
}
