//! Random rules over the model of the two worlds, and what they mean, said once more in plain words and cell by cell.

use std::collections::BTreeMap;

use crate::random::Random;
use crate::world::World;

/// The person that the rules are about.
pub(crate) const PERSON: &str = "u";
const ROLE: &str = "Some";

/// What a rule may look like: the dimensions of its rights, the path that leads to them, and its target.
const SHAPES: &[(&[&str], &str, &str)] = &[
    (&["Country"], "Store.Country", "ALL METRICS WITH (Store)"),
    (&["Country"], "Store.Country", "ALL METRICS WITH (Store)"),
    (&["Country"], "", "ALL METRICS WITH (Country)"),
    (&["Product", "Store"], "", "ALL METRICS WITH (Product, Store)"),
    (&["Product"], "", "Sales, Pieces, Price"),
    (&["Month"], "", "ALL METRICS WITH (Month)"),
    (&["Team"], "Employee.Team", "ITEMS OF Employee"),
    (&["Employee"], "", "ITEMS OF Employee"),
    (&["Employee"], "", "ALL METRICS WITH (Employee)"),
    (&["Product"], "", "ITEMS OF Product"),
    (&["Store"], "", "ITEMS OF Store"),
    (&["Country"], "Store.Country", "PROPERTY Store.Rent"),
    (&["Store"], "", "PROPERTY Store.Manager"),
    (&["Employee"], "", "PROPERTY Employee.Lead"),
    (&["Team"], "Employee.Team", "PROPERTY Employee.Grade"),
    (&["Country"], "Store.Country", "LIST Ledger"),
    (&["Month"], "", "LIST Ledger"),
    (&[], "", "Everything, Note"),
];

/// Items by dimension, `None` where there is none.
pub(crate) type Cell = BTreeMap<&'static str, Option<String>>;

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    name: String,
    /// Whose words they are: the person's, or the role's.
    principal: &'static str,
    by: &'static [&'static str],
    through: &'static str,
    target: &'static str,
    /// TRUE or FALSE at items; where there is none nothing is said.
    pub(crate) words: BTreeMap<Vec<String>, bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// Does the role allow what no word speaks of?
    pub(crate) open: bool,
    strict: bool,
    pub(crate) inherits: bool,
    /// Metrics for which the role's default says nothing.
    ignored: Option<&'static str>,
    pub(crate) rules: Vec<Rule>,
    /// People and words beside, which concern the person in nothing.
    others: usize,
}

/// What the judge knows of a model: the items of its dimensions, and the properties that paths follow.
pub(crate) struct Items {
    pub(crate) of: BTreeMap<&'static str, Vec<String>>,
    country: BTreeMap<String, String>,
    team: BTreeMap<String, String>,
}

impl Items {
    pub(crate) fn of(world: &World) -> Items {
        let lines = |query: &str| world.run(query).lines().map(str::to_owned).collect::<Vec<_>>();
        let names = |dimension: &'static str| (dimension, lines(&format!("SELECT Name FROM {dimension}")));
        let months = ("Month", lines("SELECT Name FROM Month"));
        let named = ["Country", "Team", "Employee", "Product", "Store"].map(names);
        let pairs = |query: &str| {
            lines(query)
                .iter()
                .filter_map(|line| line.split_once(','))
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .collect::<BTreeMap<_, _>>()
        };
        Items {
            of: named.into_iter().chain([months]).collect(),
            country: pairs("SELECT Name, Country FROM Store"),
            team: pairs("SELECT Name, Team FROM Employee"),
        }
    }

    /// All coordinates of some dimensions.
    fn coordinates(&self, by: &[&str]) -> Vec<Vec<String>> {
        by.iter().fold(vec![Vec::new()], |all, dimension| {
            let items = &self.of[dimension];
            all.iter().flat_map(|at| items.iter().map(move |item| at.iter().cloned().chain([item.clone()]).collect())).collect()
        })
    }
}

