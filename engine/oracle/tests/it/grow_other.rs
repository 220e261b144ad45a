//! Formulas that give texts, truths, dates and items.

use smalt_oracle::Type;

use crate::grow::{Garden, Piece, Want, bracketed};
use crate::grow_any::up;

pub(crate) fn text(g: &mut Garden<'_>, depth: usize) -> Option<Piece> {
    let text = match g.below(9) {
        0..3 => {
            let mut text = bracketed(&shown(g, depth).text);
            for _ in 0..1 + g.below(3) {
                text = format!("{text} & {}", bracketed(&shown(g, depth).text));
            }
            text
        }
        3..5 => {
            let t = g.grow(Want::Text, depth).text;
            match g.below(4) {
                0 => format!("{}({t}, {})", g.word(&["LEFT", "RIGHT"]), g.grow(Want::Numeric, 0).text),
                1 => format!("MID({t}, {}, {})", g.random.within(-1, 3), g.random.within(-1, 4)),
                2 => {
                    let (old, new) = (g.grow(Want::Text, 0).text, g.grow(Want::Text, 0).text);
                    let which = g.word(&["", "", ", 1", ", 2"]);
                    format!("SUBSTITUTE({t}, {old}, {new}{which})")
                }
                _ => format!("{}({t})", g.word(&["LOWER", "UPPER", "PROPER", "TRIM"])),
            }
        }
        5 => format!("TEXT({})", shown(g, depth).text),
        6 => format!("TEXT({}, \"{}\")", g.grow(Want::Numeric, depth).text, g.word(&["0", "0.00", "#,##0", "#,##0.0"])),
        7 => format!("TEXT({}, \"{}\")", g.grow(Want::Date, depth).text, g.word(&["yyyy-MM-dd", "dd/MM/yyyy", "yyyy MM"])),
        _ => {
            let x = shown(g, depth);
            up(g, &x, &["TEXTLIST: "])?
        }
    };
    g.piece(text)
}

/// What becomes a text: a NUMBER that is computed is rounded, for a text shows its last digit.
fn shown(g: &mut Garden<'_>, depth: usize) -> Piece {
    let piece = g.grow(Want::Any, depth);
    let is_input = g.model.metric(&piece.text).is_some_and(|m| g.model.metrics[m].formula.is_none());
    if piece.block.ty != Some(Type::Number) || is_input {
        return piece;
    }
    g.piece(format!("ROUND({}, 6)", piece.text)).unwrap_or(piece)
}

pub(crate) fn boolean(g: &mut Garden<'_>, depth: usize) -> Option<Piece> {
    let text = match g.below(20) {
        0..5 => {
            let want = *g.random.pick(&[Want::Numeric, Want::Numeric, Want::Text, Want::Date, Want::Item(None)]);
            let a = g.grow(want, depth);
            let b = g.grow(same(&a)?, depth);
            format!("{} {} {}", bracketed(&a.text), g.word(&["=", "<>", "<", "<=", ">", ">="]), bracketed(&b.text))
        }
        5 => {
            let (a, b) = (g.grow(Want::Boolean, depth), g.grow(Want::Boolean, depth));
            format!("{} {} {}", bracketed(&a.text), g.word(&["=", "<>"]), bracketed(&b.text))
        }
        6..8 => {
            let a = g.grow(Want::Any, depth);
            format!("{} {} BLANK", bracketed(&a.text), g.word(&["=", "<>"]))
        }
        8..10 => {
            let word = g.word(&["AND", "OR"]);
            let all: Vec<String> = (0..2 + g.below(2)).map(|_| bracketed(&g.grow(Want::Boolean, depth).text)).collect();
            all.join(&format!(" {word} "))
        }
        10 => format!("NOT {}", bracketed(&g.grow(Want::Boolean, depth).text)),
        11..13 => {
            let name = g.word(&["ISBLANK", "ISNOTBLANK", "ISDEFINED"]);
            format!("{name}({})", g.grow(Want::Any, depth).text)
        }
        13..15 => {
            let want = *g.random.pick(&[Want::Numeric, Want::Text, Want::Date, Want::Item(None)]);
            let v = g.grow(want, depth);
            let want = same(&v)?;
            if g.random.percent(40) {
                format!("{} IN ({} : {})", bracketed(&v.text), g.grow(want, 0).text, g.grow(want, 0).text)
            } else {
                let all: Vec<String> = (0..1 + g.below(3)).map(|_| g.grow(want, 0).text).collect();
                format!("{} IN ({})", bracketed(&v.text), all.join(", "))
            }
        }
        15 => {
            let name = g.word(&["ANYOF", "ALLOF"]);
            format!("{name}({})", g.grow(Want::Boolean, depth).text)
        }
        16 => {
            let name = g.word(&["CONTAINS", "STARTSWITH", "ENDSWITH"]);
            format!("{name}({}, {})", g.grow(Want::Text, depth).text, g.grow(Want::Text, 0).text)
        }
        17 => {
            let calendars: Vec<usize> = (0..g.model.dimension_count()).filter(|d| g.model.dimensions[*d].level.is_some()).collect();
            let d = *g.random.pick(&calendars);
            format!("INPERIOD({}, {})", g.grow(Want::Date, depth).text, g.dimension_name(d))
        }
        18 => {
            let x = g.grow(Want::Boolean, depth);
            up(g, &x, &["ANY: ", "ALL: "])?
        }
        _ => {
            let d = g.random.below(g.model.dimension_count());
            format!("{} {} {}", g.dimension_name(d), g.word(&["=", "<", ">=", "<>"]), g.item_name(d))
        }
    };
    g.piece(text)
}

