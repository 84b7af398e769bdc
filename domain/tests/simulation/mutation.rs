//! Rules broken on purpose, one at a time: each must be found, or the simulation proves nothing.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutation {
    /// A worker hands over without having noted it.
    SkipNote,
    /// The fencing token of a chunk is not looked at.
    IgnoreToken,
    /// Nobody asks the guards when a group is noted.
    ForgetGuard,
    /// Whatever is answered counts as accepted.
    CountRetryAsSent,
    /// Settling does not look at the state a message is in.
    SettleUnchecked,
    /// Settling takes a message that waits for what it was when it was handed over.
    SettleUnfenced,
    /// The number of attempts is taken for the number of the handing-over.
    FenceByAttempts,
    /// What a lost lease left open is sent again.
    SendDoubtfulAgain,
    /// The guards are asked, and the run is not.
    NoteWhilePaused,
    /// Cancelling also takes what is being handed over.
    CancelWhatIsNoted,
    /// Cancelling leaves messages that wait for a retry.
    CancelForgetsRetries,
    /// A retry of a stopped run waits for ever.
    RetryAfterStop,
    /// A run is finished while somebody waits for a retry.
    FinishTooEarly,
    /// Counters are written in a transaction of their own.
    CountersApart,
    /// Receipts are applied as they come.
    ReceiptsGoBack,
    /// A receipt for a message whose answer is not there is thrown away, and so is what it proves.
    ReceiptsProveNothing,
    /// How far planning has come is written in a transaction of its own.
    PlanningForgets,
    /// What could not be stored at once is forgotten.
    SettleOnce,
    /// A worker does not look at its lease before it calls.
    CallAfterLapse,
    /// A call that broke off has no ending.
    ForgetBrokenCalls,
    /// Messages that were not called because the lease ran out have no ending.
    ForgetUncalled,
    /// Late answers to what was put in doubt are thrown away.
    ForgetLateAnswers,
    /// Leases of messages alone do not count as noted.
    ForgetAloneNotes,
    /// The provider's quota is nobody's concern.
    IgnoreRate,
    /// What was reserved long ago is used, all together.
    UseOldReservations,
}

impl Mutation {
    pub const ALL: [Self; 25] = [
        Self::SkipNote,
        Self::IgnoreToken,
        Self::ForgetGuard,
        Self::CountRetryAsSent,
        Self::SettleUnchecked,
        Self::SettleUnfenced,
        Self::FenceByAttempts,
        Self::SendDoubtfulAgain,
        Self::NoteWhilePaused,
        Self::CancelWhatIsNoted,
        Self::CancelForgetsRetries,
        Self::RetryAfterStop,
        Self::FinishTooEarly,
        Self::CountersApart,
        Self::ReceiptsGoBack,
        Self::ReceiptsProveNothing,
        Self::PlanningForgets,
        Self::SettleOnce,
        Self::CallAfterLapse,
        Self::ForgetBrokenCalls,
        Self::ForgetUncalled,
        Self::ForgetLateAnswers,
        Self::ForgetAloneNotes,
        Self::IgnoreRate,
        Self::UseOldReservations,
    ];
}
