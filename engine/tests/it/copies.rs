//! COPY from and to files: what is broken, what is left behind, what a transaction does.

use std::path::Path;

use crate::world::{World, run};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn world() -> World {
    World::with(
        "CREATE DIMENSION Store (Code TEXT, Label TEXT); CREATE METRIC V NUMBER BY (Store); CREATE METRIC W NUMBER BY (Store);
         INSERT INTO Store VALUES ('S1', 'one'), ('S2', 'two'), ('S3', 'three'); INSERT INTO V VALUES ('S1', 1), ('S2', 2), ('S3', 4);",
    )
}

#[test]
fn a_broken_file_of_any_kind_is_one_error_and_changes_nothing() {
    let world = world();
    for ending in ["parquet", "arrow", "json", "csv"] {
        let name = format!("v.{ending}");
        world.run(&format!("COPY (SELECT Store, V AS W FROM V) TO '{name}'"));
        let path = world.folder.path().join(&name);
        let whole = std::fs::read(&path).unwrap();
        let load = format!("COPY W FROM '{name}'");
        world.run(&format!("{load}; DELETE FROM W"));
        // Cut off anywhere.
        for part in 0..16 {
            std::fs::write(&path, &whole[..whole.len() * part / 16]).unwrap();
            match run(&world.owner(), &load) {
                Ok(_) => assert_eq!(ending, "csv", "{part}"),
                Err(e) => assert!(e.message.contains(&name), "{part}: {e}"),
            }
            world.run("DELETE FROM W");
        }
        // Any byte another one. What the change makes of a value is a value; else it is an error that names the file.
        for at in (0..whole.len()).step_by((whole.len() / 97).max(1)) {
            let mut broken = whole.clone();
            broken[at] ^= 0x5a;
            std::fs::write(&path, broken).unwrap();
            if let Err(e) = run(&world.owner(), &load) {
                assert!(e.message.contains(&name), "{at}: {e}");
                assert_eq!(world.run("SELECT COUNT(*) FROM W"), "0");
            }
            world.run("DELETE FROM W");
        }
        std::fs::write(&path, b"").unwrap();
        assert!(world.error(&load).contains(&name));
    }
    assert_eq!(world.run("SELECT * FROM V"), "S1,1.0\nS2,2.0\nS3,4.0");
}

#[test]
fn a_query_that_fails_leaves_no_file() {
    let world = world();
    let error = world.error("COPY (SELECT Store, CAST(Label AS INTEGER) FROM (SELECT v.Store, s.Label FROM V v JOIN Store s ON s.Code = v.Store) AS t) TO 'out.csv'");
    assert!(error.contains("a value cannot be converted"), "{error}");
    world.error("COPY (SELECT Nothing FROM V) TO 'out.parquet'");
    assert_eq!(names(world.folder.path()), [""; 0]);
    assert_eq!(world.messages("COPY (SELECT * FROM V WHERE V > 1) TO 'out.csv'"), ["2 rows copied to `out.csv`"]);
    assert_eq!(world.messages("COPY (SELECT * FROM V WHERE V > 9) TO 'none.csv'"), ["0 rows copied to `none.csv`"]);
    assert_eq!(std::fs::read_to_string(world.folder.path().join("none.csv")).unwrap(), "Store,V\n");
    assert_eq!(std::fs::read_to_string(world.folder.path().join("out.csv")).unwrap(), "Store,V\nS2,2\nS3,4\n");
    assert_eq!(names(world.folder.path()), ["none.csv", "out.csv"]);
}

#[test]
fn copy_to_is_no_query_and_changes_no_revision() {
    let world = world();
    let before = world.owner().snapshot().unwrap().revision();
    world.run("COPY (SELECT * FROM V) TO 'v.csv'");
    assert_eq!(world.owner().snapshot().unwrap().revision(), before);
    let error = futures::executor::block_on(world.owner().sql("COPY (SELECT * FROM V) TO 'w.csv'")).unwrap_err();
    assert!(error.to_string().contains("`COPY TO` is no query"), "{error}");
    assert_eq!(names(world.folder.path()), ["v.csv"]);
}

#[test]
fn rejects_are_there_once_the_load_is() {
    let world = world();
    world.file("x.csv", "Store,W\nS1,1\nS9,2\n");
    let load = "COPY W FROM 'x.csv' WITH (unknown = skip, rejects = 'bad.csv')";
    let bad = world.folder.path().join("bad.csv");
    let session = world.owner();
    run(&session, &format!("BEGIN; {load}")).unwrap();
    assert!(!bad.exists());
    run(&session, "ROLLBACK").unwrap();
    assert_eq!(names(world.folder.path()), ["x.csv"]);
    // A later statement of the transaction that fails takes all back.
    run(&session, &format!("BEGIN; {load}; SELECT Nothing FROM W")).unwrap_err();
    assert_eq!(names(world.folder.path()), ["x.csv"]);
    run(&session, &format!("BEGIN; {load}")).unwrap();
    run(&session, "COMMIT").unwrap();
    assert_eq!(std::fs::read_to_string(&bad).unwrap(), "Store,W,Reason\nS9,2,column `Store`: there is no item `S9` in `Store`\n");
    // A load that fails leaves the file as it was.
    world.file("x.csv", "Store,W\nS8,2\nS1,much\n");
    assert!(world.error(load).contains("`x.csv`, row 2, column `W`: `much` is no number"));
    assert!(std::fs::read_to_string(&bad).unwrap().contains("S9"));
    world.file("x.csv", "Store,W,extra\nS1,2,\"a, b\"\n");
    assert_eq!(world.messages(load), ["1 row copied into `W`"]);
    assert_eq!(std::fs::read_to_string(&bad).unwrap(), "Store,W,extra,Reason\n");
    assert_eq!(names(world.folder.path()), ["bad.csv", "x.csv"]);
}

