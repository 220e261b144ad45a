//! The model's script, cut at its headings: each part has a title, an explanation, and statements.

/// The statements that build the sample model.
pub(crate) const MODEL: &str = include_str!("model.sql");

/// The comment that begins a part.
const HEADING: &str = "-- # ";

/// One part of the script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) explanation: Vec<String>,
    /// The statements, after as many empty lines as stand before them in the script, so that errors name its lines.
    pub(crate) statements: String,
}

impl Section {
    /// The lines of the statements that give a metric its formula.
    pub(crate) fn formulas(&self) -> impl Iterator<Item = &str> {
        let mut inside = false;
        self.statements.lines().filter(move |line| {
            let shown = inside || (line.starts_with("CREATE METRIC") && line.contains(" AS"));
            inside = shown && !line.ends_with(';');
            shown
        })
    }
}

/// The parts of a script, in order.
pub(crate) fn sections(script: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (number, line) in script.lines().enumerate() {
        if let Some(title) = line.strip_prefix(HEADING) {
            sections.push(Section { title: title.to_owned(), explanation: Vec::new(), statements: "\n".repeat(number + 1) });
        } else if let Some(section) = sections.last_mut() {
            match line.strip_prefix("-- ") {
                Some(comment) => {
                    section.explanation.push(comment.to_owned());
                    section.statements.push('\n');
                }
                None => {
                    section.statements.push_str(line);
                    section.statements.push('\n');
                }
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_cut_at_its_headings() {
        let found = sections("-- intro\n-- # One\n-- why\nA;\n-- # Two\nB;\nC;\n");
        let expected = [
            Section { title: "One".into(), explanation: vec!["why".into()], statements: "\n\n\nA;\n".into() },
            Section { title: "Two".into(), explanation: vec![], statements: "\n\n\n\n\nB;\nC;\n".into() },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn formulas_are_shown_whole() {
        let script = "-- # One\nCREATE METRIC A NUMBER;\nCREATE METRIC B NUMBER AS\n    A\n    + 1;\nCREATE LIST C (D DATE);\nCREATE METRIC D NUMBER AS A;\n";
        let found =
            sections(script).iter().flat_map(|section| section.formulas().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>();
        assert_eq!(found, ["CREATE METRIC B NUMBER AS", "    A", "    + 1;", "CREATE METRIC D NUMBER AS A;"]);
    }

    #[test]
    fn the_model_has_all_its_statements_in_sections() {
        let sections = sections(MODEL);
        let words = |text: &str| text.lines().filter(|line| !line.starts_with("--")).flat_map(str::split_whitespace).count();
        assert_eq!(sections.iter().map(|section| words(&section.statements)).sum::<usize>(), words(MODEL));
        assert!(sections.iter().all(|section| !section.explanation.is_empty() && words(&section.statements) > 0));
    }
}
