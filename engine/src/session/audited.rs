//! What of a session's work the audit is told, and when.

use smalt_query::Stop;

use super::{Inner, Transaction};
use crate::audit::{Account, Deed, Outcome, Present};
use crate::fault::Done;
use crate::outcome::ResultSink;
use crate::statement::Statement;

impl Inner {
    /// Carries out one statement, and sees to it that the audit has it.
    pub(super) fn statement(&self, statement: &Statement, number: usize, sink: &mut dyn ResultSink, stop: &Stop) -> Done<Option<u64>> {
        let mut open = self.open.lock();
        let (scenario, name) = self.scenario_about(&open, statement);
        let mut account = self.seeing(&open, |present| Account::begin(statement, &self.principal, present, (scenario, &name)));
        let done = self.carry_out(&mut open, statement, number, sink, &mut account, stop);
        if let Err(fault) = &done {
            let end = if fault.denied { Outcome::Refused } else { Outcome::Failed };
            let question = |present: Present<'_>| Account::of_question(statement, &self.principal, present);
            // A statement without an account either was written down already, or asks.
            let account = match (account, fault.denied && Account::is_question(statement)) {
                (None, true) => Some(self.seeing(&open, question)),
                (account, _) => account,
            };
            if let Some(account) = account {
                self.app.audit().note(account.close(end));
            }
        }
        done
    }

    /// What the state is that the next statement finds.
    fn seeing<T>(&self, open: &Option<Transaction>, see: impl FnOnce(Present<'_>) -> T) -> T {
        match open.as_ref().and_then(|t| t.work.as_ref()) {
            Some(work) => see(work.present()),
            None => {
                let world = self.app.world();
                let (revision, policy) = (&world.base().revision, world.policy());
                see(Present { revision, policy, scenarios: &world.scenarios, snapshots: &world.snapshots })
            }
        }
    }

    /// Gives an open transaction up.
    pub(super) fn abandon(&self) {
        if let Some(transaction) = self.open.lock().take() {
            self.end(transaction.deeds, Outcome::RolledBack);
        }
    }

    /// Writes down changes that did not come about.
    pub(super) fn end(&self, deeds: Vec<Deed>, outcome: Outcome) {
        deeds.into_iter().for_each(|deed| self.app.audit().note(Deed { outcome, ..deed }));
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.abandon();
    }
}
