//! The plan beside what happened: a table of the application and a Parquet file in one query.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::SessionContext;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use smalt::{Application, Outcome};

/// A plan of two countries, each with a planner.
pub(crate) fn application() -> Result<Arc<Application>, Box<dyn Error>> {
    let app = Application::in_memory()?;
    app.owner_session()?.run(
        "CREATE DIMENSION Region (Name TEXT);
         CREATE DIMENSION Country (Name TEXT, Region Region);
         INSERT INTO Region VALUES ('EMEA'), ('APAC');
         INSERT INTO Country VALUES ('France', 'EMEA'), ('Italy', 'EMEA'), ('Japan', 'APAC');
         CREATE METRIC \"Net Revenue\" NUMBER BY (Country);
         INSERT INTO \"Net Revenue\" VALUES ('France', 120), ('Italy', 80), ('Japan', 200);
         CREATE USER 'ann@acme.com';
         CREATE USER 'bo@acme.com';
         CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
         GRANT ROLE Planner TO ALL USERS;
         CREATE METRIC Rights ACCESS RIGHTS BY (User, Region);
         INSERT INTO Rights VALUES ('ann@acme.com', 'EMEA', 'r.'), ('bo@acme.com', 'APAC', 'r.');
         CREATE RULE regions APPLY READ OF Rights THROUGH Country.Region TO ALL METRICS WITH (Country);",
        &mut Outcome::default(),
    )?;
    Ok(app)
}

/// What another system wrote.
pub(crate) fn write_actuals(path: &Path) -> Result<(), Box<dyn Error>> {
    let schema = Arc::new(Schema::new(vec![Field::new("country", DataType::Utf8, false), Field::new("actual", DataType::Float64, false)]));
    let countries = StringArray::from(vec!["France", "Italy", "Japan", "Peru"]);
    let actuals = Float64Array::from(vec![110.0, 90.0, 210.0, 5.0]);
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(countries), Arc::new(actuals)])?;
    let mut writer = ArrowWriter::try_new(File::create(path)?, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}

/// Plan and actuals by country, as far as one person may see the plan, as text.
pub(crate) async fn plan_and_actuals(app: &Arc<Application>, user: &str, actuals: &Path) -> Result<String, Box<dyn Error>> {
    let context = SessionContext::new();
    // One revision under one state of rights: what is committed while the query runs does not show in it.
    let snapshot = app.session(user)?.snapshot()?;
    context.register_table("plan", snapshot.table("Net Revenue")?)?;
    // A host with DataFusion's `parquet` feature registers the file itself.
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(actuals)?)?.build()?;
    for batch in reader {
        context.register_batch("actuals", batch?)?;
    }
    // Columns are flat and in lower case, paths of properties among them.
    let rows = context
        .sql(
            "SELECT plan.country, country_region AS region, net_revenue, actual, actual - net_revenue AS above
             FROM plan JOIN actuals ON actuals.country = plan.country
             WHERE net_revenue > 0 ORDER BY plan.country",
        )
        .await?
        .collect()
        .await?;
    Ok(pretty_format_batches(&rows)?.to_string())
}
