//! A chunk (DESIGN 2): a range of messages of one run, leased by one worker at a time and gone through in groups, each
//! noted, handed over, settled. These are its rules; the statements of `engine/src/sending/store/chunk.rs` carry them
//! out, where the row's lock makes each move one. The simulation (`domain/tests/simulation`) keeps to them as well.
//!
//! ```text
//! first ────────── settled ────────── noted ────────── last
//!   known how it ended │ handed over, perhaps │ untouched
//! ```

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};

/// The number of a lease: each one is higher than the one before, and only the newest may write (a fencing token).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Token(pub i64);

/// A chunk of a run. `first - 1 ≤ settled ≤ noted ≤ last` at any moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chunk {
    /// Number of its first message.
    pub first: i32,
    /// Number of its last message; before the first when it was stopped before anything was noted.
    pub last: i32,
    /// Messages up to here may have been handed over.
    pub noted: i32,
    /// Of messages up to here it is known how that ended.
    pub settled: i32,
    /// Of the newest lease.
    pub token: Token,
    /// Until then nobody else may lease it; none when nobody holds it.
    pub leased_until: Option<DateTime<Utc>>,
}

/// A lease of a chunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    /// Allows to write.
    pub token: Token,
    /// What the last holder had noted and not settled: handed over, perhaps. To be put in doubt in the transaction that
    /// leases.
    pub doubtful: Option<RangeInclusive<i32>>,
}

/// Why a chunk does not move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Somebody holds it.
    Held,
    /// Nothing is left of it.
    Done,
    /// The lease was lost: another one has begun since.
    StaleToken,
    /// The run is paused, stopped or failed.
    RunNotOn,
    /// It does not reach as far: it is shorter, or was stopped meanwhile.
    BeyondLast,
    /// The group before is not settled yet, or this one is already.
    OutOfTurn,
}

/// Whether a run is on, as it is read in the transaction that asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Run {
    /// More may be handed over.
    On,
    /// Nothing new may be.
    Held,
}

impl Chunk {
    /// A chunk of messages `first` to `last`, untouched.
    pub fn new(first: i32, last: i32) -> Self {
        Self { first, last, noted: first - 1, settled: first - 1, token: Token(0), leased_until: None }
    }

    /// Whether nothing is left to do. (In the table it is a column, for the index and for a chunk that was stopped
    /// untouched.)
    pub fn is_done(&self) -> bool {
        self.settled >= self.last
    }

