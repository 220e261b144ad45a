//! Files that are broken in every way one meets: testdata/errors/files.sql loads them, files.out says what is answered. Nothing is left of
//! any of them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::Program;
use crate::scripts::{answer, check};

/// Files that are made here, since an editor would not keep them as they are, or would not show what is wrong with them.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |text: &str, mark: bool, big: bool| {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>()
    };
    let latin1 = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let good = "Store,Month,Revenue\nS1,2024-01,1\n";
    let mut files: Vec<(&str, Vec<u8>)> = vec![
        ("utf16le.csv", utf16(good, true, false)),
        ("utf16be.csv", utf16(good, true, true)),
        ("utf16_unmarked.csv", utf16(good, false, false)),
        ("latin1.csv", latin1("Store,Month,Revenue\nS1,2024-01,1\nCafé,2024-01,2\n")),
        ("latin1_header.csv", latin1("Magasin préféré,Month,Revenue\nS1,2024-01,1\n")),
        ("gzip.csv", vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0]),
        ("zstd.csv", vec![0x28, 0xB5, 0x2F, 0xFD, 0x24, 0, 1, 0, 0]),
        ("workbook.csv", b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
        ("nothing.csv", Vec::new()),
        ("nothing.json", Vec::new()),
        ("nothing.parquet", Vec::new()),
        ("nothing.arrow", Vec::new()),
        ("text.parquet", good.into()),
        ("text.arrow", good.into()),
        ("csv.json", good.into()),
        ("tabs.csv", good.replace(',', "\t").into()),
        ("nul.csv", b"Store,Month,Revenue\nS1,2024-01,\x00\x00\n".to_vec()),
    ];
    let csv = |rows: &str| format!("Store,Month,Revenue\n{rows}").into_bytes();
    let long = format!("Store,Month,Revenue\nS1,2024-01,1\n{},2024-01,1\n", "x".repeat(17 << 20));
    files.extend([
        ("mark.csv", [b"\xEF\xBB\xBF".as_slice(), good.as_bytes()].concat()),
        ("long.csv", long.into()),
        ("long_quote.csv", csv(&format!("\"{}", "x\n".repeat(9 << 20)))),
        ("semicolons.csv", b"Store;Month;Revenue\nS1;2024-01;1,5\n".to_vec()),
        ("no_column.csv", b"Store,Month,Revenu\nS1,2024-01,1\n".to_vec()),
        ("column_twice.csv", b"Store,Month,Revenue,revenue\nS1,2024-01,1,2\n".to_vec()),
        ("column_unnamed.csv", b"Store,Month,\nS1,2024-01,1\n".to_vec()),
        ("unknown_item.csv", csv("S1,2024-01,1\nS7,2024-01,1\n")),
        ("unknown_period.csv", csv("S1,2024-13,1\n")),
        ("period_outside.csv", csv("S1,2031-01-15,1\n")),
        ("twice.csv", csv("S1,2024-01,1\nS2,2024-01,2\nS1,2024-01,3\n")),
        ("blank_item.csv", csv("S1,2024-01,1\n,2024-01,1\n")),
        ("text.csv", csv("S1,2024-01,1\nS2,2024-01,ten\n")),
        ("thousands.csv", csv("S1,2024-01,\"1,000\"\n")),
        ("money.csv", csv("S1,2024-01,$5\n")),
        ("percent.csv", csv("S1,2024-01,5%\n")),
        ("infinite.csv", csv("S1,2024-01,inf\n")),
        ("nan.csv", csv("S1,2024-01,NaN\n")),
        ("large.csv", csv("S1,2024-01,1e999\n")),
        ("short.csv", csv("S1,2024-01,1\nS2,2024-01\n")),
        ("wide.csv", csv("S1,2024-01,1\nS2,2024-01,1,2\n")),
        ("quote.csv", csv("S1,2024-01,1\n\"S2,2024-01,2\n")),
        ("after_quote.csv", csv("\"S1\"x,2024-01,1\n")),
        ("cut.csv", csv("S1,2024-01,1\nS2,2024-0")),
        ("whole.csv", b"Store,Pieces\nS1,1.5\n".to_vec()),
        ("whole_large.csv", b"Store,Pieces\nS1,99999999999999999999\n".to_vec()),
        ("decimal.csv", b"Store,Fee\nS1,123456.7\n".to_vec()),
        ("boolean.csv", b"Store,Open\nS1,yes\n".to_vec()),
        ("date.csv", b"Store,Since\nS1,31/12/2024\n".to_vec()),
        ("no_date.csv", b"Store,Since\nS1,2023-02-29\n".to_vec()),
        ("rights.csv", b"User,Store,Rights\nu,S1,read\n".to_vec()),
        ("item_value.csv", b"Store,Twin\nS1,S9\n".to_vec()),
        ("names_twice.csv", b"Name,Size\nS8,1\nS9,2\nS8,3\n".to_vec()),
        ("name_blank.csv", b"Name,Size\n,1\n".to_vec()),
        ("name_empty.csv", b"Name,Size\n\"\",1\n".to_vec()),
        ("loop.csv", b"Name,Head\nS1,S2\nS2,S1\n".to_vec()),
    ]);
    let columns = (0..5000).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",");
    files.push(("columns.csv", columns.into()));
    let json = |text: &str| text.as_bytes().to_vec();
    files.extend([
        ("array_cut.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":1},{"Store":"S2","Month":"2024-01","Revenue":2}"#)),
        ("row_cut.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":1},{"Store":"S2","Mon"#)),
        ("line_cut.json", json("{\"Store\":\"S1\",\"Month\":\"2024-01\",\"Revenue\":1}\n{\"Store\":\"S2\",")),
        ("after.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":1}] and more"#)),
        ("no_object.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":1}, 7]"#)),
        ("nested.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":[1]}]"#)),
        ("key_twice.json", json(r#"[{"Store":"S1","Store":"S2","Month":"2024-01","Revenue":1}]"#)),
        ("text.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":"ten"}]"#)),
        ("truth.json", json(r#"[{"Store":"S1","Month":"2024-01","Revenue":true}]"#)),
        ("unknown.json", json(r#"[{"Store":"S7","Month":"2024-01","Revenue":1}]"#)),
        ("missing.json", json(r#"[{"Store":"S1","Month":"2024-01"}]"#)),
        ("latin1.json", latin1("[{\"Store\":\"Café\",\"Month\":\"2024-01\",\"Revenue\":1}]")),
        ("no_json.json", json("Store=S1")),
        ("long.json", json(&format!(r#"[{{"Store":"S1","Month":"2024-01","Revenue":1}},{{"Store":"{}"#, "x".repeat(17 << 20)))),
        ("empty_array.json", json("[]\n")),
    ]);
    files
}

/// Parquet and Arrow files, whole, cut off and with other bytes in them.
fn binaries(folder: &Path) {
    let script = "CREATE DIMENSION Store (Name TEXT); CREATE DIMENSION Month (Name TEXT); CREATE METRIC Revenue NUMBER BY (Store, Month);
        INSERT INTO Store VALUES ('S1'), ('S2'), ('S7'); INSERT INTO Month VALUES ('2024-01');
        INSERT INTO Revenue VALUES ('S1', '2024-01', 1.5), ('S2', '2024-01', 2.5), ('S7', '2024-01', 3.5);
        COPY (SELECT * FROM Revenue WHERE Store <> 'S7') TO 'good.parquet';
        COPY (SELECT * FROM Revenue WHERE Store <> 'S7') TO 'good.arrow';
        COPY (SELECT Store, Month, 'ten' AS Revenue FROM Revenue) TO 'text.parquet';
        COPY (SELECT * FROM Revenue) TO 'unknown.parquet';
        COPY (SELECT Store, Month FROM Revenue) TO 'missing.parquet';
        COPY (SELECT Store, Month, Revenue * 1e308 * 10 AS Revenue FROM Revenue WHERE Store = 'S1') TO 'infinite.parquet';
        COPY (SELECT Store, Month, TRUE AS Revenue FROM Revenue WHERE Store = 'S1') TO 'truth.arrow';
        COPY (SELECT * FROM Revenue WHERE FALSE) TO 'empty.json';
        COPY (SELECT * FROM Revenue WHERE FALSE) TO 'empty.parquet';
        COPY (SELECT * FROM Revenue WHERE FALSE) TO 'empty.arrow';
        COPY (SELECT * FROM Revenue WHERE FALSE) TO 'empty.csv';";
    assert_eq!(answer(script, folder.to_owned()), "");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let (parquet, arrow) = (read("good.parquet"), read("good.arrow"));
    write("cut.parquet", &parquet[..parquet.len() / 2]);
    write("cut_end.parquet", &parquet[..parquet.len() - 1]);
    write("cut.arrow", &arrow[..arrow.len() / 2]);
    write("cut_end.arrow", &arrow[..arrow.len() - 1]);
    let mut broken = parquet.clone();
    broken[4..40].fill(0xFF);
    write("page.parquet", &broken);
    let mut broken = parquet.clone();
    let end = broken.len();
    broken[end - 60..end - 8].fill(0xFF);
    write("footer.parquet", &broken);
    let mut broken = parquet;
    broken[end - 8..end - 4].fill(0x7F);
    write("footer_length.parquet", &broken);
    let mut broken = arrow.clone();
    let end = broken.len();
    broken[16..64].fill(0xFF);
    write("head.arrow", &broken);
    let mut broken = arrow;
    broken[end / 2..end / 2 + 64].fill(0x7F);
    write("body.arrow", &broken);
}

#[test]
fn broken_files_are_refused_with_one_clear_message() {
    let files = tempfile::tempdir().unwrap();
    binaries(files.path());
    for (name, bytes) in texts() {
        std::fs::File::create(files.path().join(name)).unwrap().write_all(&bytes).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/errors");
    let script = std::fs::read_to_string(folder.join("files.sql")).unwrap();
    let before = names(files.path());
    let found = answer(&script, files.path().to_owned());
    assert_eq!(before, names(files.path()), "something is left behind");
    // Every file is asked for, so that none of them is forgotten.
    for (name, _) in texts() {
        assert!(script.contains(&format!("'{name}'")), "{name}");
    }
    check(&folder.join("files.out"), &found);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs the program where no file may grow past so many KB, as on a disk that is full.
#[cfg(unix)]
fn run_on_a_small_disk(program: &Program, kilobytes: u32, args: &[&str]) -> (Option<i32>, String) {
    // The signal would end the program; ignored, writing fails as it does on a full disk. Blocks have 512 bytes.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kilobytes * 2);
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_smalt")]).args(args).current_dir(program.folder()).stdin(Stdio::null());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_is_told_and_nothing_is_left_behind() {
    let program = Program::new();
    let rows: String = (0..20_000).map(|i| format!("a note of some length about the row {i}\n")).collect();
    program.write("rows.csv", &format!("Note\n{rows}"));
    assert_eq!(program.run(&["sql", "--app", "app", "-c", "CREATE LIST L (Note TEXT); INSERT INTO L VALUES ('kept');"]).status, Some(0));
    let left = || (names(program.folder()), names(&program.folder().join("app")));
    let before = left();

    let (status, err) = run_on_a_small_disk(&program, 64, &["sql", "--app", "app", "-c", "COPY L FROM 'rows.csv';"]);
    assert_eq!(status, Some(1), "{err}");
    assert!(err.contains("statement 1, line 1, column 1: the change cannot be saved: "), "{err}");
    assert_eq!(left(), before, "something is left behind");
    let run = program.run(&["sql", "--app", "app", "--format", "csv", "-c", "SELECT * FROM L; VERIFY AUDIT;"]);
    assert_eq!((run.status, run.out.starts_with("Note\nkept\n\n")), (Some(0), true), "{}{}", run.out, run.err);

    assert_eq!(program.run(&["sql", "--app", "app", "-c", "COPY L FROM 'rows.csv';"]).status, Some(0));
    let before = left();
    for name in ["out.csv", "out.json", "out.parquet", "out.arrow"] {
        let copy = format!("COPY (SELECT a.Note AS One, b.Note AS Other FROM L a JOIN L b USING (Note)) TO '{name}';");
        let (status, err) = run_on_a_small_disk(&program, 64, &["sql", "--app", "app", "-c", &copy]);
        assert_eq!(status, Some(1), "{name}: {err}");
        assert!(err.contains(&format!("`{name}` cannot be written: ")), "{err}");
    }
    assert_eq!(left(), before, "something is left behind");
}

#[test]
fn a_script_that_is_cut_in_the_middle_is_told_and_changes_nothing() {
    let program = Program::new();
    let script = "BEGIN;\nCREATE DIMENSION Store (Name TEXT);\nINSERT INTO Store VALUES ('S1'), ('S2');\nCREATE METRIC V NUMBER BY (Store) AS $$ 1 + 2 $$;\nCOMMIT;\n";
    // Inside of each statement but the first; in between, a transaction is left open.
    for cut in (8..script.len() - 9).step_by(3) {
        program.write("cut.sql", &script[..cut]);
        let run = program.run(&["sql", "--app", "app", "-f", "cut.sql"]);
        assert_eq!(run.status, Some(1), "{cut}: {run:?}");
        // A transaction that is left open is rolled back, and that is said; a last statement needs no semicolon, so that some cuts are whole scripts.
        let rolled_back = run.err.contains("rolled back");
        let refused = run.err.contains("smalt: statement ") && run.err.contains("line ");
        let ends_between = script[..cut].trim_end().ends_with(';');
        assert!(if ends_between { rolled_back } else { rolled_back || refused }, "{cut}: {run:?}");
        let after = program.run(&["sql", "--app", "app", "--format", "csv", "-c", "SHOW DIMENSIONS;"]);
        assert!(!after.out.contains("Store"), "{cut}: {}", after.out);
    }
}
