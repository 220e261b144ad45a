//! The engine through its public library.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use smalt::{Application, Outcome, Session};
use smalt_oracle::{Cells, Decimal, Metric, Type, Value};

use crate::world::World;

/// An application with a model in it.
pub(crate) struct Engine {
    session: Session,
}

impl Engine {
    pub(crate) fn new(world: &World) -> Engine {
        let engine = Engine::empty();
        let script = world.script();
        if let Err(e) = engine.run(&script) {
            panic!("the model is refused: {e}\n{script}");
        }
        engine
    }

    pub(crate) fn empty() -> Engine {
        Engine { session: Application::in_memory().unwrap().owner_session().unwrap() }
    }

    /// Runs a script; the text of its error.
    pub(crate) fn run(&self, script: &str) -> Result<(), String> {
        self.session.run(script, &mut Outcome::default()).map_err(|e| e.to_string())
    }

    /// Runs a script; what it gives, or the text of its error.
    pub(crate) fn told(&self, script: &str) -> Result<Outcome, String> {
        let mut outcome = Outcome::default();
        self.session.run(script, &mut outcome).map(|()| outcome).map_err(|e| e.to_string())
    }

    /// A model that is perhaps refused.
    pub(crate) fn try_new(world: &World) -> Result<Engine, String> {
        let engine = Engine::empty();
        engine.run(&world.script())?;
        Ok(engine)
    }

    /// All cells of a metric, coordinate by coordinate.
    pub(crate) fn cells(&self, world: &World, metric: &Metric) -> Cells {
        let snapshot = self.session.snapshot().unwrap();
        let mut cells = Cells::new();
        for c in world.model.coordinates(&metric.dims) {
            let items: Vec<&str> = metric.dims.iter().zip(&c).map(|(d, item)| world.model.dimensions[*d].items[*item].as_str()).collect();
            if let Some(value) = snapshot.cell(&metric.name, &items).unwrap() {
                cells.insert(c, own(&value, metric.ty, world));
            }
        }
        cells
    }

    /// How many rows a query sees.
    pub(crate) fn rows(&self, metric: &str) -> usize {
        let mut outcome = Outcome::default();
        self.session.run(&format!("SELECT * FROM \"{metric}\""), &mut outcome).unwrap();
        outcome.tables.iter().map(|(_, table)| table.row_count()).sum()
    }
}

/// Does the engine take ORDER BY yet?
pub(crate) fn orders() -> bool {
    static KNOWN: OnceLock<bool> = OnceLock::new();
    *KNOWN.get_or_init(|| match Engine::empty().run("CREATE DIMENSION D (Name TEXT, N INTEGER) ORDER BY N") {
        Ok(()) => true,
        Err(e) if e.contains("not yet supported") => false,
        Err(e) => panic!("{e}"),
    })
}

fn own(value: &smalt::Value, ty: Type, world: &World) -> Value {
    match (value, ty) {
        (smalt::Value::Number(v), _) => Value::Number(*v),
        (smalt::Value::Integer(v), _) => Value::Integer(*v),
        (smalt::Value::Decimal(digits, units), _) => Value::Decimal(Decimal { units: *units, scale: digits.scale }),
        (smalt::Value::Text(name), Type::Item(d)) => {
            Value::Item(d, world.model.dimensions[d].items.iter().position(|item| *item == **name).unwrap())
        }
        (smalt::Value::Text(v), _) => Value::Text(v.to_string()),
        (smalt::Value::Boolean(v), _) => Value::Boolean(*v),
        (smalt::Value::Date(v), _) => Value::Date(*v),
        other => panic!("{other:?}"),
    }
}

/// The first difference, if there is one: presence exactly, numbers to 1e-9 of their size and 1e-12, also where they have become texts, all else
/// exactly.
pub(crate) fn difference(world: &World, metric: &Metric, engine: &Cells, oracle: &Cells) -> Option<String> {
    let mut all: BTreeMap<&Vec<usize>, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
    for (c, v) in engine {
        all.entry(c).or_default().0 = Some(v);
    }
    for (c, v) in oracle {
        all.entry(c).or_default().1 = Some(v);
    }
    let (c, (a, b)) = all.into_iter().find(|(_, (a, b))| !equal(*a, *b))?;
    let shown = |v: Option<&Value>| v.map_or("BLANK".to_owned(), |v| format!("{v:?}"));
    let at: Vec<&str> = metric.dims.iter().zip(c).map(|(d, item)| world.model.dimensions[*d].items[*item].as_str()).collect();
    Some(format!("at ({}) the engine has {}, the oracle {}", at.join(", "), shown(a), shown(b)))
}

fn equal(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => close(*a, *b),
        (Some(Value::Text(a)), Some(Value::Text(b))) if a != b => match (a.parse(), b.parse()) {
            (Ok(a), Ok(b)) => close(a, b),
            _ => false,
        },
        _ => a == b,
    }
}

fn close(a: f64, b: f64) -> bool {
    let scale = a.abs().max(b.abs());
    (a - b).abs() <= scale * 1e-9 || (a - b).abs() < 1e-12
}