    /// Gives it to a worker until `until`, if nobody holds it. What the last holder left open counts as settled: it is
    /// in doubt from now on, and its late answer goes to the messages alone.
    pub fn lease(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Lease, Refusal> {
        if self.is_done() {
            return Err(Refusal::Done);
        }
        if self.leased_until.is_some_and(|until| now <= until) {
            return Err(Refusal::Held);
        }
        let doubtful = (self.noted > self.settled).then(|| self.settled + 1..=self.noted);
        self.settled = self.noted;
        self.token = Token(self.token.0 + 1);
        self.leased_until = Some(until);
        Ok(Lease { token: self.token, doubtful })
    }

    /// The next group of at most `size` messages; none when nothing is left, or a group is still out.
    pub fn next_group(&self, size: usize) -> Option<RangeInclusive<i32>> {
        let size = i32::try_from(size).unwrap_or(i32::MAX).max(1);
        let to = self.last.min(self.settled.saturating_add(size));
        (self.noted == self.settled && self.settled < self.last).then(|| self.settled + 1..=to)
    }

    /// Notes that messages up to `to` are about to be handed over, and holds the lease until `until`. The token decides
    /// and not the time: a lease that ran out and that nobody took is as good as ever. Noting the same group again
    /// changes nothing: whoever did not hear that it was stored may ask again.
    pub fn note(&mut self, token: Token, to: i32, run: Run, until: DateTime<Utc>) -> Result<(), Refusal> {
        self.held_by(token)?;
        if run == Run::Held {
            return Err(Refusal::RunNotOn);
        }
        if to > self.last {
            return Err(Refusal::BeyondLast);
        }
        let open = self.noted > self.settled;
        if to <= self.settled || (open && to != self.noted) {
            return Err(Refusal::OutOfTurn);
        }
        self.noted = to;
        self.leased_until = Some(until);
        Ok(())
    }

    /// It is known how everything up to `to`, the end of the noted group, has ended. Asked again (by a worker that did
    /// not hear that it was stored) it is out of turn, and nothing may be written a second time.
    pub fn settle(&mut self, token: Token, to: i32) -> Result<(), Refusal> {
        self.held_by(token)?;
        if to != self.noted || to <= self.settled {
            return Err(Refusal::OutOfTurn);
        }
        self.settled = to;
        Ok(())
    }

    /// Holds the lease for longer, while calls are out.
    pub fn renew(&mut self, token: Token, until: DateTime<Utc>) -> Result<(), Refusal> {
        self.held_by(token)?;
        self.leased_until = Some(until);
        Ok(())
    }

    /// Gives it back, for anybody to go on with at once. Not while a group is out: its answers are still to come.
    pub fn release(&mut self, token: Token) -> Result<(), Refusal> {
        self.held_by(token)?;
        if self.noted > self.settled {
            return Err(Refusal::OutOfTurn);
        }
        self.leased_until = None;
        Ok(())
    }

    /// Its run is stopped for good: what was not noted is cut off. The holder settles what is still out.
    pub fn stop(&mut self) {
        self.last = self.noted;
    }

    fn held_by(&self, token: Token) -> Result<(), Refusal> {
        if self.token == token { Ok(()) } else { Err(Refusal::StaleToken) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn a_chunk_is_gone_through_in_groups_and_then_done() {
        let mut chunk = Chunk::new(11, 17);
        let lease = chunk.lease(at(0), at(20)).unwrap();
        assert_eq!(lease, Lease { token: Token(1), doubtful: None });
        let mut groups = Vec::new();
        while let Some(group) = chunk.next_group(3) {
            chunk.note(lease.token, *group.end(), Run::On, at(20)).unwrap();
            assert_eq!(chunk.next_group(3), None, "one group at a time");
            assert_eq!(chunk.release(lease.token), Err(Refusal::OutOfTurn));
            chunk.settle(lease.token, *group.end()).unwrap();
            groups.push(group);
        }
        assert_eq!(groups, [11..=13, 14..=16, 17..=17]);
        chunk.release(lease.token).unwrap();
        assert!(chunk.is_done());
        assert_eq!(chunk.lease(at(99), at(120)), Err(Refusal::Done));
    }

    #[test]
    fn who_takes_over_learns_what_is_in_doubt_and_the_old_holder_can_write_no_more() {
        let mut chunk = Chunk::new(1, 9);
        let old = chunk.lease(at(0), at(20)).unwrap().token;
        chunk.note(old, 4, Run::On, at(20)).unwrap();
        assert_eq!(chunk.lease(at(20), at(40)), Err(Refusal::Held));
        let new = chunk.lease(at(21), at(41)).unwrap();
        assert_eq!(new, Lease { token: Token(2), doubtful: Some(1..=4) });
        let refused = Err(Refusal::StaleToken);
        assert_eq!(chunk.note(old, 8, Run::On, at(99)), refused);
        assert_eq!([chunk.settle(old, 4), chunk.renew(old, at(99)), chunk.release(old)], [refused; 3]);
        assert_eq!(chunk.next_group(3), Some(5..=7));
    }

    #[test]
    fn a_lease_that_ran_out_and_that_nobody_took_is_as_good_as_ever() {
        let mut chunk = Chunk::new(1, 9);
        let token = chunk.lease(at(0), at(20)).unwrap().token;
        chunk.note(token, 4, Run::On, at(500)).unwrap();
        assert_eq!(chunk.lease(at(400), at(420)), Err(Refusal::Held));
    }

    #[test]
    fn each_wrong_move_has_its_refusal() {
        let mut chunk = Chunk::new(1, 9);
        let token = chunk.lease(at(0), at(20)).unwrap().token;
        assert_eq!(chunk.note(token, 4, Run::Held, at(20)), Err(Refusal::RunNotOn));
        assert_eq!(chunk.note(token, 10, Run::On, at(20)), Err(Refusal::BeyondLast));
        assert_eq!(chunk.settle(token, 4), Err(Refusal::OutOfTurn));
        chunk.note(token, 4, Run::On, at(20)).unwrap();
        chunk.note(token, 4, Run::On, at(20)).unwrap();
        assert_eq!(chunk.note(token, 6, Run::On, at(20)), Err(Refusal::OutOfTurn));
        chunk.settle(token, 4).unwrap();
        assert_eq!(chunk.settle(token, 4), Err(Refusal::OutOfTurn), "a second time nothing may be written");
    }

    #[test]
    fn stopping_cuts_off_what_was_not_noted() {
        let mut untouched = Chunk::new(11, 17);
        untouched.stop();
        assert!(untouched.is_done());
        let mut chunk = Chunk::new(11, 17);
        let token = chunk.lease(at(0), at(20)).unwrap().token;
        chunk.note(token, 13, Run::On, at(20)).unwrap();
        chunk.stop();
        assert!(!chunk.is_done());
        chunk.settle(token, 13).unwrap();
        assert!(chunk.is_done());
    }

    proptest! {
        /// Over any order of moves by two workers: the marks stay in order and never go back, and each message is given
        /// out once, to be settled by its holder or doubted by the next.
        #[test]
        fn every_message_is_given_out_once(moves in vec((0..6u8, 0..2usize, 1..5usize), 0..80)) {
            let (mut chunk, mut held, mut now) = (Chunk::new(1, 12), [Token(0); 2], 0);
            let (mut settled, mut doubted) = (0, 0);
            for (kind, who, size) in moves {
                let (before, token) = (chunk, held[who]);
                now += 7;
                match kind {
                    0 => if let Ok(lease) = chunk.lease(at(now), at(now + 20)) {
                        held[who] = lease.token;
                        doubted += lease.doubtful.map_or(0, |doubtful| doubtful.end() - doubtful.start() + 1);
                    },
                    1 | 2 => {
                        let to = chunk.next_group(size).map_or(chunk.noted, |group| *group.end());
                        let _refused_or_not = chunk.note(token, to, Run::On, at(now + 20));
                    }
                    3 => {
                        let is_settled = chunk.settle(token, chunk.noted).is_ok();
                        settled += if is_settled { chunk.settled - before.settled } else { 0 };
                    }
                    4 => { let _refused_or_not = chunk.release(token); }
                    _ if size == 4 => chunk.stop(),
                    _ => {}
                }
                prop_assert!(chunk.settled <= chunk.noted && chunk.noted <= chunk.last);
                prop_assert!(chunk.settled >= before.settled && chunk.noted >= before.noted && chunk.token >= before.token);
                prop_assert_eq!(settled + doubted, chunk.settled);
            }
        }
    }
}
