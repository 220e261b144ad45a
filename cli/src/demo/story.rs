//! The steps of the demonstration.

use std::sync::Arc;
use std::time::Instant;

use smalt::{Application, Session};

use super::DemoError;
use super::answer::{Answer, ask};
use super::data::{self, Expected};
use super::folder::Folder;
use super::narrator::Narrator;
use super::section::{MODEL, sections};
use crate::args::DemoOptions;
use crate::console::{Console, Status};
use crate::host;
use crate::output::thousands;
use crate::sql::seconds;

const CARLA: &str = "carla@kestrel.example";
const PAUL: &str = "paul@kestrel.example";
const NINA: &str = "nina@kestrel.example";

/// The metrics whose cells are counted.
const METRICS: [&str; 17] = [
    "Volume",
    "Price",
    "FX",
    "Unit Cost",
    "Starting Cash",
    "Revenue",
    "COGS",
    "Margin",
    "Year to Date",
    "Moving Average",
    "Growth",
    "Category Sales",
    "Expenses",
    "Profit and Loss",
    "Opening Cash",
    "Interest",
    "Closing Cash",
];

const BY_REGION: &str = "SELECT Store.Country.Region AS Region, SUM(Revenue) AS Revenue FROM Revenue GROUP BY 1 ORDER BY 1;";

const INCOME: &str =
    "SELECT Account, SUM(\"Profit and Loss\") AS Amount FROM \"Profit and Loss\" WHERE Month.Year = '2025' GROUP BY 1 ORDER BY 1;";

const CASH: &str = "SELECT Country, \"Closing Cash\" FROM \"Closing Cash\" WHERE Month = '2025-12' ORDER BY 1;";

const FRENCH: &str = "SELECT Store.Country AS Country, SUM(Revenue) AS Revenue FROM Revenue WHERE Store.Country = 'France' AND Month >= '2025-07' GROUP BY 1;";

const MORE: &str = "UPDATE Volume SET Volume = Volume * 1.5 WHERE Store.Country = 'France' AND Month >= '2025-07';";

/// Tells the whole story. An error is one of the engine or of the disk; what is only wrong is counted.
pub(crate) fn tell(options: &DemoOptions, folder: &Folder, console: &Console) -> Result<Status, DemoError> {
    let mut narrator = Narrator::new(console);
    let expected = write_data(options, folder, &narrator)?;
    let app = host::open(None, options.threads, vec![folder.path().to_owned()])?;
    let owner = app.owner_session()?;
    build(&owner, &mut narrator, &expected)?;
    let everything = three_people(&app, &mut narrator, &expected)?;
    statements(&app, &mut narrator, &expected)?;
    change(&app, &mut narrator, &expected, &everything)?;
    if options.keep.is_some() {
        narrator.say(&format!("\nThe data and model.sql are in {}; go on there with `smalt sql -f model.sql`.", folder.path().display()));
    }
    Ok(narrator.end())
}

fn write_data(options: &DemoOptions, folder: &Folder, narrator: &Narrator<'_>) -> Result<Expected, DemoError> {
    let began = Instant::now();
    let expected = data::generate(options.scale, folder.path())?;
    if options.keep.is_some() {
        std::fs::write(folder.path().join("model.sql"), MODEL)?;
    }
    narrator.title("Sample data");
    narrator.say("A chain of outdoor shops: 12 countries, 24 months. The same numbers every time, and no network.");
    narrator.say(&format!("   {} volumes written as CSV ({})", thousands(expected.volume_cells), seconds(began.elapsed())));
    Ok(expected)
}

fn build(owner: &Session, narrator: &mut Narrator<'_>, expected: &Expected) -> Result<(), DemoError> {
    for section in sections(MODEL) {
        narrator.title(&section.title);
        for line in &section.explanation {
            narrator.say(line);
        }
        section.formulas().for_each(|line| narrator.quote(line));
        let began = Instant::now();
        let answer = ask(owner, &section.statements)?;
        narrator.say(&format!("   {} statements ({})", answer.messages().count(), seconds(began.elapsed())));
    }
    let began = Instant::now();
    let mut cells = 0.0;
    for metric in METRICS {
        cells += ask(owner, &format!("SELECT COUNT(*) FROM \"{metric}\";"))?.total();
    }
    narrator.say(&format!(
        "\nThe model has {} cells in {} metrics (counted in {}).",
        thousands(cells),
        METRICS.len(),
        seconds(began.elapsed())
    ));
    let volumes = ask(owner, "SELECT COUNT(*) FROM Volume;")?.total();
    narrator.check_close("every volume that was written was loaded", Some(volumes), expected.volume_cells);
    Ok(())
}

