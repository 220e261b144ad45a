//! Keys from a terminal, and the line that is drawn on it.

use std::io;

use console::{Term, measure_text_width};

use super::editor::{Choices, Editor, Event, Key};

/// How the reading of lines ended.
pub(super) enum Typed {
    /// One line; more, where several were pasted at once.
    Lines(Vec<String>),
    GivenUp,
    End,
}

/// What stands before a line: the first one of a statement, and those after it.
pub(super) struct Prompts {
    pub(super) first: String,
    pub(super) next: String,
}

/// Asks the terminal to mark what is pasted; and no longer.
const MARK_PASTES: &str = "\x1b[?2004h";
const NO_MARKS: &str = "\x1b[?2004l";

/// Reads up to the next Enter that is pressed. `complete` is asked with the lines so far, the last one up to the cursor.
pub(super) fn read_lines(
    term: &Term,
    editor: &mut Editor,
    prompts: &Prompts,
    complete: &dyn Fn(&[String], &str) -> Choices,
) -> io::Result<Typed> {
    term.write_str(MARK_PASTES)?;
    let typed = read(term, editor, prompts, complete);
    term.write_str(NO_MARKS)?;
    typed
}

fn read(term: &Term, editor: &mut Editor, prompts: &Prompts, complete: &dyn Fn(&[String], &str) -> Choices) -> io::Result<Typed> {
    let mut lines: Vec<String> = Vec::new();
    // Whether what comes is pasted: nothing of it is a command then, and no line of it runs before all of it is there.
    let mut pasting = false;
    loop {
        let prompt = if lines.is_empty() { &prompts.first } else { &prompts.next };
        if !pasting {
            draw(term, editor, prompt)?;
        }
        let event = match pressed(term)? {
            Pressed::Paste(begins) => {
                pasting = begins;
                continue;
            }
            Pressed::Key(Key::Tab) if pasting => editor.press(Key::Char('\t'), none),
            Pressed::Key(key @ (Key::Char(_) | Key::Enter | Key::GiveUp)) => editor.press(key, none),
            Pressed::Key(Key::Tab) => tab(editor, |before| complete(&lines, before)),
            Pressed::Key(key) if !pasting => editor.press(key, none),
            Pressed::Key(_) | Pressed::Nothing => continue,
        };
        match event {
            Event::Draw => {}
            Event::Clear => term.clear_screen()?,
            Event::Choose(choices) => {
                term.write_line("")?;
                let wide = usize::from(term.size().1);
                in_columns(&choices, wide).iter().try_for_each(|line| term.write_line(line))?;
            }
            Event::Line(line) => {
                let shown = if pasting { format!("\r\x1b[2K{prompt}{line}") } else { String::new() };
                term.write_line(&shown)?;
                lines.push(line);
                if !pasting {
                    return Ok(Typed::Lines(lines));
                }
            }
            Event::GivenUp => {
                term.write_line("^C")?;
                return Ok(Typed::GivenUp);
            }
            Event::End => {
                term.write_line("")?;
                return Ok(Typed::End);
            }
        }
    }
}

fn none(_: &str) -> Choices {
    (0, Vec::new())
}

/// A tab completes. One that has nothing to complete is a blank, unless it stands in a quote: so that two words that a tab keeps apart stay two.
fn tab(editor: &mut Editor, complete: impl Fn(&str) -> Choices) -> Event {
    let before: String = editor.text().chars().take(editor.cursor()).collect();
    let event = editor.press(Key::Tab, &complete);
    let now: String = editor.text().chars().take(editor.cursor()).collect();
    if event != Event::Draw || now != before || before.matches(['\'', '"']).count() % 2 == 1 {
        return event;
    }
    editor.press(Key::Char(' '), none)
}

/// What came from the terminal.
#[derive(Debug, PartialEq)]
enum Pressed {
    Key(Key),
    /// Something that is pasted begins, or ends.
    Paste(bool),
    Nothing,
}

