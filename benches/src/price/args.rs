//! The command line.

use std::path::PathBuf;

pub(crate) const HELP: &str = "\
price --data DIR [--threads N] [--rounds N] [--people N] [--profiles N]

  --data DIR     a folder made by PlanBench's generator
  --threads N    the most threads that one statement uses; default 2
  --rounds N     how often each question is asked, in turns by the owner and by the person; default 9
  --people N     people who ask once each, of whom many share a profile; default 10000
  --profiles N   how many different profiles these have; default 50";

#[derive(Debug)]
pub(crate) enum Wish {
    Help,
    Run(Args),
}

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) data: PathBuf,
    pub(crate) threads: usize,
    pub(crate) rounds: usize,
    pub(crate) people: usize,
    pub(crate) profiles: usize,
}

pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut data = None;
    let (mut threads, mut rounds, mut people, mut profiles) = (2, 9, 10_000, 50);
    while let Some(flag) = words.next() {
        if flag == "--help" || flag == "-h" {
            return Ok(Wish::Help);
        }
        let value = words.next().ok_or_else(|| format!("`{flag}` needs a value"))?;
        let number = || value.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("`{value}` is no number above zero"));
        match flag.as_str() {
            "--data" => data = Some(PathBuf::from(value)),
            "--threads" => threads = number()?,
            "--rounds" => rounds = number()?,
            "--people" => people = number()?,
            "--profiles" => profiles = number()?,
            _ => return Err(format!("there is no option `{flag}`")),
        }
    }
    Ok(Wish::Run(Args { data: data.ok_or("`--data` is missing")?, threads, rounds, people, profiles }))
}
