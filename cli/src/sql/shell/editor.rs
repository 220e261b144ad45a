//! The line that is typed: what a key does to it. It knows no terminal.

/// A key, as far as the editor has a use for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    Up,
    Down,
    /// The line before the one that is shown which has what was typed.
    Search,
    /// Everything before the cursor goes.
    CutBefore,
    /// Everything behind it.
    CutBehind,
    /// The word before it.
    CutWord,
    /// The line is given up.
    GiveUp,
    /// The end of the input, on an empty line.
    EndOfInput,
    /// The screen is cleared.
    Clear,
}

/// What the shell has to do after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Draw the line.
    Draw,
    /// Clear the screen and draw the line.
    Clear,
    /// Draw the line, and below it what it could become.
    Choose(Vec<String>),
    /// The line is complete.
    Line(String),
    /// It was given up.
    GivenUp,
    /// There will be no more.
    End,
}

/// What could stand in place of the word before the cursor: where that begins, in characters, and the choices.
pub(super) type Choices = (usize, Vec<String>);

/// A line in the making, and those that were typed before.
#[derive(Debug, Default)]
pub(super) struct Editor {
    line: Vec<char>,
    cursor: usize,
    history: Vec<String>,
    /// The line of the history that is shown, and what was typed before one looked.
    shown: Option<(usize, Vec<char>)>,
}

/// So many lines are remembered.
const MOST_LINES: usize = 1_000;

impl Editor {
    /// With lines from before, the oldest first.
    pub(super) fn new(history: Vec<String>) -> Editor {
        Editor { history, ..Editor::default() }
    }

    /// The line.
    pub(super) fn text(&self) -> String {
        self.line.iter().collect()
    }

    /// Where the cursor is, in characters.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// A key was pressed. `complete` is asked with the line before the cursor.
    pub(super) fn press(&mut self, key: Key, complete: impl FnOnce(&str) -> Choices) -> Event {
        match key {
            Key::Char(c) => {
                self.line.insert(self.cursor, c);
                self.cursor += 1;
            }
            Key::Enter => return Event::Line(self.enter()),
            Key::Tab => return self.complete(complete),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.line.remove(self.cursor);
            }
            Key::Delete if self.cursor < self.line.len() => drop(self.line.remove(self.cursor)),
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(self.line.len()),
            Key::WordLeft => self.cursor = self.word_start(),
            Key::WordRight => {
                let behind = self.line.iter().skip(self.cursor);
                let gap = behind.clone().take_while(|c| !c.is_alphanumeric()).count();
                self.cursor += gap + behind.skip(gap).take_while(|c| c.is_alphanumeric()).count();
            }
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.line.len(),
            Key::Up => self.look(true),
            Key::Down => self.look(false),
            Key::Search => self.search(),
            Key::CutBefore => {
                self.line.drain(..self.cursor);
                self.cursor = 0;
            }
            Key::CutBehind => self.line.truncate(self.cursor),
            Key::CutWord => {
                let start = self.word_start();
                self.line.drain(start..self.cursor);
                self.cursor = start;
            }
            Key::GiveUp => {
                self.set(Vec::new());
                self.shown = None;
                return Event::GivenUp;
            }
            Key::EndOfInput if self.line.is_empty() => return Event::End,
            Key::Clear => return Event::Clear,
            Key::Backspace | Key::Delete | Key::EndOfInput => {}
        }
        Event::Draw
    }

    fn enter(&mut self) -> String {
        let line = self.text();
        self.set(Vec::new());
        self.shown = None;
        if !line.trim().is_empty() && self.history.last() != Some(&line) {
            self.history.push(line.clone());
            let over = self.history.len().saturating_sub(MOST_LINES);
            self.history.drain(..over);
        }
        line
    }

    fn set(&mut self, line: Vec<char>) {
        self.cursor = line.len();
        self.line = line;
    }

    fn word_start(&self) -> usize {
        let before = self.line.iter().take(self.cursor).rev();
        let gap = before.clone().take_while(|c| !c.is_alphanumeric()).count();
        self.cursor - gap - before.skip(gap).take_while(|c| c.is_alphanumeric()).count()
    }

    /// One line back in the history, or one on; behind the last one is what was typed.
    fn look(&mut self, back: bool) {
        let at = self.shown.as_ref().map_or(self.history.len(), |(at, _)| *at);
        let to = if back { at.checked_sub(1) } else { Some(at + 1) };
        match to.map(|to| (to, self.history.get(to))) {
            Some((to, Some(line))) => {
                let line = line.chars().collect();
                let typed = self.shown.take().map_or_else(|| self.line.clone(), |(_, typed)| typed);
                self.shown = Some((to, typed));
                self.set(line);
            }
            Some((_, None)) => {
                if let Some((_, typed)) = self.shown.take() {
                    self.set(typed);
                }
            }
            None => {}
        }
    }

    /// Looks further back in the history for what was typed.
    fn search(&mut self) {
        let (from, typed) = match &self.shown {
            Some((at, typed)) => (*at, typed.clone()),
            None => (self.history.len(), self.line.clone()),
        };
        let wanted = typed.iter().collect::<String>().to_lowercase();
        let has = |line: &&String| line.to_lowercase().contains(&wanted);
        let found = self.history.iter().take(from).enumerate().rev().find(|(_, line)| has(line));
        if let Some((at, line)) = found.map(|(at, line)| (at, line.chars().collect())) {
            self.shown = Some((at, typed));
            self.set(line);
        }
    }

    /// The word before the cursor grows by what all choices have in common.
    fn complete(&mut self, complete: impl FnOnce(&str) -> Choices) -> Event {
        let before: String = self.line.iter().take(self.cursor).collect();
        let (start, choices) = complete(&before);
        let start = start.min(self.cursor);
        let Some(common) = common(&choices) else { return Event::Draw };
        let typed = self.cursor - start;
        let is_whole = choices.len() == 1;
        if common.len() > typed || is_whole {
            self.line.splice(start..self.cursor, common.iter().copied());
            self.cursor = start + common.len();
            return Event::Draw;
        }
        Event::Choose(choices)
    }
}

