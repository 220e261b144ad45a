//! ALTER APPLICATION.

use smalt_security::{Inheritance, Mode};

use super::Change;
use crate::fault::Done;
use crate::statement::ast::{AlterApplication, RightsMode};

pub(super) fn alter(change: &mut Change<'_>, to: AlterApplication) -> Done<String> {
    let policy = change.work.policy_mut();
    Ok(match to {
        AlterApplication::AccessRights(RightsMode::Strict) => {
            policy.set_mode(Mode::Strict);
            "access rights are strict: an unset right says no"
        }
        AlterApplication::AccessRights(RightsMode::ThreeState) => {
            policy.set_mode(Mode::ThreeState);
            "access rights have three states: an unset right says nothing"
        }
        AlterApplication::Inheritance(true) => {
            policy.set_inheritance(Inheritance::On);
            "inheritance is on: a cell of a formula is readable where all that it reads is"
        }
        AlterApplication::Inheritance(false) => {
            policy.set_inheritance(Inheritance::Off);
            "inheritance is off: a formula's cells are readable whatever they are made of"
        }
    }
    .to_owned())
}
