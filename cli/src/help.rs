//! The help texts.

use crate::args::Topic;

/// The help on one topic, ready to print.
pub(crate) fn text(topic: Topic) -> &'static str {
    match topic {
        Topic::All => ALL,
        Topic::Sql => SQL,
        Topic::Demo => DEMO,
        Topic::Audit => AUDIT,
        Topic::Recalc => RECALC,
    }
}

const ALL: &str = "\
smalt: a columnar planning engine

    smalt sql  …       run statements: define a model, load it, query it
    smalt recalc …     compute scenarios anew, as a batch job
    smalt demo …       build a sample model and walk through it
    smalt audit …      print who did what, as JSON lines
    smalt help sql     the options of a command
    smalt --version

Exit status: 0 done; 1 a statement was refused or failed; 2 bad arguments; 3 the application's files are damaged.
";

const SQL: &str = "\
smalt sql [--app DIR] [--user NAME] [--scenario NAME] [--format FORMAT] [--across COLUMN] [--threads N]
          [--memory MB] [--deadline S]
          [-c TEXT | -f FILE | < input]

    --app DIR         open, or create, the application in DIR; without it, it lives in memory only
    --user NAME       speak as this person; without it, as the application's owner
    --scenario NAME   start in this scenario instead of Base
    --format FORMAT   table (default), csv, json (one array of objects a line), arrow (IPC stream), parquet;
                      the last two hold one result
    --across COLUMN   the items of a column side by side, such as months, in results that have it
    --threads N       worker threads
    --memory MB       what one question may hold in memory; 2048 without it
    --deadline S      seconds that one question may take; 300 without it
    -c TEXT           run these statements
    -f FILE           run the statements of a file

Without -c and -f the statements come from standard input; on a terminal that is a shell with history and completion, where
a line that ends with `;` runs what was typed so far. Files are read and written in the working directory. Results go to standard output;
messages, timings and progress to standard error.
";

const AUDIT: &str = "\
smalt audit --app DIR [--since TIME] [--format ocsf|chain]

    --app DIR         the application in DIR
    --since TIME      events from then on: a date, or a date and a time, in UTC
    --format FORMAT   ocsf (default): the classes of OCSF 1.3.0, for a SIEM; chain: the lines as they are kept, with their hashes

Prints the audit of an application as JSON lines, the oldest event first, for its owner: nothing in it is masked. That it was
printed is an event itself. `SHOW AUDIT` and `VERIFY AUDIT` are statements of `smalt sql`.
";

const RECALC: &str = "\
smalt recalc --app DIR [--scenario NAME …] [--report FILE] [--threads N]

    --app DIR         the application in DIR
    --scenario NAME   compute this scenario anew; may be given more than once; without it, all of them, Base first
    --report FILE     write what was done as JSON; `-` is standard output
    --threads N       worker threads

Computes every formula of Base from nothing, and of another scenario all that it does not have in common with Base. Each scenario
is a commit of its own: one that fails is told of, and the others are computed all the same. Exit status 1 if any failed.
";

const DEMO: &str = "\
smalt demo [--scale S] [--threads N] [--keep DIR]

    --scale S         size of the model: 1 (default) is about a million cells, up to 50
    --threads N       worker threads
    --keep DIR        leave the generated data and the model's statements in DIR, to go on with `smalt sql`

Generates the plan of a shop chain, builds the model, asks the same questions as three people with different rights, changes
the plan, and checks every answer. Needs no data and no network.
";
