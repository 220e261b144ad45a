//! Keys from a terminal, and the line that is drawn on it.

use std::io;

use console::{Term, measure_text_width};

use super::editor::{Choices, Editor, Event, Key};

/// How the reading of a line ended.
pub(super) enum Typed {
    Line(String),
    GivenUp,
    End,
}

/// Reads a line with a prompt. `complete` is asked with what stands before the cursor.
pub(super) fn read_line(term: &Term, editor: &mut Editor, prompt: &str, complete: &dyn Fn(&str) -> Choices) -> io::Result<Typed> {
    draw(term, editor, prompt)?;
    loop {
        let pressed = match term.read_key_raw() {
            Ok(pressed) => pressed,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => console::Key::CtrlC,
            Err(error) => return Err(error),
        };
        let Some(key) = key(&pressed) else { continue };
        match editor.press(key, complete) {
            Event::Draw => {}
            Event::Clear => term.clear_screen()?,
            Event::Choose(choices) => {
                term.write_line("")?;
                let wide = usize::from(term.size().1);
                in_columns(&choices, wide).iter().try_for_each(|line| term.write_line(line))?;
            }
            Event::Line(line) => {
                term.write_line("")?;
                return Ok(Typed::Line(line));
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
        draw(term, editor, prompt)?;
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

/// The part of a line around the cursor that fits so many columns, and the columns of it that are behind the cursor.
fn window(line: &str, cursor: usize, wide: usize) -> (String, usize) {
    let chars: Vec<char> = line.chars().collect();
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
    }
}
