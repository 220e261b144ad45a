//! Nothing that leaves the engine holds bytes of what is hidden: not in a stream or a file, and not in a buffer beside the rows.
//!
//! Hidden names are long random tokens, and hidden numbers have bit patterns that nothing visible has. What a host, or a consumer of Arrow's C
//! data interface, is handed are the buffers of each array whole, whatever part of them the rows are: so these are searched whole.

use std::collections::HashSet;
use std::fs::File;

use arrow::array::{Array, ArrayData, RecordBatch};
use parquet::file::reader::{FileReader, SerializedFileReader};
use smalt::{Outcome, Session};

use crate::deleted_world::{is_query, metrics};
use crate::questions::question;
use crate::random::Random;
use crate::two_worlds::{Model, answer, number};
use crate::world::World;

/// What must be nowhere.
struct Hidden {
    names: Vec<String>,
    /// Bit patterns of numbers.
    numbers: HashSet<[u8; 8]>,
}

impl Hidden {
    /// The first hidden thing that bytes hold.
    fn in_bytes(&self, bytes: &[u8]) -> Option<String> {
        let number = bytes.windows(8).find(|window| self.numbers.contains::<[u8]>(window));
        let name = self.names.iter().find(|name| bytes.windows(name.len()).any(|window| window == name.as_bytes()));
        number.map(|bits| format!("{bits:?}")).or_else(|| name.cloned())
    }

    /// The same of text, where numbers are written out.
    fn in_text(&self, text: &str) -> Option<String> {
        let written = |field: &str| field.parse::<f64>().is_ok_and(|number| self.numbers.contains(&number.to_le_bytes()));
        let number = text.split([',', '\n', '"', ':', '}', ']']).find(|field| written(field.trim()));
        number.map(str::to_owned).or_else(|| self.in_bytes(text.as_bytes()))
    }

    fn in_data(&self, data: &ArrayData) -> Option<String> {
        let buffers = data.buffers().iter().chain(data.nulls().map(|nulls| nulls.buffer()));
        buffers
            .into_iter()
            .find_map(|buffer| self.in_bytes(buffer.as_slice()))
            .or_else(|| data.child_data().iter().find_map(|d| self.in_data(d)))
    }

    fn in_batch(&self, batch: &RecordBatch) -> Option<String> {
        batch.columns().iter().find_map(|column| self.in_data(&column.to_data()))
    }
}

/// All numbers that a query gives, as bits.
fn numbers(session: &Session, query: &str) -> HashSet<[u8; 8]> {
    let mut outcome = Outcome::default();
    session.run(query, &mut outcome).unwrap_or_else(|e| panic!("{e}: {query}"));
    let batches = outcome.tables.iter().flat_map(|(_, table)| &table.batches);
    let columns = batches.flat_map(|batch| batch.columns().to_vec()).filter_map(|column| {
        let floats = column.as_any().downcast_ref::<arrow::array::Float64Array>()?;
        Some(floats.iter().flatten().map(f64::to_le_bytes).collect::<Vec<_>>())
    });
    columns.flatten().collect()
}

/// A world whose hidden people have names that are nowhere else, with what is hidden from `u` in it.
fn world(seed: u64) -> (World, Hidden) {
    let world = World::with(&Model::new(seed, 'A').script);
    let mut random = Random::new(seed ^ 0xe0);
    let mut names = Vec::new();
    for name in world.run("SELECT Name FROM Employee WHERE Team = 'Closed'").lines() {
        let token = format!("hidden-{:016x}-{:016x}", random.next(), random.next());
        world.run(&format!("UPDATE Employee SET Name = '{token}' WHERE Name = '{name}'"));
        names.push(token);
    }
    // What is computed may be what the person can add up themselves, from what is theirs to read.
    let mut queries: Vec<String> =
        metrics(&world).iter().filter(|metric| !metric.derived).map(|metric| format!("SELECT * FROM {}", metric.name)).collect();
    queries.extend(["SELECT * FROM Store", "SELECT * FROM Employee", "SELECT * FROM Ledger"].map(str::to_owned));
    let (owner, person) = (world.owner(), world.app.session("u").unwrap());
    let all = |session: &Session| queries.iter().flat_map(|query| numbers(session, query)).collect::<HashSet<_>>();
    let (everything, seen) = (all(&owner), all(&person));
    // A number that is small or round may come about in other ways.
    let rare = |bits: &&[u8; 8]| f64::from_le_bytes(**bits).fract() != 0.0 && bits[..4].iter().all(|byte| *byte != 0);
    let numbers: HashSet<[u8; 8]> = everything.difference(&seen).filter(rare).copied().collect();
    assert!(names.len() > 1 && numbers.len() > 100 && seen.len() > 100, "{} names, {} numbers", names.len(), numbers.len());
    (world, Hidden { names, numbers })
}

