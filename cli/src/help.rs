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
        Topic::Backup => BACKUP,
        Topic::Restore => RESTORE,
        Topic::Verify => VERIFY,
        Topic::Rekey => REKEY,
    }
}

const ALL: &str = "\
smalt: a columnar planning engine

    smalt sql  …       run statements: define a model, load it, query it
    smalt recalc …     compute scenarios anew, as a batch job
    smalt demo …       build a sample model and walk through it
    smalt audit …      print who did what, as JSON lines
    smalt backup …     copy an application elsewhere, while it is whole
    smalt restore …    make an application of a backup, at any revision or time
    smalt verify …     look whether an application, or backups, are whole
    smalt rekey …      encrypt an application, or change its keys
    smalt help sql     the options of a command
    smalt --version

Exit status: 0 done; 1 a statement was refused or failed; 2 bad arguments; 3 the application's files are damaged.
";

const SQL: &str = "\
smalt sql [--app DIR] [--user NAME] [--scenario NAME] [--format FORMAT] [--across COLUMN] [--threads N]
          [--memory MB] [--deadline S] [--keys FILE]
          [-c TEXT | -f FILE | < input]

    --app DIR         open, or create, the application in DIR; without it, it lives in memory only
    --keys FILE       the keys of an application that is encrypted, or is to be from its start; see `smalt help rekey`
    --user NAME       speak as this person; without it, as the application's owner
    --scenario NAME   start in this scenario instead of Base
    --format FORMAT   table (default), csv, json (one array of objects a line), arrow (IPC stream), parquet;
                      the last two hold one result, and no terminal shows them
    --across COLUMN   the items of a column side by side, such as months, in results that have it
    --threads N       worker threads
    --memory MB       what one question may hold in memory; 2048 without it
    --deadline S      seconds that one question may take; 300 without it
    -c TEXT           run these statements
    -f FILE           run the statements of a file

Without -c and -f the statements come from standard input; on a terminal that is a shell with history and completion, where
a statement runs when its `;` is there, and ^C ends it. An error ends a script, and rolls an open transaction back. Files are read and
written in the working directory. Results go to standard output; messages, timings and progress to standard error.
";

const AUDIT: &str = "\
smalt audit --app DIR [--since TIME] [--format ocsf|chain] [--keys FILE]

    --app DIR         the application in DIR
    --since TIME      events from then on: a date, or a date and a time, in UTC
    --format FORMAT   ocsf (default): the classes of OCSF 1.3.0, for a SIEM; chain: the lines as they are kept, with their hashes

Prints the audit of an application as JSON lines, the oldest event first, for its owner: nothing in it is masked. That it was
printed is an event itself. `SHOW AUDIT` and `VERIFY AUDIT` are statements of `smalt sql`.
";

const RECALC: &str = "\
smalt recalc --app DIR [--scenario NAME …] [--report FILE] [--threads N] [--keys FILE]

    --app DIR         the application in DIR
    --scenario NAME   compute this scenario anew; may be given more than once; without it, all of them, Base first
    --report FILE     write what was done as JSON; `-` is standard output
    --threads N       worker threads

Computes every formula of Base from nothing, and of another scenario all that it does not have in common with Base. Each scenario
is a commit of its own: one that fails is told of, and the others are computed all the same. Exit status 1 if any failed.
";

const BACKUP: &str = "\
smalt backup --app DIR --to PLACE [--region NAME] [--keep-last N] [--keep-days N] [--keys FILE]

    --app DIR         the application in DIR
    --to PLACE        a folder, or s3://BUCKET/PREFIX (with AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION)
    --region NAME     where the data is at home: a restore elsewhere is refused
    --keep-last N     take away all but the N newest backups …
    --keep-days N     … and those of the last N days; without both, all stay
    --keys FILE       the keys of an application that is encrypted; see `smalt help rekey`

Copies what the place does not have, reads it back and compares. The commits between two backups come along, so that each of them
can be restored. A host does the same while the application is open.
";

const RESTORE: &str = "\
smalt restore --from PLACE --app DIR [--revision N | --time TIME | --backup N] [--region NAME] [--force] [--keys FILE]

    --from PLACE      a folder, or s3://BUCKET/PREFIX
    --app DIR         a folder that is empty, or not there
    --revision N      what the application was after N commits
    --time TIME       what it was then: a date, or a date and a time, in UTC
    --backup N        what this backup has; without any of the three, the newest
    --region NAME     where this is
    --force           restore data that is at home elsewhere
    --keys FILE       the keys of an application that is encrypted
";

const VERIFY: &str = "\
smalt verify (--app DIR | --from PLACE) [--keys FILE]

    --app DIR         read the files of the application in DIR, which nobody has open; nothing is changed
    --from PLACE      read all backups in a folder, or in s3://BUCKET/PREFIX, and list those that are whole
    --keys FILE       the keys of an application that is encrypted

Everything is held against its hash, and the audit against its chain. Exit status 3 where something is damaged.
";

const REKEY: &str = "\
smalt rekey --app DIR --keys FILE

    --app DIR         the application in DIR
    --keys FILE       a file with master keys, 64 hexadecimal digits each, one a line, the one to be used first; or env:NAME, a variable with
                      the same, where `,` ends a line too. `openssl rand -hex 32` makes a key

Encrypts an application that is in clear. One that is encrypted gets a new data key, wrapped by the first master key, and all of it
is written anew: put the new master key before the old one, run this, and take the old one out. Older backups still need it.
";

const DEMO: &str = "\
smalt demo [--scale S] [--threads N] [--keep DIR]

    --scale S         size of the model: 1 (default) is about a million cells, up to 50
    --threads N       worker threads
    --keep DIR        leave the generated data and the model's statements in DIR, to go on with `smalt sql`

Generates the plan of a shop chain, builds the model, asks the same questions as three people with different rights, changes
the plan, and checks every answer. Needs no data and no network.
";