/// The same question three times. Gives back what may see everything.
fn three_people(app: &Arc<Application>, narrator: &mut Narrator<'_>, expected: &Expected) -> Result<Answer, DemoError> {
    narrator.title("One question, three people");
    narrator.quote(BY_REGION);
    let all = show(app, narrator, CARLA, "may read everything", BY_REGION)?;
    let total = expected.revenue_by_region.iter().map(|(_, revenue)| revenue).sum::<f64>();
    narrator.check_close("her total is that of the generated data", Some(all.total()), total);
    let regional = show(app, narrator, PAUL, "plans EMEA", BY_REGION)?;
    let names = regional.pairs().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    narrator.check("he sees one region", names == ["EMEA"]);
    narrator.check(
        "its revenue is, to the last bit, what Carla sees there",
        regional.value("EMEA").is_some() && regional.value("EMEA") == all.value("EMEA"),
    );
    narrator.check("his total is less than hers", regional.total() < all.total());
    let nothing = show(app, narrator, NINA, "was granted nothing", BY_REGION)?;
    narrator.check("she sees no row, and no error that tells of one", nothing.pairs().is_empty());
    Ok(all)
}

fn show(app: &Arc<Application>, narrator: &Narrator<'_>, person: &str, who: &str, question: &str) -> Result<Answer, DemoError> {
    let session = app.session(person)?;
    let began = Instant::now();
    let answer = ask(&session, question)?;
    let taken = seconds(began.elapsed());
    narrator.say(&format!("\n{person} {who} ({taken}):"));
    narrator.quote(&answer.shown()?);
    Ok(answer)
}

fn statements(app: &Arc<Application>, narrator: &mut Narrator<'_>, expected: &Expected) -> Result<(), DemoError> {
    narrator.title("Income statement and cash");
    narrator.quote(INCOME);
    let income = show(app, narrator, CARLA, "sees the company", INCOME)?;
    let account = |name: &str| income.value(name).unwrap_or(f64::NAN);
    narrator.check_close("revenue", income.value("Revenue"), expected.last_year.revenue);
    narrator.check_close("operating expenses", income.value("Operating Expenses"), expected.last_year.expenses);
    narrator.check_close("operating profit", income.value("Operating Profit"), expected.last_year.profit());
    let parts = account("Revenue") - account("Cost of Goods") - account("Operating Expenses");
    narrator.check_close("its parts, with their signs, add up to it", income.value("Operating Profit"), parts);
    let cash = show(app, narrator, CARLA, "asks for the cash at the end", CASH)?;
    let all_hold = expected
        .closing_cash
        .iter()
        .all(|&(country, expected)| cash.value(country).is_some_and(|found| (found - expected).abs() <= 1e-9 * expected.abs()));
    narrator.check("24 months of cash in 12 countries come out as a plain loop over the data has them", all_hold);
    let regional = show(app, narrator, PAUL, "asks the same", CASH)?;
    narrator.check("he sees the five countries of his region", regional.pairs().len() == 5);
    narrator.check(
        "their cash is what she sees",
        regional.pairs().iter().all(|(country, value)| value.is_some() && *value == cash.value(country)),
    );
    Ok(())
}

fn change(app: &Arc<Application>, narrator: &mut Narrator<'_>, expected: &Expected, before: &Answer) -> Result<(), DemoError> {
    narrator.title("A change");
    narrator.say("Paul expects half as much again in France. All that depends on it is up to date when the statement returns.");
    narrator.quote(MORE);
    let paul = app.session(PAUL)?;
    let began = Instant::now();
    let answer = ask(&paul, MORE)?;
    narrator.say(&format!("   {} ({})", answer.messages().collect::<Vec<_>>().join("; "), seconds(began.elapsed())));
    narrator.check_close("French revenue of that half year", Some(ask(&paul, FRENCH)?.total()), expected.french_last_half * 1.5);
    let after = ask(&app.session(CARLA)?, BY_REGION)?;
    let difference = after.value("EMEA").zip(before.value("EMEA")).map(|(after, before)| after - before);
    // The difference of two large sums has fewer digits than either.
    let holds =
        difference.is_some_and(|difference| (difference - expected.french_last_half * 0.5).abs() < 1e-6 * expected.french_last_half);
    narrator.check("Carla sees his region grow by as much", holds);

    let denied = format!(
        "INSERT INTO Volume (Product, Store, Month, Volume) VALUES ('{}', '{}', '2025-12', 1000000);",
        expected.product, expected.japanese_store
    );
    narrator.say("\nThen he tries a store in Japan.");
    narrator.quote(&denied);
    match ask(&paul, &denied) {
        Ok(_) => narrator.check("he is refused", false),
        Err(error) => {
            narrator.say(&format!("   {error}"));
            narrator.check("he is refused", true);
        }
    }
    let last = ask(&app.session(CARLA)?, BY_REGION)?;
    narrator.check("nothing changed there", last.value("APAC").is_some() && last.value("APAC") == before.value("APAC"));
    Ok(())
}
