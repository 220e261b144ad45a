//! What takes and gives any type: choices, modifiers, and what goes along a dimension.

use smalt_oracle::{Block, Type};

use crate::grow::{Garden, Piece, Want, bracketed};

/// The methods that a type takes and that keep it.
fn keeping(ty: Option<Type>) -> &'static [&'static str] {
    match ty {
        Some(Type::Number | Type::Integer | Type::Decimal { .. }) => {
            &["SUM: ", "MIN: ", "MAX: ", "FIRSTNONBLANK: ", "LASTNONBLANK: ", "FIRSTNONZERO: ", "LASTNONZERO: ", "FIRST: ", "LAST: ", ": "]
        }
        Some(Type::Boolean) => &["ANY: ", "ALL: ", "FIRSTNONBLANK: ", "LASTNONBLANK: ", "FIRST: ", "LAST: "],
        Some(Type::Text) => &["MIN: ", "MAX: ", "TEXTLIST: ", "FIRSTNONBLANK: ", "LASTNONBLANK: ", "FIRST: ", "LAST: "],
        _ => &["MIN: ", "MAX: ", "FIRSTNONBLANK: ", "LASTNONBLANK: ", "FIRST: ", "LAST: "],
    }
}

/// The word of a modifier with a method that keeps the type.
fn headed(g: &mut Garden<'_>, word: &str, ty: Option<Type>) -> String {
    let method = g.word(keeping(ty));
    if method == ": " { format!("{word}: ") } else { format!("{word} {method}") }
}

/// A property of an item that an expression gives.
fn of_item(g: &mut Garden<'_>, depth: usize) -> Option<Piece> {
    let item = g.grow(Want::Item(None), depth);
    let d = target(&item)?;
    let at = g.random.below(g.model.dimensions[d].properties.len());
    let property = crate::grow::name(&g.model.dimensions[d].properties[at].name);
    g.piece(format!("{}.{property}", bracketed(&item.text)))
}

pub(crate) fn any(g: &mut Garden<'_>, want: Want, depth: usize) -> Option<Piece> {
    if g.random.percent(6) {
        return of_item(g, depth);
    }
    let x = g.grow(want, depth);
    let text = match g.below(18) {
        0 => {
            let (test, other) = (g.grow(Want::Boolean, depth), branch(g, &x, depth));
            match g.below(3) {
                0 => format!("IF({}, {})", test.text, x.text),
                1 => format!("IF({}, {}, {other})", test.text, x.text),
                _ => format!("IF({}, {other}, {})", test.text, x.text),
            }
        }
        1 => switch(g, &x, depth),
        2 => format!("IFBLANK({}, {})", x.text, branch(g, &x, depth)),
        3 => {
            let tested = g.grow(Want::Any, depth);
            match g.below(2) {
                0 => format!("IFDEFINED({}, {})", tested.text, x.text),
                _ => format!("IFDEFINED({}, {}, {})", tested.text, x.text, branch(g, &x, depth)),
            }
        }
        4 | 5 => {
            let kind = g.word(&["FILTER", "EXCLUDE"]);
            let condition = condition(g, &x.block, depth)?;
            format!("{}[{kind}: {condition}]", bracketed(&x.text))
        }
        6 | 7 => up(g, &x, keeping(x.block.ty))?,
        8 => {
            let head = headed(g, "REMOVE", x.block.ty);
            format!("{}[{head}{}]", bracketed(&x.text), some(g, &x.block)?)
        }
        9 => {
            let head = headed(g, "KEEP", x.block.ty);
            format!("{}[{head}{}]", bracketed(&x.text), some(g, &x.block)?)
        }
        10 => {
            let d = g.random.below(g.model.dimension_count());
            let head = g.word(&["ADD: ", "ADD CONSTANT: "]);
            format!("{}[{head}{}]", bracketed(&x.text), g.dimension_name(d))
        }
        11 => down(g, &x, &["", " CONSTANT"], depth)?,
        12..14 => select(g, &x, depth)?,
        14 => converted(g, &x)?,
        15 => {
            let d = g.dimension_of(&x.block)?;
            format!("FILLFORWARD({}, {})", x.text, ordered(g, &x.block, d, depth))
        }
        16 if x.block.ty != Some(Type::Boolean) => {
            let name = g.word(&["MIN", "MAX"]);
            let more: Vec<String> = (0..1 + g.below(2)).map(|_| branch(g, &x, depth)).collect();
            format!("{name}({}, {})", x.text, more.join(", "))
        }
        _ => {
            // Moving and running extremes take what `<` takes.
            let d = g.dimension_of(&x.block)?;
            let agg = g.word(&["MIN", "MAX"]);
            if x.block.ty == Some(Type::Boolean) {
                return None;
            }
            if g.random.percent(50) {
                let order = ordered(g, &x.block, d, depth);
                format!("CUMULATE({}, {order}{}, {agg})", x.text, group(g, &x.block, depth))
            } else {
                format!("MOVING{agg}({}, {}, {}, {})", x.text, g.random.within(1, 3), g.random.within(-1, 1), g.dimension_name(d))
            }
        }
    };
    g.piece(text)
}

