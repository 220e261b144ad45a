//! NETWORKDAYS, whose working days and holidays are read at all days, not at the place.

use smalt_formula::program::{Kind, Node};
use smalt_model::Type;
use smalt_vault::{BLANK_DATE, Vector};

use super::{Scope, Site, truths};
use crate::call::{Facts, WorkingDays, network_days};
use crate::error::CalcError;
use crate::width::Width;

impl Scope {
    /// NETWORKDAYS(from, to [, working days] [, holidays]).
    pub(super) fn network_days<K: Width>(&self, args: &[Node], ty: Type, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let [from, to, working, holidays] = args else { return Ok(Vector::blank(ty, site.len)) };
        let (from, to) = (self.values(from, site)?, self.values(to, site)?);
        let mut week = [true; 7];
        if !matches!(working.kind, Kind::Blank) {
            // The days of the week are made in their order, Monday first.
            let works = self.by_item(working)?;
            week.iter_mut().enumerate().for_each(|(day, slot)| *slot = works.get(day).copied().unwrap_or(false));
        }
        let mut off: Vec<i32> = Vec::new();
        if let (false, [day]) = (matches!(holidays.kind, Kind::Blank), holidays.dims.as_slice()) {
            let holds = self.by_item(holidays)?;
            let periods = self.run.period(*day).ok_or(CalcError::Internal("days without dates"))?;
            let dates = self.run.order(*day);
            let free = dates.iter().zip(periods.starts.iter()).filter(|(item, _)| holds.get(**item as usize).copied().unwrap_or(false));
            off.extend(free.map(|(_, date)| *date).filter(|date| *date != BLANK_DATE));
        }
        network_days(&from, &to, &WorkingDays::new(week, off)).ok_or(CalcError::Internal("dates that are none"))
    }

    /// Where a truth by one dimension holds, by ordinal.
    fn by_item(&self, node: &Node) -> Result<Vec<bool>, CalcError> {
        let layout = self.run.layout(&node.dims)?;
        if layout.bits() > 26 {
            return Err(CalcError::TooWide("there are too many days".to_owned()));
        }
        Ok(truths(&self.table_of(node, &layout)?.values))
    }
}
