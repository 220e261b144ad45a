//! For all items at several coordinates, class by class: a table of yes and no from which one coordinate after the other is taken.

use crate::Region;
use crate::lens::Lens;

/// A table has at most so many combinations of classes, and a step reads at most ten times as many. Who needs more may not read:
/// that is safe, and such rights would be slow everywhere else too.
const COMBINATIONS: u64 = 20_000_000;

/// For which combinations of outer classes all combinations of the classes looked at are in the union of `regions` (`within`), or
/// outside (not `within`). `None`: too many to be told.
pub(crate) fn for_all_classes(lenses: &[Lens], regions: &[Region], within: bool) -> Option<Vec<bool>> {
    let mut rest = lenses.iter().try_fold(1u64, |size, lens| size.checked_mul(lens.inner.len() as u64))?;
    if rest > COMBINATIONS {
        return None;
    }
    let mut cells = vec![false; usize::try_from(rest).ok()?];
    for (place, region) in regions.iter().enumerate() {
        let code = |signature: &Vec<Option<u64>>| signature.get(place).copied().flatten();
        let mut columns = lenses.iter().map(|lens| lens.inner.iter().map(code).collect()).collect::<Vec<Vec<_>>>();
        // Behind the last coordinate that the region looks at all cells are alike.
        while columns.pop_if(|column| column.iter().all(|code| *code == Some(0))).is_some() {}
        mark(&mut cells, &columns, 0, region);
    }
    if !within {
        cells.iter_mut().for_each(|cell| *cell = !*cell);
    }
    let mut done = 1u64;
    for lens in lenses {
        rest /= (lens.inner.len() as u64).max(1);
        let reads = lens.sets.iter().map(|set| set.len() as u64).sum::<u64>();
        let size = done.checked_mul(lens.sets.len() as u64)?;
        if size.checked_mul(rest)? > COMBINATIONS || done.checked_mul(reads)?.checked_mul(rest)? > 10 * COMBINATIONS {
            return None;
        }
        cells = take(&cells, lens, usize::try_from(rest).ok()?);
        done = size;
    }
    Some(cells)
}

/// Says yes to the combinations that are in the region.
fn mark(cells: &mut [bool], columns: &[Vec<Option<u64>>], sum: u64, region: &Region) {
    let Some((column, rest)) = columns.split_first() else {
        if region.holds(sum) {
            cells.fill(true);
        }
        return;
    };
    let width = (cells.len() / column.len().max(1)).max(1);
    for (code, cells) in column.iter().zip(cells.chunks_mut(width)) {
        if let Some(code) = code {
            mark(cells, rest, sum + code, region);
        }
    }
}

/// One coordinate less: a yes where all classes of an outer class's set have one. `rest`: the combinations of the coordinates to come.
fn take(cells: &[bool], lens: &Lens, rest: usize) -> Vec<bool> {
    let mut taken = Vec::new();
    for block in cells.chunks((lens.inner.len() * rest).max(1)) {
        for set in &lens.sets {
            let start = taken.len();
            taken.resize(start + rest, true);
            for class in set {
                let row = block.iter().skip(class * rest).take(rest);
                taken.iter_mut().skip(start).zip(row).for_each(|(all, one)| *all &= *one);
            }
        }
    }
    taken
}

/// The outer class of each lens at a place in the table of all combinations.
pub(crate) fn classes_at(mut place: usize, lenses: &[Lens], classes: &mut Vec<usize>) {
    classes.clear();
    for lens in lenses.iter().rev() {
        let count = lens.sets.len().max(1);
        classes.push(place % count);
        place /= count;
    }
    classes.reverse();
}
