//! Forecasts: what is fitted on the cells of a line, to go on behind the last of them.
//!
//! A line is computed by itself, its cells one after another, with +, -, * and / alone: the same cells give the same bits wherever they stand.

mod seasons;

use std::collections::BTreeMap;

use smalt_formula::program::Along;

use super::args::Asks;
use super::walked::Walked;
use seasons::Seasons;

/// A cell: its place along the line and its value.
type Cell = (u32, f64);

/// What is to be fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Model {
    /// Straight lines with one slope, one for each place in a season of so many items.
    Lines { season: u32 },
    /// A level that follows the cells, with a trend where there is a share for that.
    Level { alpha: f64, beta: Option<f64> },
    /// A level, a trend and a season that follow the cells.
    Seasons { season: u32 },
}

/// What was fitted.
#[derive(Debug)]
pub(super) enum Fitted {
    Lines(Lines),
    Level(Level),
    Seasons(Seasons),
}

impl Model {
    /// By the arguments of a line; `None` where one of them is BLANK or not within its bounds.
    pub(super) fn of<K>(function: Along, line: &Walked<'_, K>, asks: Asks) -> Option<Model> {
        let share = |arg: usize| line.args.number(arg, asks).filter(|share| (0.0..=1.0).contains(share));
        // No line has so many items that a longer season could matter.
        let season = || line.args.whole(0, asks, None).filter(|items| *items >= 1).map(|items| u32::try_from(items).unwrap_or(u32::MAX));
        match function {
            Along::ForecastLinear => Some(Model::Lines { season: 1 }),
            Along::SeasonalLinear => Some(Model::Lines { season: season()? }),
            Along::SimpleSmoothing => Some(Model::Level { alpha: share(0)?, beta: None }),
            Along::DoubleSmoothing => Some(Model::Level { alpha: share(0)?, beta: Some(share(1)?) }),
            Along::ForecastEts => Some(Model::Seasons { season: season()? }),
            _ => None,
        }
    }

    /// Fitted on cells by ascending place; `None` where they are too few.
    pub(super) fn fitted(self, cells: &[Cell]) -> Option<Fitted> {
        match self {
            Model::Lines { season } => Lines::through(cells, season).map(Fitted::Lines),
            Model::Level { alpha, beta } => Level::after(cells, alpha, beta).map(Fitted::Level),
            Model::Seasons { season } => Seasons::after(cells, season).map(Fitted::Seasons),
        }
    }
}

impl Fitted {
    /// The value at a place behind the last cell. Not finite where there is none.
    pub(super) fn at(&self, place: u32) -> f64 {
        match self {
            Fitted::Lines(lines) => lines.at(place),
            Fitted::Level(level) => level.at(f64::from(place)),
            Fitted::Seasons(seasons) => seasons.at(place),
        }
    }
}

/// Straight lines that share their slope, one for each place in the season that has a cell: the least squares of a trend and a season. A
/// season of one item has one line.
///
/// Distances are multiplied by counts rather than means taken, which keeps whole numbers whole: 10, 20, 30 lead to 40, not beside it.
#[derive(Debug)]
pub(super) struct Lines {
    season: u32,
    slope: f64,
    /// From where places are counted, and values: the first cell.
    origin: Cell,
    all: Sums,
    /// By place in the season.
    each: BTreeMap<u32, Sums>,
}

/// Sums over some cells.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    places: f64,
    values: f64,
}

impl Sums {
    fn add(&mut self, place: f64, value: f64) {
        self.count += 1.0;
        self.places += place;
        self.values += value;
    }

    /// How far a place is from the middle of the cells, times their count.
    fn away(&self, place: f64) -> f64 {
        self.count * place - self.places
    }

    /// The line through the middle of the cells, at a place.
    fn line(&self, slope: f64, place: f64) -> f64 {
        (self.values + slope * self.away(place)) / self.count
    }
}

impl Lines {
    /// `None` where no place in the season has two cells.
    fn through(cells: &[Cell], season: u32) -> Option<Lines> {
        let origin = *cells.first()?;
        let since_origin = |cell: &Cell| (f64::from(cell.0 - origin.0), cell.1 - origin.1);
        let (mut all, mut each) = (Sums::default(), BTreeMap::<u32, Sums>::new());
        for cell in cells {
            let (place, value) = since_origin(cell);
            all.add(place, value);
            each.entry(cell.0 % season).or_default().add(place, value);
        }
        // Each line weighs by the inverse of its count, relative to the longest one.
        let most = each.values().fold(0.0, |most: f64, sums| most.max(sums.count));
        let (mut rise, mut run) = (0.0, 0.0);
        for cell in cells {
            let (place, value) = since_origin(cell);
            let sums = each.get(&(cell.0 % season))?;
            let away = sums.away(place) * (most / sums.count);
            rise += away * value;
            run += away * place;
        }
        (most > 1.0).then(|| Lines { season, slope: rise / run, origin, all, each })
    }

