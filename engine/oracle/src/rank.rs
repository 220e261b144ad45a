//! RANK (formulas.md §7).

use std::cmp::Ordering;

use smalt_formula::Argument;

use crate::along::word;
use crate::block::Block;
use crate::scope::Scope;
use crate::value::{Type, Value};
use crate::{Cells, Found};

/// RANK(x [, group] [, ASC|DESC] [, MINIMUM|MAXIMUM|SEQUENTIAL|AVERAGE])
pub(crate) fn rank(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    let mut descends = false;
    let mut ties = "MINIMUM".to_owned();
    let mut group = None;
    for argument in &arguments[1..] {
        match word(&argument.value).as_deref() {
            Some("ASC") => descends = false,
            Some("DESC") => descends = true,
            Some(word @ ("MINIMUM" | "MAXIMUM" | "SEQUENTIAL" | "AVERAGE")) => ties = word.to_owned(),
            _ => group = Some(scope.eval(&argument.value)?),
        }
    }
    let x = x.over_all(scope, &group.iter().collect::<Vec<_>>())?;
    scope.work.take(x.cells.len() * x.cells.len())?;
    let mut cells = Cells::new();
    for (c, value) in &x.cells {
        let own = group.as_ref().map(|g| g.at(&x.dims, c));
        // A function is BLANK where an argument is (§3): that BLANK is a group is said of CUMULATE only.
        if own == Some(None) {
            continue;
        }
        // Cells of the group: how many come before, how many are equal, how many of these stand earlier.
        let (mut before, mut equal, mut earlier) = (0, 0, 0);
        for (other, v) in &x.cells {
            if group.as_ref().map(|g| g.at(&x.dims, other)) != own {
                continue;
            }
            match v.compared(value).map(|o| if descends { o.reverse() } else { o }) {
                Some(Ordering::Less) => before += 1,
                Some(Ordering::Equal) => {
                    equal += 1;
                    earlier += i64::from(other < c);
                }
                _ => {}
            }
        }
        cells.insert(
            c.clone(),
            match ties.as_str() {
                "MAXIMUM" => Value::Integer(before + equal),
                "SEQUENTIAL" => Value::Integer(before + earlier + 1),
                "AVERAGE" => Value::Number(before as f64 + (equal as f64 + 1.0) / 2.0),
                _ => Value::Integer(before + 1),
            },
        );
    }
    let ty = if ties == "AVERAGE" { Type::Number } else { Type::Integer };
    Ok(Block { dims: x.dims, ty: Some(ty), cells })
}
