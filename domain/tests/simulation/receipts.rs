//! What providers report later (DESIGN 2): stored raw first, applied in batches; duplicated, shuffled, and sometimes
//! there before the answer. A receipt is proof that the provider took the message.

use domain::message::MessageState;

use crate::{
    chance::Chance,
    ledger::{Ledger, Time},
    mutation::Mutation,
    witness::Sight,
};

/// What a provider reports about a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    pub n: i32,
    pub says: MessageState,
}

/// What a provider will report of a message that it took.
pub fn of_taken(n: i32, chance: &mut Chance) -> Vec<Receipt> {
    use MessageState::{Bounced, Complained, Delivered, Undelivered};
    let says: &[MessageState] = match chance.below(8) {
        0 => &[],
        1 => &[Bounced],
        2 => &[Delivered, Complained],
        3 => &[Undelivered, Delivered],
        4 => &[Delivered, Bounced, Complained],
        _ => &[Delivered],
    };
    says.iter().map(|says| Receipt { n, says: *says }).collect()
}

/// Applies what is stored, in one transaction.
pub fn apply(ledger: &mut Ledger, now: Time) {
    for receipt in std::mem::take(&mut ledger.receipts) {
        let state = ledger.message(receipt.n).state;
        let unproven = matches!(state, MessageState::Planned | MessageState::InDoubt);
        if unproven && !ledger.breaks(Mutation::ReceiptsProveNothing) {
            ledger.witness.sees(Sight::ReceiptFirst);
            ledger.turn(receipt.n, MessageState::Accepted, now);
            ledger.message(receipt.n).interrupted = false;
        }
        let state = ledger.message(receipt.n).state;
        if state.may_become(receipt.says) || (ledger.breaks(Mutation::ReceiptsGoBack) && state != receipt.says) {
            ledger.turn(receipt.n, receipt.says, now);
        } else {
            ledger.witness.sees(Sight::ReceiptLate);
        }
    }
}
