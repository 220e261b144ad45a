//! Random subsets, and what comes of it when items enter and leave them.

use smalt_formula::{parse, referenced_names};
use smalt_oracle::{Dimension, Model, Scope, Subset, Type, members, solve};

use crate::grow::{Garden, Want, name};
use crate::random::Random;
use crate::world::World;

impl World {
    /// Up to three subsets, one of them perhaps of another, and metrics by them.
    pub(crate) fn subsets(&mut self, random: &mut Random) {
        for made in ["Some", "Chosen ones", "Few"].into_iter().take(random.below(4)) {
            let parents: Vec<usize> =
                ["Country", "Product", "Month", "Account", "Some"].iter().filter_map(|n| self.model.dimension(n)).collect();
            let of = *random.pick(&parents);
            let condition = self.condition(of, random);
            let subset = Subset { of, condition, items: Vec::new() };
            self.created.push(Vec::new());
            self.order.push(None);
            self.model.dimensions.push(Dimension { subset: Some(subset), ..Dimension::new(made, Vec::new()) });
            self.settle();
        }
        let subsets: Vec<usize> = (0..self.model.dimensions.len()).filter(|d| self.is_subset(*d)).collect();
        let usual: Vec<usize> = ["Country", "Product", "Month", "Account"].iter().filter_map(|n| self.model.dimension(n)).collect();
        for number in 1..=subsets.len() * 2 {
            let d = *random.pick(&subsets);
            let ty = *random.pick(&[
                Type::Number,
                Type::Number,
                Type::Integer,
                Type::Text,
                Type::Boolean,
                Type::Decimal { precision: 9, scale: 3 },
            ]);
            let dims = self.some_dimensions(&usual, &subsets, vec![d], random);
            self.input(&format!("S{number}"), ty, dims, random);
        }
    }

    /// A condition over one dimension, of what there is so far.
    fn condition(&self, of: usize, random: &mut Random) -> String {
        let cells = solve(&self.model).unwrap();
        let mut garden = Garden::new(&self.model, &cells, Random::new(random.next()));
        for _ in 0..30 {
            let depth = 1 + random.below(2);
            let piece = garden.grow(Want::Boolean, depth);
            if piece.block.dims == [of] && !piece.block.cells.is_empty() {
                return piece.text;
            }
        }
        format!("ISNOTBLANK({}.Name)", name(&self.model.dimensions[of].name))
    }

    /// Does what a subset holds depend on metrics, so that items enter and leave it?
    pub(crate) fn is_restless(model: &Model, d: usize) -> bool {
        let Some(subset) = &model.dimensions[d].subset else { return false };
        let names = referenced_names(&parse(&subset.condition).unwrap());
        names.iter().any(|n| model.metric(n).is_some()) || World::is_restless(model, subset.of)
    }

    /// Gives each subset the items that its condition now chooses; cells of input go out of sight with their items and come back with them.
    pub(crate) fn settle(&mut self) {
        self.try_settle().unwrap();
    }

    fn try_settle(&mut self) -> Result<(), String> {
        let mut stored = std::mem::take(&mut self.parked);
        for at in 0..self.model.metrics.len() {
            if self.is_parkable(at) {
                let metric = &self.model.metrics[at];
                let named =
                    |c: &[usize]| metric.dims.iter().zip(c).map(|(d, item)| self.model.dimensions[*d].items[*item].clone()).collect();
                stored.extend(metric.cells.iter().map(|(c, v)| (metric.name.clone(), named(c), v.clone())));
                self.model.metrics[at].cells.clear();
            }
        }
        for d in 0..self.model.dimensions.len() {
            if self.is_subset(d) {
                let cells = solve(&self.model)?;
                let items = members(&Scope::new(&self.model, &cells), d)?;
                self.model.fill(d, items);
            }
        }
        for (name, items, value) in stored {
            let Some(at) = self.model.metric(&name) else { continue };
            let place = |(d, item): (&usize, &String)| self.model.dimensions[*d].items.iter().position(|i| i == item);
            let coordinate: Option<Vec<usize>> = self.model.metrics[at].dims.iter().zip(&items).map(place).collect();
            match coordinate {
                Some(coordinate) => drop(self.model.metrics[at].cells.insert(coordinate, value)),
                None => self.parked.push((name, items, value)),
            }
        }
        Ok(())
    }

    /// The same, before there is an engine that keeps what is out of sight; a condition may read what is no longer there.
    pub(crate) fn settle_anew(&mut self) -> Result<(), String> {
        self.try_settle()?;
        self.parked.clear();
        Ok(())
    }

    fn is_parkable(&self, metric: usize) -> bool {
        let metric = &self.model.metrics[metric];
        metric.formula.is_none() && metric.dims.iter().any(|d| self.is_subset(*d))
    }
}
