//! A checked formula on one line, to be compared in tests.

use std::fmt::{self, Display, Formatter};

use smalt_model::{DimensionId, Type, Value};

use super::World;
use crate::{Kind, Node, Spread};

pub(crate) struct Sketch<'a>(pub(crate) &'a World, pub(crate) &'a Node);

impl Display for Sketch<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Sketch(world, node) = self;
        f.write_str(&type_name(world, node.ty))?;
        if !node.dims.is_empty() {
            write!(f, " by {}", dims(world, &node.dims))?;
        }
        if let Some(list) = node.rows {
            write!(f, " by row of {}", world.schema.list(list).unwrap().name)?;
        }
        write!(f, ": {}", of(world, node))
    }
}

fn type_name(world: &World, ty: Type) -> String {
    match ty {
        Type::Number => "NUMBER".to_owned(),
        Type::Integer => "INTEGER".to_owned(),
        Type::Text => "TEXT".to_owned(),
        Type::Boolean => "BOOLEAN".to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Rights => "RIGHTS".to_owned(),
        Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Type::Item(d) => dims(world, &[d]),
    }
}

fn dims(world: &World, ids: &[DimensionId]) -> String {
    ids.iter().map(|d| world.schema.dimension(*d).unwrap().name.to_string()).collect::<Vec<_>>().join(", ")
}

fn of(world: &World, node: &Node) -> String {
    let go = |n: &Node| of(world, n);
    let all = |ns: &[&Node]| ns.iter().map(|n| go(n)).collect::<Vec<_>>().join(", ");
    let property = |d: DimensionId, p: u16| world.schema.dimension(d).unwrap().properties[usize::from(p)].name.to_string();
    match &node.kind {
        Kind::Constant(Value::Item(d, item)) => {
            let name = crate::Items::name(world, *d, *item).unwrap();
            format!("{}\"{name}\"", dims(world, &[*d]))
        }
        Kind::Constant(Value::Number(n)) => format!("{n:?}"),
        Kind::Constant(Value::Integer(n)) => n.to_string(),
        Kind::Constant(Value::Boolean(b)) => b.to_string(),
        Kind::Constant(Value::Text(t)) => format!("{t:?}"),
        Kind::Constant(Value::Decimal(digits, units)) => smalt_model::Decimal { units: *units, scale: digits.scale }.to_string(),
        Kind::Constant(value) => format!("{value:?}"),
        Kind::Blank => format!("BLANK {}", type_name(world, node.ty)),
        Kind::Metric(id) => world.schema.metric(*id).unwrap().name.to_string(),
        Kind::Current(d) => dims(world, &[*d]),
        Kind::Property { item, property: p } => format!("{}.{}", go(item), property(item.item_dimension().unwrap(), *p)),
        Kind::Column(list, column) => {
            let list = world.schema.list(*list).unwrap();
            format!("{}.{}", list.name, list.columns[usize::from(*column)].name)
        }
        Kind::Sum(terms) => {
            let terms: Vec<String> = terms.iter().map(|t| format!("{}{}", if t.negative { "-" } else { "+" }, go(&t.node))).collect();
            format!("sum({})", terms.join(", "))
        }
        Kind::Product(factors) => {
            let (first, rest) = factors.split_first().unwrap();
            let word = |divides: bool| if divides { "divide" } else { "multiply" };
            rest.iter().fold(go(&first.node), |all, f| format!("{}({all}, {})", word(f.divides), go(&f.node)))
        }
        Kind::Compare(c, a, b) => format!("({} {} {})", go(a), c.sign(), go(b)),
        Kind::ToNumber(a) => format!("number({})", go(a)),
        Kind::ToDecimal(a) => format!("{}({})", type_name(world, node.ty).to_lowercase(), go(a)),
        Kind::ToText(a) => format!("text({})", go(a)),
        Kind::Up { input, mappings, kept, method } => {
            let maps: Vec<String> = mappings.iter().map(|(d, m)| format!("{} <- {}", dims(world, &[*d]), go(m))).collect();
            format!("up {}({}; {}; kept {})", method.word(), go(input), maps.join(", "), dims(world, kept))
        }
        Kind::Down { input, mappings, spread } => {
            let maps: Vec<String> = mappings.iter().map(|(d, m)| format!("{} at {}", dims(world, &[*d]), go(m))).collect();
            format!("down {}({}; {})", spread_word(world, spread), go(input), maps.join(", "))
        }
        Kind::Add { input, added, spread } => format!("add {}({}; {})", spread_word(world, spread), go(input), dims(world, added)),
        Kind::Filter { input, condition, keep } => format!("{}({}; {})", if *keep { "keep" } else { "drop" }, go(input), go(condition)),
        Kind::Offset { input, dimension, offset } => format!("offset({}; {} {offset})", go(input), dims(world, &[*dimension])),
        Kind::ParentOffset { input, dimension, parent, offset, method } => {
            format!("parent {}({}; {} by {} {offset})", method.word(), go(input), dims(world, &[*dimension]), go(parent))
        }
        Kind::AtMapping { input, dimension, mapping } => format!("at({}; {} {})", go(input), dims(world, &[*dimension]), go(mapping)),
        Kind::Call(function, args) => format!("{function:?}({})", all(&args.iter().collect::<Vec<_>>())),
        Kind::Along { function, input, dimension, order, args, method } => {
            let args: Vec<String> = args.iter().map(|a| a.as_ref().map_or("-".to_owned(), go)).collect();
            let order = order.as_ref().map_or(String::new(), |o| format!(" ON {}", go(o)));
            format!("{function:?} {}({}; {}{order}; {})", method.word(), go(input), dims(world, &[*dimension]), args.join(", "))
        }
        Kind::Previous { dimension, back } => {
            format!("previous({}; {})", dims(world, &[*dimension]), back.as_ref().map_or("1".to_owned(), |b| go(b)))
        }
        Kind::PreviousOf { metric, dimension, back } => {
            let metric = &world.schema.metric(*metric).unwrap().name;
            format!("previous of {metric}({}; {})", dims(world, &[*dimension]), back.as_ref().map_or("1".to_owned(), |b| go(b)))
        }
        Kind::Whole(method, input) => format!("whole {}({})", method.word(), go(input)),
        Kind::CurrentValue => "current".to_owned(),
        other => {
            let name = format!("{other:?}");
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_lowercase();
            format!("{name}({})", all(&node.children()))
        }
    }
}

fn spread_word(world: &World, spread: &Spread) -> String {
    match spread {
        Spread::Constant => "CONSTANT".to_owned(),
        Spread::Split => "SPLIT".to_owned(),
        Spread::SplitOn(weight) => format!("SPLIT ON {} ", of(world, weight)),
    }
}
