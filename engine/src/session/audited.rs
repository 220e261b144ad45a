//! What of a session's work the audit is told, and when.

use smalt_query::Stop;
use smalt_security::Policy;
use smalt_vault::Revision;

use super::{Inner, Transaction};
use crate::audit::{Account, Deed, Outcome};
use crate::fault::Done;
use crate::outcome::ResultSink;
use crate::statement::Statement;

impl Inner {
    /// Carries out one statement, and sees to it that the audit has it.
    pub(super) fn statement(&self, statement: &Statement, number: usize, sink: &mut dyn ResultSink, stop: &Stop) -> Done<Option<u64>> {
        let mut open = self.open.lock();
        let scenario = self.scenario_name(&open, statement);
        let mut account = self.seeing(&open, |revision, policy| Account::begin(statement, &self.principal, revision, policy, &scenario));
        let done = self.carry_out(&mut open, statement, number, sink, &mut account, stop);
        if let Err(fault) = &done {
            let end = if fault.denied { Outcome::Refused } else { Outcome::Failed };
            let question = |revision: &_, policy: &_| Account::of_question(statement, &self.principal, revision, policy);
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
    fn seeing<T>(&self, open: &Option<Transaction>, see: impl FnOnce(&Revision, &Policy) -> T) -> T {
        match open.as_ref().and_then(|t| t.work.as_ref()) {
            Some(work) => see(&work.draft, &work.policy),
            None => {
                let world = self.app.world();
                see(&world.base().revision, world.policy())
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
