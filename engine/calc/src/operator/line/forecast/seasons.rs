//! A level, a trend and a season that follow the cells of a line (Holt and Winters, additive), by the shares that would have told each cell best
//! from those before it.

use std::collections::BTreeSet;

use super::{Cell, Level, Lines};
use crate::operator::reduce::scale;

/// Shares are counted in these parts of 1.
const PARTS: u8 = 64;
/// At first they lie so many parts apart, then half as many around the best ones, down to a single one.
const FIRST_STEP: u8 = 16;
/// What lowers the sum of squares by less is no better: rounding would choose.
const LEAST_GAIN: f64 = 1e-9;
/// The state before the first cell is fitted on those of so many items at least (Hyndman, Koehler, Ord and Snyder, 2.6.1).
const BEGINNING: u64 = 10;

/// How much of what is new the level, the trend and the season take, in parts.
type Shares = [u8; 3];

/// The state behind the last cell.
#[derive(Debug)]
pub(in crate::operator::line) struct Seasons {
    season: u32,
    level: Level,
    /// By place in the season, ascending: those that have a cell.
    above: Vec<(u32, f64)>,
}

/// A cell as it is followed.
#[derive(Debug)]
struct Step {
    place: f64,
    value: f64,
    /// Which of the season's places with a cell it has.
    season: usize,
}

/// The cells of a line and the state before them.
#[derive(Debug)]
struct Search {
    steps: Vec<Step>,
    level: Level,
    above: Vec<f64>,
    has_season: bool,
    /// By which distances are divided before they are squared.
    size: f64,
}

impl Seasons {
    /// `None` where no place in the season has two cells. Before the first cell stand the straight lines through the beginning.
    pub(super) fn after(cells: &[Cell], season: u32) -> Option<Seasons> {
        let lines = Lines::through(cells.get(..beginning(cells, season))?, season)?;
        let start = f64::from(cells.first()?.0) - 1.0;
        let above = lines.above_middle();
        let steps = cells
            .iter()
            .map(|(place, value)| {
                let season = above.binary_search_by_key(&(place % season), |(place, _)| *place).ok()?;
                Some(Step { place: f64::from(*place), value: *value, season })
            })
            .collect::<Option<Vec<_>>>()?;
        let search = Search {
            steps,
            level: Level { place: start, level: lines.middle(start), trend: lines.slope },
            above: above.iter().map(|(_, above)| *above).collect(),
            has_season: season > 1,
            size: scale(cells.iter().map(|(_, value)| *value)),
        };
        let mut found = Vec::new();
        let (_, level) = search.follow(search.best(), f64::INFINITY, &mut found);
        Some(Seasons { season, level, above: above.iter().map(|(place, _)| *place).zip(found).collect() })
    }

    /// The value at a place behind the last cell; NaN where its place in the season has no cell.
    pub(super) fn at(&self, place: u32) -> f64 {
        let found = self.above.binary_search_by_key(&(place % self.season), |(place, _)| *place).ok().and_then(|at| self.above.get(at));
        found.map_or(f64::NAN, |(_, above)| self.level.at(f64::from(place)) + above)
    }
}

/// How many cells the state before the first one is fitted on: those of ten items and of two seasons, and more where a place in the season has
/// its first cell later, or none has two before.
fn beginning(cells: &[Cell], season: u32) -> usize {
    let end = cells.first().map_or(0, |(first, _)| u64::from(*first) + BEGINNING.max(2 * u64::from(season)));
    let mut count = cells.partition_point(|(place, _)| u64::from(*place) < end);
    let (mut seen, mut twice) = (BTreeSet::new(), false);
    for (before, (place, _)) in cells.iter().enumerate() {
        let is_new = seen.insert(place % season);
        if is_new || !twice {
            count = count.max(before + 1);
        }
        twice |= !is_new;
    }
    count
}