fn same(piece: &Piece) -> Option<Want> {
    Some(match piece.block.ty? {
        Type::Number | Type::Integer | Type::Decimal { .. } => Want::Numeric,
        Type::Text => Want::Text,
        Type::Boolean => Want::Boolean,
        Type::Date => Want::Date,
        Type::Item(d) => Want::Item(Some(d)),
    })
}

pub(crate) fn date(g: &mut Garden<'_>, depth: usize) -> Option<Piece> {
    let a = g.grow(Want::Date, depth).text;
    let text = match g.below(6) {
        0 => {
            let days = g.grow(Want::Numeric, depth);
            if days.block.ty != Some(Type::Integer) {
                return None;
            }
            format!("{} {} {}", bracketed(&a), g.word(&["+", "-"]), bracketed(&days.text))
        }
        1 => format!("EDATE({a}, {})", g.grow(Want::Numeric, 0).text),
        2 => format!("EOMONTH({a}, {})", g.random.within(-2, 2)),
        3 => format!("STARTOFMONTH({a})"),
        4 => format!("DATE(2024, {}, {})", g.grow(Want::Numeric, depth).text, g.random.within(28, 31)),
        _ => format!("DATEVALUE({}, \"yyyy-MM-dd\")", g.grow(Want::Text, depth).text),
    };
    g.piece(text)
}

pub(crate) fn item(g: &mut Garden<'_>, wanted: Option<usize>, depth: usize) -> Option<Piece> {
    let d = wanted.unwrap_or_else(|| g.random.below(g.model.dimension_count()));
    let name = g.dimension_name(d);
    let text = match g.below(5) {
        0 => format!("SHIFT({}, {})", g.grow(Want::Item(Some(d)), depth).text, g.grow(Want::Numeric, 0).text),
        1 => format!("ITEM({}, {name}.Name)", g.grow(Want::Text, depth).text),
        2 => {
            let at = g.random.below(g.model.dimensions[d].properties.len());
            let property = &g.model.dimensions[d].properties[at];
            let want = match property.ty {
                Type::Number | Type::Integer | Type::Decimal { .. } => Want::Numeric,
                Type::Text => Want::Text,
                Type::Boolean => Want::Boolean,
                Type::Date => Want::Date,
                Type::Item(d) => Want::Item(Some(d)),
            };
            let property = crate::grow::name(&property.name);
            format!("MATCH({}, {name}.{property})", g.grow(want, depth).text)
        }
        3 if g.model.dimensions[d].level.is_some() => format!("TIMEDIM({}, {name})", g.grow(Want::Date, depth).text),
        _ => name,
    };
    g.piece(text)
}
