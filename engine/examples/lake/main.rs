//! A host's own DataFusion session that joins the plan with its Parquet files.
//!
//! ```console
//! $ cargo run -p smalt --example lake
//! ```

mod join;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("smalt-lake-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("actuals.parquet");
    join::write_actuals(&file)?;
    let app = join::application()?;
    // DataFusion wants a runtime to start tasks in; which one is the host's choice.
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for user in ["ann@acme.com", "bo@acme.com"] {
        println!("{user}\n{}", runtime.block_on(join::plan_and_actuals(&app, user, &file))?);
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