    fn since_origin(&self, place: f64) -> f64 {
        place - f64::from(self.origin.0)
    }

    fn at(&self, place: u32) -> f64 {
        let Some(sums) = self.each.get(&(place % self.season)) else { return f64::NAN };
        self.origin.1 + sums.line(self.slope, self.since_origin(f64::from(place)))
    }

    /// The line with the same slope through the middle of all cells.
    fn middle(&self, place: f64) -> f64 {
        self.origin.1 + self.all.line(self.slope, self.since_origin(place))
    }

    /// How far the line of each place in the season is above that through the middle.
    fn above_middle(&self) -> Vec<(u32, f64)> {
        let middle = self.all.line(self.slope, 0.0);
        self.each.iter().map(|(place, sums)| (*place, sums.line(self.slope, 0.0) - middle)).collect()
    }
}

/// A level with a trend at the last cell that it has followed (Brown; Holt).
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    place: f64,
    level: f64,
    trend: f64,
}

impl Level {
    /// It begins with the first cell, its trend with the first two. `None` where they are not there.
    fn after(cells: &[Cell], alpha: f64, beta: Option<f64>) -> Option<Level> {
        let (first, rest) = cells.split_first()?;
        let trend = match beta {
            None => 0.0,
            Some(_) => rest.first().map(|second| (second.1 - first.1) / f64::from(second.0 - first.0))?,
        };
        let mut level = Level { place: f64::from(first.0), level: first.1, trend };
        rest.iter().for_each(|(place, value)| level.follow(f64::from(*place), *value, alpha, beta));
        Some(level)
    }

    /// What is expected at a later place.
    fn at(&self, place: f64) -> f64 {
        self.level + self.trend * (place - self.place)
    }

    /// Takes in a later cell. Items between count as if they had been as expected.
    fn follow(&mut self, place: f64, value: f64, alpha: f64, beta: Option<f64>) {
        let before = self.at(place - 1.0);
        let level = alpha * value + (1.0 - alpha) * (before + self.trend);
        if let Some(beta) = beta {
            self.trend = beta * (level - before) + (1.0 - beta) * self.trend;
        }
        (self.place, self.level) = (place, level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 to 1.
    fn random(seed: u64) -> impl FnMut() -> f64 {
        let mut seed = seed;
        move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 40) as f64 / (1u64 << 24) as f64
        }
    }

    #[test]
    fn what_least_squares_leave_goes_with_neither_the_places_nor_the_season() {
        let mut next = random(3);
        for round in 0..500 {
            let season = 1 + round % 5;
            let first = (next() * 1e6) as u32;
            let cells: Vec<Cell> =
                (first..first + 60).filter_map(|place| if next() < 0.7 { Some((place, 1e3 + 50.0 * next())) } else { None }).collect();
            let lines = Lines::through(&cells, season);
            assert!(lines.is_some(), "{cells:?}");
            let left = |place: u32, value: f64| value - lines.as_ref().map_or(f64::NAN, |lines| lines.at(place));
            for part in 0..season {
                let sum: f64 = cells.iter().filter(|c| c.0 % season == part).map(|(place, value)| left(*place, *value)).sum();
                assert!(sum.abs() < 1e-9, "{round}: {sum}");
            }
            let along: f64 = cells.iter().map(|(place, value)| left(*place, *value) * f64::from(place - first)).sum();
            assert!(along.abs() < 1e-7, "{round}: {along}");
        }
    }

    #[test]
    fn whole_numbers_on_a_line_lead_to_whole_numbers() {
        for step in [-7, 0, 1, 3] {
            for count in 2..12 {
                let cells: Vec<Cell> = (0..count).map(|i: i32| (5 + i.unsigned_abs(), f64::from(100 + step * i))).collect();
                let fitted = Model::Lines { season: 1 }.fitted(&cells).map(|fitted| fitted.at(5 + 40));
                assert_eq!(fitted, Some(f64::from(100 + step * 40)), "{count} cells by {step}");
            }
        }
    }

    #[test]
    fn too_few_cells_fit_nothing() {
        let cells = [(3, 1.0), (4, 2.0), (6, 3.0)];
        let fits = |model: Model, cells: &[Cell]| model.fitted(cells).is_some();
        let trend = Model::Level { alpha: 0.5, beta: Some(0.5) };
        let level = Model::Level { alpha: 0.5, beta: None };
        assert!(!fits(level, &[]) && fits(level, &cells[..1]));
        assert!(!fits(trend, &cells[..1]) && fits(trend, &cells[..2]));
        for (season, least) in [(1, Some(2)), (2, Some(3)), (3, Some(3)), (4, None), (u32::MAX, None)] {
            for count in 0..=3 {
                let expected = least.is_some_and(|least| count >= least);
                assert_eq!(fits(Model::Lines { season }, &cells[..count]), expected, "{count} in a season of {season}");
                assert_eq!(fits(Model::Seasons { season }, &cells[..count]), expected, "{count} in a season of {season}");
            }
        }
    }
}
