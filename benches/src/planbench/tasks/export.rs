//! T7: what one person may see, as a Parquet file.

use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences};
use crate::harness::{Harness, Loaded};
use crate::line::Step;

/// The cells of Revenue, with the numbers of its keys as in the files that they came from.
const EXPORT: &str = "COPY (SELECT CAST(Product AS INT) AS product_id, CAST(Store AS INT) AS store_id, CAST(Month AS INT) AS month_id, \
                      Revenue AS revenue FROM Revenue) TO '{file}';";

/// Writes the file, then reads it back to check it.
pub(crate) fn export(harness: &mut Harness<'_>, loaded: &Loaded) -> Result<(), Failure> {
    let user = ask::texts(&ask::batches(&loaded.owner, &format!("SELECT Name FROM User WHERE Id = {};", harness.exporter))?, 0)?;
    let session = loaded.app.session(user.first().ok_or("the person of T7 is not there")?)?;
    let file = harness.out.join(format!("smalt-t7-{}.parquet", std::process::id()));
    let name = file.to_str().ok_or("the folder for T7 has a name that is no text")?;
    let (seconds, ()) = harness.timed(|| ask::run(&session, &EXPORT.replace("{file}", name)))?;
    let bytes = std::fs::metadata(&file)?.len();
    let back = read_back(harness, name);
    std::fs::remove_file(&file)?;
    let found = back?;
    let wrong = harness.expected.as_ref().map(|e| differences(&found, &e.numbers(&["T7"]), ""));
    harness.emit(Step::new("T7", seconds).checked(wrong).with("bytes", serde_json::json!(bytes)))
}

/// What the file holds, through an application of its own.
fn read_back(harness: &Harness<'_>, name: &str) -> Result<Numbers, Failure> {
    let reader = harness.application()?;
    let columns = "product_id INTEGER, store_id INTEGER, month_id INTEGER, revenue NUMBER";
    ask::run(&reader.owner, &format!("CREATE LIST Exported ({columns}); COPY Exported FROM '{name}';"))?;
    match ask::row(&reader.owner, "SELECT COUNT(*), SUM(revenue) FROM Exported;")?.as_slice() {
        [count, sum] => Ok(Numbers::from([("count".to_owned(), *count), ("sum".to_owned(), *sum)])),
        _ => Err("the exported file gives no count and sum".into()),
    }
}