impl Policy {
    pub(crate) fn random(seed: u64, items: &Items) -> Policy {
        let mut random = Random::new(seed ^ 0x00d0_1e7e_d000);
        let count = 2 + random.below(4);
        let mut rules: Vec<Rule> = Vec::new();
        for number in 0..count {
            let (by, through, target) = SHAPES[random.below(SHAPES.len())];
            let principal = if random.percent(80) { "User" } else { "Role" };
            let mut words = BTreeMap::new();
            for at in items.coordinates(by) {
                match random.below(10) {
                    0..6 => drop(words.insert(at, true)),
                    6 | 7 => drop(words.insert(at, false)),
                    _ => {}
                }
            }
            rules.push(Rule { name: format!("R{number}"), principal, by, through, target, words });
        }
        Policy {
            open: random.percent(70),
            strict: random.percent(20),
            inherits: seed.is_multiple_of(2),
            ignored: random.percent(15).then_some("Sales, Note"),
            rules,
            others: random.below(4),
        }
    }

    /// No rule, and a role that allows everything.
    pub(crate) fn open() -> Policy {
        Policy { open: true, strict: false, inherits: true, ignored: None, rules: Vec::new(), others: 0 }
    }

    /// The statements that make it; in an order of chance where there is one.
    pub(crate) fn script(&self, mut order: Option<&mut Random>) -> String {
        let mut shuffled = |mut statements: Vec<String>| {
            if let Some(random) = &mut order {
                for last in (1..statements.len()).rev() {
                    statements.swap(last, random.below(last + 1));
                }
            }
            statements.join("\n")
        };
        let default = if self.open { "ALLOWED" } else { "UNSPECIFIED" };
        let permissions =
            "\"Display Application\", \"Open Boards\", \"Display Block Explorer\", \"Use formula playground\", \"Export Data\"";
        let mut people = vec![format!("CREATE USER '{PERSON}';")];
        let mut grants = vec![format!("GRANT ROLE \"{ROLE}\" TO USER '{PERSON}';")];
        let mut roles = vec![format!("CREATE ROLE \"{ROLE}\" PERMISSIONS ({permissions}) READ {default} WRITE DENIED;")];
        for other in 0..self.others {
            people.push(format!("CREATE USER 'v{other}';"));
            roles.push(format!("CREATE ROLE \"Other{other}\" PERMISSIONS ({permissions}) READ DENIED WRITE DENIED;"));
            grants.push(format!("GRANT ROLE \"Other{other}\" TO USER 'v{other}';"));
        }
        people.extend(roles);
        let (mut metrics, mut words, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        for rule in &self.rules {
            let Rule { name, principal, by, through, target, .. } = rule;
            let dims = std::iter::once(*principal).chain(by.iter().copied()).collect::<Vec<_>>().join(", ");
            metrics.push(format!("CREATE METRIC {name} ACCESS RIGHTS BY ({dims});"));
            let through = if through.is_empty() { String::new() } else { format!(" THROUGH {through}") };
            rules.push(format!("CREATE RULE {name}r APPLY READ OF {name}{through} TO {target};"));
            let who = if *principal == "User" { PERSON } else { ROLE };
            let whose = (0..self.others).map(|other| if *principal == "User" { format!("v{other}") } else { format!("Other{other}") });
            let row = |who: &str, at: &[String], word: &str| {
                let at = at.iter().map(|item| format!("'{item}', ")).collect::<String>();
                format!("('{who}', {at}'{word}')")
            };
            for other in whose {
                words.extend(rule.words.keys().take(3).map(|at| (name, row(&other, at, "r."))));
            }
            words.extend(rule.words.iter().map(|(at, yes)| (name, row(who, at, if *yes { "r." } else { "-." }))));
        }
        let words = words.into_iter().map(|(name, row)| format!("INSERT INTO {name} VALUES {row};")).collect();
        rules.extend(self.ignored.map(|metrics| format!("CREATE RULE ignores IGNORE ROLE DEFAULT READ ON {metrics};")));
        rules.push(format!("ALTER APPLICATION SET INHERITANCE {};", if self.inherits { "ON" } else { "OFF" }));
        rules.push(format!("ALTER APPLICATION SET ACCESS RIGHTS {};", if self.strict { "STRICT" } else { "THREE STATE" }));
        let parts = [shuffled(people), shuffled(grants), shuffled(metrics), "BEGIN;".to_owned(), shuffled(words), "COMMIT;".to_owned()];
        format!("{}\n{}", parts.join("\n"), shuffled(rules))
    }

    /// The rules that speak of a target.
    fn about(&self, speaks: impl Fn(&str) -> bool) -> Vec<&Rule> {
        self.rules.iter().filter(|rule| speaks(rule.target)).collect()
    }

    /// Steps 1 and 2 of the effective right: a word allows and none denies.
    fn allows(&self, rules: &[&Rule], default: bool, cell: &Cell, items: &Items) -> bool {
        let mut allowed = default;
        for rule in rules {
            match rule.at(cell, items).and_then(|at| rule.words.get(&at)) {
                Some(true) => allowed = true,
                Some(false) => return false,
                None if self.strict => return false,
                None => {}
            }
        }
        allowed
    }

    pub(crate) fn shows_item(&self, dimension: &str, item: &str, items: &Items) -> bool {
        let Some(dimension) = items.of.keys().find(|known| **known == dimension) else { return true };
        let rules = self.about(|target| target.strip_prefix("ITEMS OF ") == Some(dimension));
        rules.is_empty() || self.allows(&rules, self.open, &Cell::from([(*dimension, Some(item.to_owned()))]), items)
    }

    pub(crate) fn shows_property(&self, dimension: &'static str, property: &str, item: &str, items: &Items) -> bool {
        let rules = self.about(|target| target == format!("PROPERTY {dimension}.{property}"));
        rules.is_empty() || self.allows(&rules, self.open, &Cell::from([(dimension, Some(item.to_owned()))]), items)
    }

    fn shows_keys(&self, cell: &Cell, items: &Items) -> bool {
        cell.iter().all(|(dimension, item)| item.as_ref().is_none_or(|item| self.shows_item(dimension, item, items)))
    }

    pub(crate) fn shows_row(&self, cell: &Cell, items: &Items) -> bool {
        let rules = self.about(|target| target == "LIST Ledger");
        self.shows_keys(cell, items) && self.allows(&rules, self.open, cell, items)
    }

    /// A cell of an input.
    pub(crate) fn shows_cell(&self, metric: &str, cell: &Cell, items: &Items) -> bool {
        let listed = |names: &str| names.split(", ").any(|name| name == metric);
        let with = |target: &str| {
            let dims = target.strip_prefix("ALL METRICS WITH (").and_then(|rest| rest.strip_suffix(')'));
            dims.is_some_and(|dims| dims.split(", ").all(|dimension| cell.contains_key(dimension)))
        };
        let rules = self.about(|target| listed(target) || with(target));
        let default = self.open && !self.ignored.is_some_and(listed);
        self.shows_keys(cell, items) && self.allows(&rules, default, cell, items)
    }
}

impl Rule {
    /// The items of the rights that a cell is under; `None` where a path leads nowhere.
    fn at(&self, cell: &Cell, items: &Items) -> Option<Vec<String>> {
        self.by
            .iter()
            .map(|dimension| match self.through.split_once('.') {
                Some(("Store", "Country")) => items.country.get(cell.get("Store")?.as_ref()?).cloned(),
                Some(("Employee", "Team")) => items.team.get(cell.get("Employee")?.as_ref()?).cloned(),
                _ => cell.get(dimension)?.clone(),
            })
            .collect()
    }

    /// As a statement: one word.
    pub(crate) fn word(&self, at: &[String], word: &str) -> String {
        let who = if self.principal == "User" { PERSON } else { ROLE };
        let at = at.iter().map(|item| format!("'{item}', ")).collect::<String>();
        format!("INSERT INTO {} VALUES ('{who}', {at}'{word}');", self.name)
    }

    /// Any coordinate of its rights.
    pub(crate) fn any(&self, items: &Items, random: &mut Random) -> Vec<String> {
        let all = items.coordinates(self.by);
        all[random.below(all.len())].clone()
    }
}