/// To a subset of one of its dimensions, or back.
fn converted(g: &mut Garden<'_>, x: &Piece) -> Option<String> {
    let subsets: Vec<usize> = (0..g.model.dimension_count()).filter(|d| g.model.dimensions[*d].subset.is_some()).collect();
    if subsets.is_empty() {
        return None;
    }
    let d = *g.random.pick(&subsets);
    let of = g.model.dimensions[d].subset.as_ref()?.of;
    let to_subset = format!("{}[TOSUBSET: {}]", bracketed(&x.text), g.dimension_name(d));
    Some(match g.below(4) {
        0 => format!("{}[TOPARENTLIST: {}]", bracketed(&x.text), g.dimension_name(of)),
        1 => format!("{to_subset}[TOPARENTLIST: {}]", g.dimension_name(of)),
        _ => to_subset,
    })
}

/// One or two dimensions of a block.
pub(crate) fn some(g: &mut Garden<'_>, x: &Block) -> Option<String> {
    let (a, b) = (g.dimension_of(x)?, g.dimension_of(x)?);
    let (first, second) = (g.dimension_name(a), g.dimension_name(b));
    Some(if a == b || g.random.percent(50) { first } else { format!("{first}, {second}") })
}

/// Another expression of the same type.
fn branch(g: &mut Garden<'_>, x: &Piece, depth: usize) -> String {
    let want = match x.block.ty {
        Some(Type::Number | Type::Integer | Type::Decimal { .. }) => Want::Numeric,
        Some(Type::Text) => Want::Text,
        Some(Type::Boolean) => Want::Boolean,
        Some(Type::Date) => Want::Date,
        Some(Type::Item(d)) => Want::Item(Some(d)),
        None => Want::Any,
    };
    g.grow(want, depth).text
}

fn switch(g: &mut Garden<'_>, x: &Piece, depth: usize) -> String {
    let tested = g.grow(Want::Any, depth.min(1));
    let mut text = format!("SWITCH({}", tested.text);
    for i in 0..1 + g.below(2) {
        let value = branch(g, &tested, 0);
        let result = if i == 0 { x.text.clone() } else { branch(g, x, 0) };
        text = format!("{text}, {value}, {result}");
    }
    if g.random.percent(50) {
        text = format!("{text}, {}", branch(g, x, 0));
    }
    format!("{text})")
}

/// A Boolean that has only dimensions of x.
pub(crate) fn condition(g: &mut Garden<'_>, x: &Block, depth: usize) -> Option<String> {
    let outer = g.current.replace(x.clone());
    let mut found = None;
    for _ in 0..8 {
        let candidate = g.grow(Want::Boolean, depth.min(2));
        if candidate.block.dims.iter().all(|d| x.dims.contains(d)) {
            found = Some(candidate.text);
            break;
        }
    }
    g.current = outer;
    found
}