/// Waits for a key.
fn pressed(term: &Term) -> io::Result<Pressed> {
    let read = || match term.read_key_raw() {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(console::Key::CtrlC),
        read => read,
    };
    let first = read()?;
    let console::Key::UnknownEscSeq(begin) = &first else { return Ok(key(&first).map_or(Pressed::Nothing, Pressed::Key)) };
    let ['[', begin @ ..] = begin.as_slice() else { return Ok(key(&first).map_or(Pressed::Nothing, Pressed::Key)) };
    // A long sequence: the library gives its beginning, and the rest as letters.
    let mut sequence: String = begin.iter().collect();
    while !sequence.is_empty() && !sequence.ends_with(|c: char| ('@'..='~').contains(&c)) {
        match read()? {
            console::Key::Char(c) => sequence.push(c),
            _ => return Ok(Pressed::Nothing),
        }
    }
    Ok(long(&sequence))
}

/// What a long sequence of the terminal means.
fn long(sequence: &str) -> Pressed {
    match sequence {
        "200~" => Pressed::Paste(true),
        "201~" => Pressed::Paste(false),
        // With Ctrl, or with Alt.
        "1;5C" | "1;3C" => Pressed::Key(Key::WordRight),
        "1;5D" | "1;3D" => Pressed::Key(Key::WordLeft),
        _ => Pressed::Nothing,
    }
}

/// What a key of the terminal is to the editor.
fn key(pressed: &console::Key) -> Option<Key> {
    Some(match pressed {
        console::Key::Enter => Key::Enter,
        console::Key::Tab | console::Key::Char('\t') => Key::Tab,
        console::Key::Backspace | console::Key::Char('\u{8}') => Key::Backspace,
        console::Key::Del => Key::Delete,
        console::Key::ArrowLeft | console::Key::Char('\u{2}') => Key::Left,
        console::Key::ArrowRight | console::Key::Char('\u{6}') => Key::Right,
        console::Key::ArrowUp | console::Key::Char('\u{10}') => Key::Up,
        console::Key::ArrowDown | console::Key::Char('\u{e}') => Key::Down,
        console::Key::Home | console::Key::Char('\u{1}') => Key::Home,
        console::Key::End | console::Key::Char('\u{5}') => Key::End,
        console::Key::CtrlC | console::Key::Char('\u{3}') => Key::GiveUp,
        console::Key::Char('\u{4}') => Key::EndOfInput,
        console::Key::Char('\u{b}') => Key::CutBehind,
        console::Key::Char('\u{c}') => Key::Clear,
        console::Key::Char('\u{12}') => Key::Search,
        console::Key::Char('\u{15}') => Key::CutBefore,
        console::Key::Char('\u{17}') => Key::CutWord,
        console::Key::Char(c) if !c.is_control() => Key::Char(*c),
        console::Key::UnknownEscSeq(sequence) => match sequence.as_slice() {
            ['b', ..] => Key::WordLeft,
            ['f', ..] => Key::WordRight,
            _ => return None,
        },
        _ => return None,
    })
}

fn draw(term: &Term, editor: &Editor, prompt: &str) -> io::Result<()> {
    let wide = usize::from(term.size().1).max(20);
    let (shown, behind) = window(&editor.text(), editor.cursor(), wide - measure_text_width(prompt) - 1);
    term.write_str(&format!("\r\x1b[2K{prompt}{shown}"))?;
    if behind > 0 { term.move_cursor_left(behind) } else { Ok(()) }
}

/// The part of a line around the cursor that fits so many columns, and the columns of it that are behind the cursor. A tab is shown as a blank.
fn window(line: &str, cursor: usize, wide: usize) -> (String, usize) {
    let chars: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let width = |c: char| measure_text_width(c.encode_utf8(&mut [0; 4]));
    let (mut from, mut used) = (cursor.min(chars.len()), 0);
    while let Some(c) = from.checked_sub(1).and_then(|at| chars.get(at)) {
        if used + width(*c) > wide {
            break;
        }
        used += width(*c);
        from -= 1;
    }
    let (mut to, mut behind) = (cursor.min(chars.len()), 0);
    while let Some(c) = chars.get(to) {
        if used + behind + width(*c) > wide {
            break;
        }
        behind += width(*c);
        to += 1;
    }
    (chars.get(from..to).unwrap_or_default().iter().collect(), behind)
}