impl Search {
    /// The shares with the least sum of squares; of equal ones the smallest, those of the level first.
    fn best(&self) -> Shares {
        let mut best = (Shares::default(), f64::INFINITY);
        let mut above = Vec::new();
        let mut attempt = |each: [Vec<u8>; 3], best: &mut (Shares, f64)| {
            let [levels, trends, seasons] = each;
            let season = if self.has_season { seasons } else { vec![0] };
            for level in &levels {
                for trend in &trends {
                    for season in &season {
                        let shares = [*level, *trend, *season];
                        let most = best.1 * (1.0 - LEAST_GAIN);
                        let (squares, _) = self.follow(shares, most, &mut above);
                        if squares < most {
                            *best = (shares, squares);
                        }
                    }
                }
            }
        };
        let everywhere: Vec<u8> = (0..=PARTS).step_by(usize::from(FIRST_STEP)).collect();
        attempt([everywhere.clone(), everywhere.clone(), everywhere], &mut best);
        let mut step = FIRST_STEP / 2;
        while step > 0 {
            let around = |part: u8| [part.checked_sub(step), Some(part), Some(part + step).filter(|part| *part <= PARTS)];
            attempt(best.0.map(|part| around(part).into_iter().flatten().collect()), &mut best);
            step /= 2;
        }
        best.0
    }

    /// The sum of the squares of how far each cell was from what was expected of it, and the level after the last one; the season's places are put
    /// into `above`. Once the sum is no longer below `most` it is not finished.
    fn follow(&self, shares: Shares, most: f64, above: &mut Vec<f64>) -> (f64, Level) {
        let [alpha, beta, gamma] = shares.map(|part| f64::from(part) / f64::from(PARTS));
        above.clone_from(&self.above);
        let (mut squares, mut level) = (0.0, self.level);
        for step in &self.steps {
            let Some(above) = above.get_mut(step.season) else { continue };
            let missed = (step.value - (level.at(step.place) + *above)) / self.size;
            squares += missed * missed;
            if squares >= most {
                break;
            }
            level.follow(step.place, step.value - *above, alpha, Some(beta));
            *above = gamma * (step.value - level.level) + (1.0 - gamma) * *above;
        }
        (squares, level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_has_what_the_first_state_needs() {
        let at = |places: &[u32]| places.iter().map(|place| (*place, 0.0)).collect::<Vec<Cell>>();
        let months: Vec<u32> = (7..60).collect();
        // Ten items, then two seasons of twelve.
        assert_eq!((beginning(&at(&months), 1), beginning(&at(&months), 4), beginning(&at(&months), 12)), (10, 10, 24));
        // Without a second cell at the same place there, up to that; and up to the first cell of each place.
        assert_eq!(beginning(&at(&[0, 40, 41, 42]), 1), 2);
        assert_eq!(beginning(&at(&[0, 2, 4, 6, 8, 10, 12, 15, 16]), 2), 8);
        assert_eq!(beginning(&at(&[0, 1, 2]), 5), 3);
        assert_eq!(beginning(&[], 5), 0);
    }

    #[test]
    fn no_shares_of_the_grid_are_better_than_those_found() {
        let cells: Vec<Cell> = (0..60).map(|i| (i, f64::from(i * i % 17 + 40 * (i / 25)) + f64::from(i % 4) * 3.0)).collect();
        let lines = Lines::through(&cells[..10], 4);
        assert!(lines.is_some());
        if let Some(lines) = lines {
            let search = Search {
                steps: cells.iter().map(|(i, value)| Step { place: f64::from(*i), value: *value, season: *i as usize % 4 }).collect(),
                level: Level { place: -1.0, level: lines.middle(-1.0), trend: lines.slope },
                above: lines.above_middle().into_iter().map(|(_, above)| above).collect(),
                has_season: true,
                size: 1.0,
            };
            let best = search.best();
            let squares = |shares: Shares, most: f64| search.follow(shares, most, &mut Vec::new()).0;
            let least = squares(best, f64::INFINITY);
            assert!(best[0] > 0 && best.iter().all(|part| *part <= PARTS), "{best:?}");
            for at in 0..125 {
                let shares = [at / 25, at / 5 % 5, at % 5].map(|quarters| quarters * (PARTS / 4));
                assert!(squares(shares, f64::INFINITY) >= least, "{shares:?} is better than {best:?}");
                // What is given up early would have come to no less.
                assert!(shares == best || squares(shares, least) >= least, "{shares:?}");
            }
        }
    }
}