/// A group along a line.
pub(crate) fn group(g: &mut Garden<'_>, x: &Block, depth: usize) -> String {
    let group = if g.random.percent(60) { None } else { beside(g, Want::Any, x, depth.min(1)) };
    group.map_or(String::new(), |g| format!(", {g}"))
}

/// A group along a line that has only dimensions of x.
pub(crate) fn own_group(g: &mut Garden<'_>, x: &Block, depth: usize) -> String {
    let group = if g.random.percent(60) { None } else { inside(g, Want::Any, x, depth.min(1)) };
    group.map_or(String::new(), |g| format!(", {g}"))
}

/// A further argument of a function of x: mostly by dimensions of x, now and then by others too.
pub(crate) fn beside(g: &mut Garden<'_>, want: Want, x: &Block, depth: usize) -> Option<String> {
    if g.random.percent(20) { Some(g.grow(want, depth).text) } else { inside(g, want, x, depth) }
}

/// An expression that has only dimensions of x.
pub(crate) fn inside(g: &mut Garden<'_>, want: Want, x: &Block, depth: usize) -> Option<String> {
    for _ in 0..8 {
        let candidate = g.grow(want, depth);
        // A word such as SUM is no group, and neither is a dimension's name where a dimension may stand.
        if candidate.block.dims.iter().all(|d| x.dims.contains(d)) {
            return Some(candidate.text);
        }
    }
    None
}

/// A dimension, sometimes in another order.
pub(crate) fn ordered(g: &mut Garden<'_>, x: &Block, d: usize, depth: usize) -> String {
    let name = g.dimension_name(d);
    if g.random.percent(75) {
        return name;
    }
    // What differs from line to line is no order.
    let own = Block { dims: vec![d], ty: x.ty, cells: smalt_oracle::Cells::new() };
    match inside(g, Want::Any, &own, depth.min(1)) {
        Some(on) => format!("{name} ON {on}"),
        None => name,
    }
}

/// Mappings up and down: paths, metrics, functions, items.
fn mappings(g: &mut Garden<'_>) -> Vec<Piece> {
    let mut texts: Vec<String> = Vec::new();
    for d in 0..g.model.dimension_count() {
        let name = g.dimension_name(d);
        for property in &g.model.dimensions[d].properties {
            if matches!(property.ty, Type::Item(_)) {
                texts.push(format!("{name}.{}", crate::grow::name(&property.name)));
            }
        }
        texts.push(format!("SHIFT({name}, {})", g.random.within(-2, 2)));
        texts.push(g.item_name(d));
    }
    texts.extend(g.model.metrics.iter().filter(|m| matches!(m.ty, Type::Item(_))).map(|m| m.name.clone()));
    texts.extend(["Product.Category", "Product.Home.Region", "Country.Region", "Month.Year"].map(str::to_owned));
    texts.extend(g.model.metrics.iter().filter(|m| m.ty == Type::Date).map(|m| format!("TIMEDIM({}, Month)", m.name)));
    texts.push("TIMEDIM(Product.Launched, Month)".to_owned());
    let grown = g.grow(Want::Item(None), 1);
    texts.push(grown.text);
    texts.into_iter().filter_map(|t| g.piece(t)).collect()
}

fn target(mapping: &Piece) -> Option<usize> {
    if let Some(Type::Item(d)) = mapping.block.ty { Some(d) } else { None }
}