/// What all texts begin with, whatever their case; as the first one has it.
fn common(choices: &[String]) -> Option<Vec<char>> {
    let (first, rest) = choices.split_first()?;
    let mut common: Vec<char> = first.chars().collect();
    for other in rest {
        let same = common.iter().zip(other.chars()).take_while(|(a, b)| a.to_lowercase().eq(b.to_lowercase())).count();
        common.truncate(same);
    }
    Some(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: &str) -> Choices {
        (0, Vec::new())
    }

    fn typed(editor: &mut Editor, text: &str) {
        text.chars().for_each(|c| drop(editor.press(Key::Char(c), none)));
    }

    fn line(editor: &mut Editor, text: &str) {
        typed(editor, text);
        assert_eq!(editor.press(Key::Enter, none), Event::Line(text.to_owned()));
    }

    /// The line, with `|` at the cursor.
    fn shown(editor: &Editor) -> String {
        let mut text: Vec<char> = editor.text().chars().collect();
        text.insert(editor.cursor(), '|');
        text.into_iter().collect()
    }

    fn after(text: &str, keys: &[Key]) -> String {
        let mut editor = Editor::default();
        typed(&mut editor, text);
        keys.iter().for_each(|key| drop(editor.press(*key, none)));
        shown(&editor)
    }

    #[test]
    fn keys_do_what_they_say() {
        use Key::*;
        for (keys, expected) in [
            (&[][..], "SELECT Zoë, 'ü'|"),
            (&[Left, Left, Backspace], "SELECT Zoë, |ü'"),
            (&[Home, Delete, Char('s')], "s|ELECT Zoë, 'ü'"),
            (&[Home, Right, Right, CutBefore], "|LECT Zoë, 'ü'"),
            (&[Home, WordRight, CutBehind], "SELECT|"),
            (&[WordLeft, WordLeft], "SELECT |Zoë, 'ü'"),
            (&[WordLeft, CutWord], "SELECT |ü'"),
            (&[Home, Left, Backspace], "|SELECT Zoë, 'ü'"),
            (&[Right, Delete, End], "SELECT Zoë, 'ü'|"),
            (&[Home, WordLeft, End, WordRight], "SELECT Zoë, 'ü'|"),
            (&[GiveUp, Backspace, Delete, CutWord, CutBefore, CutBehind, WordLeft, WordRight], "|"),
        ] {
            assert_eq!(after("SELECT Zoë, 'ü'", keys), expected, "{keys:?}");
        }
    }

    #[test]
    fn any_keys_leave_the_cursor_in_the_line() {
        use Key::*;
        let keys = [
            Char('a'),
            Char(' '),
            Char('漢'),
            Char('\''),
            Enter,
            Tab,
            Backspace,
            Delete,
            Left,
            Right,
            WordLeft,
            WordRight,
            Home,
            End,
            Up,
            Down,
            Search,
            CutBefore,
            CutBehind,
            CutWord,
            GiveUp,
            EndOfInput,
            Clear,
        ];
        let mut editor = Editor::new(vec!["before".to_owned()]);
        let mut seed = 7u64;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if let Some(key) = keys.get((seed >> 33) as usize % keys.len()) {
                editor.press(*key, |before| (before.chars().count() / 2, vec!["ab".to_owned(), "aC".to_owned()]));
            }
            assert!(editor.cursor() <= editor.text().chars().count());
        }
        assert!(editor.history.len() <= MOST_LINES);
    }

    #[test]
    fn lines_from_before_come_back() {
        let mut editor = Editor::new(vec!["one".to_owned()]);
        line(&mut editor, "two");
        line(&mut editor, "two");
        line(&mut editor, "  ");
        assert_eq!(editor.history, ["one", "two"]);
        typed(&mut editor, "thr");
        for (key, expected) in
            [(Key::Up, "two|"), (Key::Up, "one|"), (Key::Up, "one|"), (Key::Down, "two|"), (Key::Down, "thr|"), (Key::Down, "thr|")]
        {
            editor.press(key, none);
            assert_eq!(shown(&editor), expected);
        }
        editor.press(Key::Up, none);
        typed(&mut editor, "!");
        assert_eq!(editor.press(Key::Enter, none), Event::Line("two!".to_owned()));
        assert_eq!(editor.history, ["one", "two", "two!"]);
    }

    #[test]
    fn lines_are_found_by_what_they_have() {
        let lines = ["SELECT a", "SHOW METRICS", "SELECT b"].map(str::to_owned);
        let mut editor = Editor::new(lines.to_vec());
        typed(&mut editor, "select");
        for (key, expected) in [
            (Key::Search, "SELECT b|"),
            (Key::Search, "SELECT a|"),
            (Key::Search, "SELECT a|"),
            (Key::Down, "SHOW METRICS|"),
            (Key::Down, "SELECT b|"),
            (Key::Down, "select|"),
        ] {
            editor.press(key, none);
            assert_eq!(shown(&editor), expected);
        }
        typed(&mut editor, "ion");
        editor.press(Key::Search, none);
        assert_eq!(shown(&editor), "selection|");
    }

    #[test]
    fn a_tab_adds_what_the_choices_have_in_common() {
        let mut editor = Editor::default();
        typed(&mut editor, "SHOW me");
        let of = |choices: &[&str]| {
            let choices: Vec<String> = choices.iter().map(|c| (*c).to_owned()).collect();
            move |_: &str| (5, choices)
        };
        assert_eq!(editor.press(Key::Tab, of(&["METRICS", "Metrology"])), Event::Draw);
        assert_eq!(shown(&editor), "SHOW METR|");
        assert_eq!(
            editor.press(Key::Tab, of(&["METRICS", "Metrology"])),
            Event::Choose(vec!["METRICS".to_owned(), "Metrology".to_owned()])
        );
        assert_eq!(editor.press(Key::Tab, of(&["METRICS"])), Event::Draw);
        assert_eq!(shown(&editor), "SHOW METRICS|");
        assert_eq!(editor.press(Key::Tab, none), Event::Draw);
        assert_eq!(shown(&editor), "SHOW METRICS|");
    }

    #[test]
    fn the_input_ends_on_an_empty_line_only() {
        let mut editor = Editor::default();
        typed(&mut editor, "x");
        assert_eq!(editor.press(Key::EndOfInput, none), Event::Draw);
        assert_eq!(editor.press(Key::GiveUp, none), Event::GivenUp);
        assert_eq!(editor.press(Key::EndOfInput, none), Event::End);
    }
}
