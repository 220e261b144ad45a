//! The command line.

use std::path::PathBuf;

pub(crate) const HELP: &str = "\
planbench --data DIR [--tasks T1,T2,T4] [--threads N] [--expected FILE] [--json FILE]

  --data DIR        a folder made by PlanBench's generator
  --tasks LIST      of T1csv, T1, T2, T2x, T3, T4, T5, T6, T7 (T1 and T2 always run: the rest needs them); default T1,T2,T4
  --threads N       the most threads that one statement uses; default 2
  --expected FILE   the reference's answers; without it nothing is checked
  --json FILE       one JSON line a step is appended to it";

#[derive(Debug)]
pub(crate) enum Wish {
    Help,
    Run(Args),
}

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) data: PathBuf,
    pub(crate) tasks: Vec<String>,
    pub(crate) threads: usize,
    pub(crate) expected: Option<PathBuf>,
    pub(crate) json: Option<PathBuf>,
}

pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let (mut data, mut expected, mut json) = (None, None, None);
    let mut tasks = "T1,T2,T4".to_owned();
    let mut threads = 2;
    while let Some(word) = words.next() {
        let (flag, inline) = match word.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (word, None),
        };
        if flag == "--help" || flag == "-h" {
            return Ok(Wish::Help);
        }
        let value = inline.or_else(|| words.next()).ok_or_else(|| format!("`{flag}` needs a value"))?;
        match flag.as_str() {
            "--data" => data = Some(PathBuf::from(value)),
            "--tasks" => tasks = value,
            "--threads" => threads = value.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("`{value}` is no number of threads"))?,
            "--expected" => expected = Some(PathBuf::from(value)),
            "--json" => json = Some(PathBuf::from(value)),
            _ => return Err(format!("there is no option `{flag}`")),
        }
    }
    let data = data.ok_or("`--data` is missing")?;
    let tasks = tasks.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    Ok(Wish::Run(Args { data, tasks, threads, expected, json }))
}