#[test]
fn no_buffer_and_no_stream_holds_hidden_bytes() {
    let first = number("SMALT_SEED", 1) * 1_000 + 900;
    for seed in first..first + 4 {
        let (world, hidden) = world(seed);
        let person = world.app.session("u").unwrap();
        // The searcher finds what is there.
        let mut all = Outcome::default();
        world.owner().run("SELECT * FROM Employee; SELECT * FROM Sales", &mut all).unwrap();
        assert!(all.tables.iter().all(|(_, table)| table.batches.iter().any(|batch| hidden.in_batch(batch).is_some())));
        let mut random = Random::new(seed);
        for _ in 0..number("SMALT_EXPORTS", 120) {
            let mut asks = question(&mut random);
            for (at, name) in hidden.names.iter().enumerate().take(2) {
                // Some ask for hidden people by their names, which then are the asker's own.
                asks = asks.replace(["Ghost-A", "Ghost-B"][at], &format!("{}x", &name[..20]));
            }
            let mut outcome = Outcome::default();
            let told = person.run(&asks, &mut outcome).map_or_else(|e| e.to_string(), |()| format!("{:?}", outcome.messages));
            assert_eq!(hidden.in_text(&told), None, "seed {seed}: {asks}");
            for batch in outcome.tables.iter().flat_map(|(_, table)| &table.batches) {
                assert_eq!(hidden.in_batch(batch), None, "seed {seed}: {asks}");
            }
            let (stream, _) = answer(&person, &asks);
            assert_eq!(hidden.in_bytes(&stream), None, "seed {seed}: {asks}");
        }
    }
}

/// The bytes of a Parquet file, its pages unpacked.
fn pages(file: File) -> Vec<u8> {
    let reader = SerializedFileReader::new(file).unwrap();
    let mut bytes = format!("{:?}", reader.metadata()).into_bytes();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).unwrap();
        for column in 0..group.num_columns() {
            let mut pages = group.get_column_page_reader(column).unwrap();
            while let Some(page) = pages.get_next_page().unwrap() {
                bytes.extend_from_slice(page.buffer());
                bytes.extend(format!("{:?}", page.statistics()).into_bytes());
            }
        }
    }
    bytes
}

#[test]
fn no_file_holds_hidden_bytes() {
    let seed = number("SMALT_SEED", 1) * 1_000 + 950;
    let (world, hidden) = world(seed);
    let person = world.app.session("u").unwrap();
    let mut random = Random::new(seed);
    let mut written = 0;
    for _ in 0..number("SMALT_EXPORTS", 120) / 2 {
        let asks = std::iter::repeat_with(|| question(&mut random)).find(|asks| is_query(asks) && !asks.starts_with("EXPLAIN")).unwrap();
        for ending in ["csv", "json", "arrow", "parquet"] {
            let path = world.folder.path().join(format!("out.{ending}"));
            drop(std::fs::remove_file(&path));
            if let Err(e) = person.run(&format!("COPY ({asks}) TO 'out.{ending}'"), &mut Outcome::default()) {
                assert_eq!(hidden.in_text(&e.to_string()), None, "{asks}");
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            written += 1;
            assert_eq!(hidden.in_bytes(&bytes), None, "{ending}: {asks}");
            match ending {
                "parquet" => assert_eq!(hidden.in_bytes(&pages(File::open(&path).unwrap())), None, "{asks}"),
                "arrow" => {}
                _ => assert_eq!(hidden.in_text(&String::from_utf8(bytes).unwrap()), None, "{ending}: {asks}"),
            }
        }
    }
    assert!(written > 100, "{written} files");
    // The owner's file has all of it, unpacked like the others.
    world.run("COPY (SELECT * FROM Employee) TO 'all.parquet'; COPY (SELECT * FROM Sales) TO 'all.csv'");
    assert!(hidden.in_bytes(&pages(File::open(world.folder.path().join("all.parquet")).unwrap())).is_some());
    assert!(hidden.in_text(&std::fs::read_to_string(world.folder.path().join("all.csv")).unwrap()).is_some());
}
