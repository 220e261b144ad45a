//! Whether a rule makes sense: every dimension of its rights metric is reached from everything that it protects.

use smalt_model::{DimensionId, Schema};

use crate::PolicyError;
use crate::error::Fault;
use crate::reach::{RightsDimensions, Target, item_of};
use crate::rule::{Path, Rule, RuleTarget};

impl Rule {
    /// Checks the rule against the definitions.
    ///
    /// # Errors
    /// The target is missing, does not exist or is the unique name of items; the rights metric is none, or not by exactly one of `User`, `Role` and `Group`; a
    /// path is broken, leads elsewhere or starts nowhere; a further dimension of the rights metric is not reached.
    pub fn check(&self, schema: &Schema) -> Result<(), PolicyError> {
        if self.name.trim().is_empty() {
            return Err(Fault::EmptyName { what: "rule" }.into());
        }
        let targets = self.places(schema)?;
        let Some(rights) = self.rights() else { return Ok(()) };
        let dimensions = RightsDimensions::of(rights, schema)?;
        let rights_name = schema.metric(rights).map_or_else(String::new, |def| def.name.to_string());
        for path in self.through() {
            check_path(path, &dimensions.others, &rights_name, &targets, schema)?;
        }
        for place in &targets {
            if let Some(&missing) = dimensions.others.iter().find(|other| !self.reached(**other, &place.keys, schema)) {
                return Err(Fault::Unreached {
                    target: place.name.clone(),
                    dimension: name_of(missing, schema),
                    rights: rights_name,
                    hint: hint(missing, &place.keys, schema),
                }
                .into());
            }
        }
        Ok(())
    }

    fn reached(&self, other: DimensionId, keys: &[(usize, DimensionId)], schema: &Schema) -> bool {
        !self.readings(&[other], keys, schema).is_empty()
    }

    /// Everything named after TO.
    fn places(&self, schema: &Schema) -> Result<Vec<Place>, Fault> {
        let place = |target: Target, name: Option<String>| match (target.keys(schema), name) {
            (Some(keys), Some(name)) => Ok(Place { name, keys }),
            _ => Err(Fault::TargetGone),
        };
        let places = match &self.target {
            RuleTarget::Metrics(metrics) => {
                let named = metrics.iter().map(|id| place(Target::Metric(*id), schema.metric(*id).map(|def| def.name.to_string())));
                named.collect::<Result<Vec<_>, Fault>>()?
            }
            RuleTarget::AllMetricsWith(with) => {
                if with.iter().any(|dimension| schema.dimension(*dimension).is_none()) {
                    return Err(Fault::TargetGone);
                }
                let names = with.iter().map(|dimension| name_of(*dimension, schema)).collect::<Vec<_>>();
                let name = format!("ALL METRICS WITH ({})", names.join(", "));
                vec![place(Target::Unsaved(with.clone()), Some(name))?]
            }
            RuleTarget::List(list) => vec![place(Target::List(*list), schema.list(*list).map(|def| def.name.to_string()))?],
            RuleTarget::Items(dimension) => vec![place(Target::Items(*dimension), Some(name_of(*dimension, schema)))?],
            RuleTarget::Property(dimension, 0) if schema.dimension(*dimension).is_some() => {
                return Err(Fault::NameProperty { dimension: name_of(*dimension, schema) });
            }
            RuleTarget::Property(dimension, property) => {
                vec![place(Target::Property(*dimension, *property), Some(name_of(*dimension, schema)))?]
            }
        };
        if places.is_empty() { Err(Fault::NoTarget) } else { Ok(places) }
    }
}

/// One thing named after TO, and its coordinates.
struct Place {
    name: String,
    keys: Vec<(usize, DimensionId)>,
}

fn check_path(path: &Path, others: &[DimensionId], rights: &str, places: &[Place], schema: &Schema) -> Result<(), Fault> {
    let known = |(dimension, property): (DimensionId, u16)| {
        schema.dimension(dimension).is_some_and(|def| def.properties.len() > usize::from(property))
    };
    let text = path.text(schema);
    if path.properties.is_empty() || !path.steps(schema).all(known) {
        return Err(Fault::BrokenPath { path: text });
    }
    let Some(end) = path.end(schema) else { return Err(Fault::PathNotToADimension { path: text }) };
    if !others.contains(&end) {
        return Err(Fault::PathLeadsElsewhere { path: text, end: name_of(end, schema), rights: rights.to_owned() });
    }
    if !places.iter().any(|place| place.keys.iter().any(|(_, dimension)| *dimension == path.dimension)) {
        return Err(Fault::PathUnused { path: text, start: name_of(path.dimension, schema) });
    }
    Ok(())
}

/// A path of one or two properties that would do.
fn hint(missing: DimensionId, keys: &[(usize, DimensionId)], schema: &Schema) -> Option<String> {
    let steps = |from: DimensionId| {
        let properties = schema.dimension(from).map_or(&[][..], |def| def.properties.as_slice());
        (0u16..).zip(properties).filter_map(|(property, def)| item_of(def.ty).map(|end| (property, end))).collect::<Vec<_>>()
    };
    let one = |start: DimensionId| steps(start).into_iter().map(|(property, end)| (vec![property], end)).collect::<Vec<_>>();
    let two = |start: DimensionId| {
        let first = steps(start).into_iter();
        first.flat_map(|(a, middle)| steps(middle).into_iter().map(move |(b, end)| (vec![a, b], end))).collect::<Vec<_>>()
    };
    let starts = || keys.iter().map(|(_, dimension)| *dimension);
    let paths = starts().map(|start| (start, one(start))).chain(starts().map(|start| (start, two(start))));
    for (dimension, found) in paths {
        if let Some((properties, _)) = found.into_iter().find(|(_, end)| *end == missing) {
            return Some(Path { dimension, properties }.text(schema));
        }
    }
    None
}

fn name_of(dimension: DimensionId, schema: &Schema) -> String {
    schema.dimension(dimension).map_or_else(String::new, |def| def.name.to_string())
}