/// `x[BY method: …]` upward.
pub(crate) fn up(g: &mut Garden<'_>, x: &Piece, methods: &[&'static str]) -> Option<String> {
    let fits = |m: &Piece| {
        let within = m.block.dims.iter().all(|d| x.block.dims.contains(d));
        target(m).is_some_and(|t| within && (!x.block.dims.contains(&t) || m.block.dims.contains(&t)))
    };
    let all: Vec<Piece> = mappings(g).into_iter().filter(fits).collect();
    if all.is_empty() {
        return None;
    }
    let mut texts = vec![g.random.pick(&all).text.clone()];
    if g.random.percent(25) {
        texts.push(g.random.pick(&all).text.clone());
    }
    if g.random.percent(20) {
        let d = g.dimension_of(&x.block)?;
        texts.push(g.dimension_name(d));
    }
    let method = g.word(methods);
    let head = if method == ": " { "BY: ".to_owned() } else { format!("BY {method}") };
    Some(format!("{}[{head}{}]", bracketed(&x.text), texts.join(", ")))
}

/// `x[BY method: …]` downward.
pub(crate) fn down(g: &mut Garden<'_>, x: &Piece, methods: &[&'static str], depth: usize) -> Option<String> {
    let fits = |m: &Piece| {
        let within = m.block.dims.iter().all(|d| x.block.dims.contains(d));
        target(m).is_some_and(|t| x.block.dims.contains(&t) && (m.block.dims.is_empty() || !within))
    };
    let all: Vec<Piece> = mappings(g).into_iter().filter(fits).collect();
    if all.is_empty() {
        return None;
    }
    let mapping = g.random.pick(&all).clone();
    let method = g.word(methods);
    let Some(on) = method.strip_suffix("ON") else {
        let other = g.random.pick(&all).clone();
        let more = if target(&other) != target(&mapping) && g.random.percent(40) { format!(", {}", other.text) } else { String::new() };
        return Some(format!("{}[BY{method}: {}{more}]", bracketed(&x.text), mapping.text));
    };
    let plain = g.piece(format!("{}[BY: {}]", bracketed(&x.text), mapping.text))?;
    let weight = inside(g, Want::Numeric, &plain.block, depth.min(1))?;
    Some(format!("{}[BY{on}ON {weight}: {}]", bracketed(&x.text), mapping.text))
}

fn select(g: &mut Garden<'_>, x: &Piece, depth: usize) -> Option<String> {
    let d = g.dimension_of(&x.block)?;
    let name = g.dimension_name(d);
    let base = bracketed(&x.text);
    let head = loop {
        let head = headed(g, "SELECT", x.block.ty);
        // What the first coordinate of a filtered group is, is not said.
        if !head.contains("FIRST: ") && !head.contains("LAST: ") {
            break head;
        }
    };
    let offset = format!("{} {}", g.word(&["-", "+"]), g.random.within(0, 2));
    Some(match g.below(6) {
        0 => format!("{base}[{head}{name} = {}]", g.item_name(d)),
        1 => format!("{base}[{head}{}]", g.item_name(d)),
        2 => {
            let outer = g.current.take();
            let found = inside(g, Want::Boolean, &x.block, depth.min(2));
            g.current = outer;
            format!("{base}[{head}{}]", found?)
        }
        3 => format!("{base}[SELECT: {name} {offset}]"),
        4 => {
            let parents = g.model.dimensions[d].properties.iter().filter(|p| matches!(p.ty, Type::Item(_))).map(|p| p.name.clone());
            let parents: Vec<String> = parents.collect();
            if parents.is_empty() {
                return None;
            }
            let parent = crate::grow::name(g.random.pick::<String>(&parents));
            match g.below(2) {
                0 => format!("{base}[{head}{name}.{parent} {offset}]"),
                _ => format!("{base}[{head}{name}.{parent}]"),
            }
        }
        _ => {
            let fits = |m: &Piece| !m.block.dims.is_empty() && m.block.dims.iter().all(|d| x.block.dims.contains(d));
            let all: Vec<Piece> = mappings(g).into_iter().filter(fits).collect();
            if all.is_empty() {
                return None;
            }
            let mapping = g.random.pick(&all).clone();
            let same = target(&mapping).is_some_and(|t| x.block.dims.contains(&t));
            format!("{base}[{}{}]", if same { "SELECT: ".to_owned() } else { head }, mapping.text)
        }
    })
}
