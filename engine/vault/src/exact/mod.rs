//! A sum of floats that does not depend on the order of its terms.
//!
//! Every value is written on one absolute grid whose units are 2^32 apart: rounded to the nearest unit of a place, the rest to the nearest
//! unit of the next lower one, and so on. A sum keeps the four highest places that its largest term can reach and adds these digits, as
//! integers, place by place. Which places are kept follows from the largest term alone, and what a term gives to a kept place follows
//! from the term alone, so any order and any grouping give the same digits. What is dropped is below 2^-84 of the largest term. The
//! idea is the binned summation of Demmel and Nguyen ("Parallel Reproducible Summation", 2015), with integer bins.
//!
//! Rounding to a unit is one addition: the sum of a value and one and a half times 2^52 units has the units as its lowest bits.

mod by_line;
mod counted;
mod grid;
mod panel;
mod sum;
#[cfg(test)]
mod tests;

pub use by_line::{OfLine, WordsByLine, bits_of};
pub use counted::CountedSum;
pub use sum::ExactSum;