/// Choices in columns that fit a width, read downwards.
fn in_columns(choices: &[String], wide: usize) -> Vec<String> {
    let column = choices.iter().map(|choice| measure_text_width(choice)).max().unwrap_or(0) + 2;
    let columns = (wide / column).clamp(1, choices.len().max(1));
    let rows = choices.len().div_ceil(columns);
    let padded = |choice: &String| format!("{choice}{}", " ".repeat(column - measure_text_width(choice)));
    (0..rows).map(|row| choices.iter().skip(row).step_by(rows.max(1)).map(padded).collect::<String>().trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_around_its_cursor() {
        for (line, cursor, wide, expected) in [
            ("SELECT 1", 8, 20, ("SELECT 1", 0)),
            ("SELECT 1", 2, 20, ("SELECT 1", 6)),
            ("abcdefghij", 10, 4, ("ghij", 0)),
            ("abcdefghij", 0, 4, ("abcd", 4)),
            ("abcdefghij", 6, 4, ("cdef", 0)),
            ("a\tb", 3, 4, ("a b", 0)),
            ("漢漢漢", 3, 4, ("漢漢", 0)),
            ("漢漢漢", 1, 5, ("漢漢", 2)),
            ("", 0, 4, ("", 0)),
        ] {
            let (shown, behind) = window(line, cursor, wide);
            assert_eq!((shown.as_str(), behind), expected, "{line} {cursor} {wide}");
        }
    }

    #[test]
    fn choices_stand_in_columns() {
        let choices: Vec<String> = ["a", "bb", "ccc", "d", "e"].iter().map(|c| (*c).to_owned()).collect();
        assert_eq!(in_columns(&choices, 11), ["a    d", "bb   e", "ccc"]);
        assert_eq!(in_columns(&choices, 3), ["a", "bb", "ccc", "d", "e"]);
        assert!(in_columns(&[], 80).is_empty());
    }

    #[test]
    fn keys_of_the_terminal_are_known() {
        assert_eq!(key(&console::Key::Char('\u{1}')), Some(Key::Home));
        assert_eq!(key(&console::Key::Char('é')), Some(Key::Char('é')));
        assert_eq!(key(&console::Key::Char('\u{0}')), None);
        assert_eq!(key(&console::Key::UnknownEscSeq(vec!['f'])), Some(Key::WordRight));
        assert_eq!(long("1;5D"), Pressed::Key(Key::WordLeft));
        assert_eq!((long("200~"), long("201~"), long("15~")), (Pressed::Paste(true), Pressed::Paste(false), Pressed::Nothing));
    }

    #[test]
    fn a_tab_that_completes_nothing_is_a_blank() {
        let choices = |text: &'static str| move |before: &str| (before.chars().count() - 1, vec![text.to_owned()]);
        let mut editor = Editor::default();
        editor.press(Key::Char('s'), none);
        tab(&mut editor, choices("SELECT"));
        assert_eq!(editor.text(), "SELECT");
        tab(&mut editor, |_: &str| (0, vec!["SELECT".to_owned()]));
        assert_eq!(editor.text(), "SELECT ");
        editor.press(Key::Char('x'), none);
        tab(&mut editor, none);
        assert_eq!(editor.text(), "SELECT x ");
        // What there are several of is shown, and in a quote nothing is added that was not meant.
        assert!(matches!(tab(&mut editor, |_: &str| (9, vec!["a".to_owned(), "b".to_owned()])), Event::Choose(_)));
        editor.press(Key::Char('\''), none);
        tab(&mut editor, none);
        assert_eq!(editor.text(), "SELECT x '");
    }
}
