//! What a host measures, and what the library leaves to it.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use smalt::{Application, Ending, Metrics, Options, Outcome, StatementDone};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Debug, Default)]
struct Kept(Mutex<Vec<StatementDone>>);

impl Metrics for Kept {
    fn statement(&self, done: &StatementDone) {
        self.0.lock().unwrap().push(*done);
    }
}

#[test]
fn a_host_is_told_of_each_statement_and_of_nothing_in_it() {
    let kept = Arc::new(Kept::default());
    let metrics: Arc<dyn Metrics> = Arc::clone(&kept) as Arc<dyn Metrics>;
    let app = Application::in_memory_with(Options { metrics: Some(metrics), ..Options::default() }).unwrap();
    let owner = app.owner_session().unwrap();
    owner
        .run(
            "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b');
             CREATE METRIC M NUMBER BY (D); BEGIN; INSERT INTO M VALUES ('a', 1), ('b', 2); COMMIT;
             CREATE USER 'u'; CREATE ROLE R PERMISSIONS (\"Display Application\") READ ALLOWED WRITE DENIED; GRANT ROLE R TO USER 'u';
             SELECT * FROM M;",
            &mut Outcome::default(),
        )
        .unwrap();
    futures::executor::block_on(owner.sql("SELECT D FROM M WHERE M > 1")).unwrap();
    assert!(owner.run("SELECT secret FROM M", &mut Outcome::default()).is_err());
    assert!(owner.run("SELEC 1", &mut Outcome::default()).is_err());
    assert!(app.session("u").unwrap().run("SELECT * FROM M", &mut Outcome::default()).is_err());
    let told: Vec<_> = kept.0.lock().unwrap().iter().map(|done| (done.kind, done.rows, done.ending)).collect();
    let done = |kind, rows| (kind, rows, Ending::Done);
    assert_eq!(
        told,
        [
            done("CREATE DIMENSION", None),
            done("INSERT", Some(2)),
            done("CREATE METRIC", None),
            done("BEGIN", None),
            done("INSERT", Some(2)),
            done("COMMIT", None),
            done("CREATE USER", None),
            done("CREATE ROLE", None),
            done("GRANT ROLE", None),
            done("SELECT", Some(2)),
            done("SELECT", Some(1)),
            ("SELECT", None, Ending::Failed),
            ("?", None, Ending::Failed),
            ("SELECT", None, Ending::Refused),
        ]
    );
}

/// What the library traces, as text: spans, then events as they come.
#[derive(Debug, Default)]
struct Traced(Mutex<Vec<String>>);

/// The fields of a span or an event.
#[derive(Debug, Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Subscriber for Traced {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        let mut all = self.0.lock().unwrap();
        all.push(format!("span {}{}", span.metadata().name(), fields.0));
        Id::from_u64(all.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let fields = fields.0.split(" took_us=").next().unwrap().to_owned();
        self.0.lock().unwrap().push(format!("event{fields}"));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn each_statement_is_a_span_without_names_and_values() {
    let traced = Arc::new(Traced::default());
    // While there is one subscriber only, a thread without it that comes by first (another test) would shut the door for all.
    let _another = tracing::Dispatch::new(Traced::default());
    tracing::subscriber::with_default(Arc::clone(&traced), || {
        let app = Application::in_memory().unwrap();
        let owner = app.owner_session().unwrap();
        owner
            .run(
                "CREATE DIMENSION Hidden (Name TEXT); INSERT INTO Hidden VALUES ('hidden'); SELECT * FROM Hidden;",
                &mut Outcome::default(),
            )
            .unwrap();
        assert!(owner.run("SELECT hidden FROM Nowhere WHERE Name = 'hidden'", &mut Outcome::default()).is_err());
        assert!(app.owner_session().unwrap().run("SELEC hidden", &mut Outcome::default()).is_err());
    });
    let ours = |line: &&String| !line.contains("sqlparser") && !line.contains("datafusion");
    let all = traced.0.lock().unwrap();
    let all: Vec<&str> = all.iter().filter(ours).map(String::as_str).collect();
    let ended = |how: &str| format!("event message=statement ended ending={how}");
    assert_eq!(
        all,
        [
            "span statement kind=\"CREATE DIMENSION\"",
            &ended("Done"),
            "span statement kind=\"INSERT\"",
            &format!("{} rows=1", ended("Done")),
            "span statement kind=\"SELECT\"",
            &format!("{} rows=1", ended("Done")),
            "span statement kind=\"SELECT\"",
            &ended("Failed"),
            "span statement kind=\"?\"",
            &ended("Failed"),
        ]
    );
}

/// A host has one allocator, one pool of rayon's and one subscriber of traces, and chooses them.
#[test]
fn the_library_takes_nothing_that_there_is_one_of() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "smalt", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("datafusion v"), "{tree}");
    for library in ["mimalloc ", "tikv-jemallocator ", "snmalloc-rs ", "env_logger ", "tracing-subscriber ", "simplelog ", "fern "] {
        assert!(!tree.lines().any(|line| line.starts_with(library)), "the library brings {library}");
    }
    let mut open = vec![root.join("engine"), root.join("formula"), root.join("security")];
    let mut read = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                open.push(path);
            } else if name.ends_with(".rs") {
                read += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                for word in ["global_allocator", "build_global", "set_global_default", "set_logger", "set_boxed_logger", "set_hook"] {
                    assert!(!text.contains(word), "{} says {word}", path.display());
                }
            }
        }
    }
    assert!(read > 200, "{read} files are read: is this still the right place?");
    // The pool of rayon's that all of a process share is not made by anything that runs here, in this test or in the others.
    let app = Application::in_memory().unwrap();
    let script = "
        CREATE DIMENSION D (Name TEXT, Size NUMBER);
        INSERT INTO D VALUES ('a', 1), ('b', 2);
        CREATE METRIC M NUMBER BY (D);
        CREATE METRIC Large NUMBER AS M[FILTER: D.Size > 1][REMOVE: D];
        INSERT INTO M VALUES ('a', 1), ('b', 2);
        CREATE USER 'u';
        CREATE ROLE R PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\") READ ALLOWED WRITE DENIED;
        GRANT ROLE R TO USER 'u';
        CREATE METRIC Rights ACCESS RIGHTS BY (User, D);
        INSERT INTO Rights VALUES ('u', 'a', 'r-');
        CREATE RULE rule APPLY READ OF Rights TO M;";
    app.owner_session().unwrap().run(script, &mut Outcome::default()).unwrap();
    let session = app.session("u").unwrap();
    session
        .run("SELECT * FROM M; SELECT SUM(Large) FROM Large; EVALUATE M + 1; EXPLAIN VALUE Large AT ();", &mut Outcome::default())
        .unwrap();
    assert_eq!(session.cell("Large", &[]).unwrap(), Some(smalt::Value::Number(2.0)));
    assert!(rayon::ThreadPoolBuilder::new().num_threads(1).build_global().is_ok(), "somebody made the host's pool");
}