#[test]
fn messages_say_what_was_skipped_and_made() {
    let world = world();
    world.file("x.csv", "Store,W\nS1,1\nS9,2\nS8,2\nS9,3\n");
    let said = |options: &str| world.messages(&format!("COPY W FROM 'x.csv' WITH ({options})"));
    assert_eq!(said("unknown = skip"), ["1 row copied into `W`, 3 rows skipped"]);
    assert_eq!(said("unknown = create, duplicates = sum"), ["4 rows copied into `W`, 2 items created"]);
    assert_eq!(world.run("SELECT * FROM W"), "S1,1.0\nS9,5.0\nS8,2.0");
    assert_eq!(world.messages("DELETE FROM Store WHERE Code = 'S9'"), ["1 row deleted from `Store`, with 1 cell"]);
    let said = world.messages("CREATE LIST L (Store Store); INSERT INTO L VALUES ('S1'), ('S1'); DELETE FROM Store WHERE Code = 'S1'");
    assert_eq!(said[2], "1 row deleted from `Store`, with 2 cells; 2 values that named them are BLANK now");
}

#[test]
fn a_long_line_is_read_and_an_endless_one_refused() {
    let world = world();
    let long = "x".repeat(3 << 20);
    world.file("long.csv", &format!("Code,Label\nS1,{long}\nS2,\"{long}\"\n"));
    world.run("COPY Store FROM 'long.csv'");
    assert_eq!(world.run("SELECT MIN(LENGTH(Label)), MAX(LENGTH(Label)) FROM Store WHERE Code < 'S3'"), format!("{0},{0}", long.len()));
    let mut endless = "Code,Label\nS1,fine\nS2,\"".to_owned();
    endless.push_str(&"y\n".repeat(40 << 20));
    world.file("endless.csv", &endless);
    let error = world.error("COPY Store FROM 'endless.csv'");
    assert!(error.contains("`endless.csv`, row 2: it is longer than 16 MB; is a quote not closed, or does no line end?"), "{error}");
    assert_eq!(world.run("SELECT Code FROM Store WHERE Label = 'fine'"), "");
}

/// A gigabyte in one line, of which the disk holds nothing.
#[test]
fn a_line_of_a_gigabyte_is_refused_and_leaves_nothing() {
    let world = world();
    let gigabyte = |name: &str, begin: &str| {
        let mut file = std::fs::File::create(world.folder.path().join(name)).unwrap();
        std::io::Write::write_all(&mut file, begin.as_bytes()).unwrap();
        file.set_len(1 << 30).unwrap();
    };
    gigabyte("row.csv", "Store,W\nS1,1\nS2,");
    gigabyte("quoted.csv", "Store,W\nS1,1\n\"S2,");
    gigabyte("header.csv", "Store,W");
    for (name, place) in [("row", "row 2"), ("quoted", "row 2"), ("header", "header")] {
        let reason = "it is longer than 16 MB; is a quote not closed, or does no line end?";
        let error = world.error(&format!("COPY W FROM '{name}.csv'"));
        assert!(error.ends_with(&format!("`{name}.csv`, {place}: {reason}")), "{error}");
        assert_eq!(world.run("SELECT COUNT(*) FROM W"), "0");
    }
    gigabyte("line.json", "[{\"Store\": \"");
    let error = world.error("COPY W FROM 'line.json'");
    assert!(error.contains("`line.json`"), "{error}");
}

#[test]
fn an_arrow_stream_is_read_like_a_file() {
    use arrow::array::{DictionaryArray, Float64Array, RecordBatch};
    use arrow::datatypes::Int32Type;
    use arrow::ipc::writer::StreamWriter;
    let world = world();
    let stores: DictionaryArray<Int32Type> = ["S2", "S1"].into_iter().collect();
    let columns: [(&str, std::sync::Arc<dyn arrow::array::Array>); 3] = [
        ("other", std::sync::Arc::new(Float64Array::from(vec![0.0, 0.0]))),
        ("w", std::sync::Arc::new(Float64Array::from(vec![Some(5.5), None]))),
        ("STORE", std::sync::Arc::new(stores)),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.write(&batch.slice(0, 0)).unwrap();
    writer.finish().unwrap();
    drop(writer);
    std::fs::write(world.folder.path().join("w.arrow"), bytes).unwrap();
    world.run("COPY W FROM 'w.arrow'");
    assert_eq!(world.run("SELECT * FROM W"), "S2,5.5");
    assert!(world.error("COPY Store FROM 'w.arrow'").contains("`w.arrow` has no column `Code`; its columns are `other`, `w`, `STORE`"));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_outside_of_lent_folders() {
    let world = world();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), world.folder.path().join("out")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("new.csv"), world.folder.path().join("link.csv")).unwrap();
    world.file("x.csv", "Store,W\nS9,1\n");
    for name in ["../a.csv", "out/a.csv", "link.csv", outside.path().join("a.csv").to_str().unwrap()] {
        let error = world.error(&format!("COPY (SELECT * FROM V) TO '{name}'"));
        assert!(error.contains("leads out of the folders"), "{error}");
        let error = world.error(&format!("COPY W FROM 'x.csv' WITH (unknown = skip, rejects = '{name}')"));
        assert!(error.contains("leads out of the folders"), "{error}");
    }
    assert_eq!(names(outside.path()), [""; 0]);
    let app = smalt::Application::in_memory().unwrap();
    let error = run(&app.owner_session().unwrap(), "COPY (SELECT 1) TO 'a.csv'").unwrap_err();
    assert!(error.to_string().contains("no folder is lent"), "{error}");
}
