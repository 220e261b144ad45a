//! Any bytes as a formula's text: tokens or an error. Names and texts are quoted and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smalt_formula::{ExprKind, parse, quote_name, quote_text};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Err(e) = parse(&text) {
        let _ = e.to_string();
    }
    match parse(&quote_name(&text)).map(|e| e.kind) {
        Ok(ExprKind::Name(name)) => assert_eq!(name.text, text),
        other => panic!("{text:?} is not read back as a name: {other:?}"),
    }
    match parse(&quote_text(&text)).map(|e| e.kind) {
        Ok(ExprKind::Text(read)) => assert_eq!(read, text),
        other => panic!("{text:?} is not read back as a text: {other:?}"),
    }
});
