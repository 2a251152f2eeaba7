//! What an attempt to send a message means: one pure decision from the carrier's answer.

use chrono::TimeDelta;

use crate::ids::Id;

/// After this many tries that count, a message is dead and waits for an administrator.
pub const MAX_TRIES: i32 = 12;
/// A carrier may defer a message for this long: the usual time limit of mail servers (RFC 5321, 4.5.4.1).
pub const LONGEST_DEFERRAL: TimeDelta = TimeDelta::days(4);
/// After this many hand-overs without an answer a person decides: the first one and one repeat.
pub const MAX_DOUBTS: i32 = 2;
/// The shortest and the longest wait that a carrier can ask for.
const ASKED_WAIT: (TimeDelta, TimeDelta) = (TimeDelta::seconds(1), TimeDelta::hours(1));

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier accepted it. A gateway that can be asked later has its own id for it.
    Delivered {
        /// The gateway's id.
        remote: Option<String>,
    },
    /// The carrier works and did not accept this message now.
    Temporary {
        /// What failed, in a word or two, without the recipient.
        what: &'static str,
        /// How long the carrier asks to wait.
        after: Option<TimeDelta>,
        /// Whether the try counts towards giving up: not when the carrier only asked to wait.
        counts: bool,
    },
    /// It can never be sent to this recipient.
    Refused {
        /// What failed, in a word or two, without the recipient.
        what: &'static str,
    },
    /// The carrier refuses the service, whatever the message: a key, a password, a certificate or a name is wrong. The operator
    /// corrects it.
    Misconfigured {
        /// What failed, in a word or two.
        what: &'static str,
    },
    /// The carrier could not be reached. The message was not handed over.
    NotReached {
        /// What failed, in a word or two.
        what: &'static str,
    },
    /// The message was handed over, and the answer is missing or reports an internal failure.
    InDoubt {
        /// What failed, in a word or two, without the recipient.
        what: &'static str,
        /// There was an answer, so the carrier can be asked about the message, which ends the doubt.
        answered: bool,
    },
    /// It was not handed over, because the claim had ended, the message was replaced, or the service is stopping.
    Withheld,
}

impl Outcome {
    /// It was handed over to a carrier that cannot be asked later.
    pub const DELIVERED: Self = Self::Delivered { remote: None };

    /// What failed, if anything did.
    pub fn what(&self) -> Option<&'static str> {
        match self {
            Self::Delivered { .. } | Self::Withheld => None,
            Self::Temporary { what, .. }
            | Self::Refused { what }
            | Self::Misconfigured { what }
            | Self::NotReached { what }
            | Self::InDoubt { what, .. } => Some(what),
        }
    }
}

/// The stages of a session with a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Connection, greeting, encryption.
    Connect,
    /// Signing in.
    SignIn,
    /// `MAIL FROM`: the service's own address.
    Sender,
    /// `RCPT TO`: the recipient.
    Recipient,
    /// `DATA`, before any part of the message is sent.
    Data,
    /// The message itself: from here on it may have been accepted.
    Content,
}

/// What happened with a carrier, before it is classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The host name could not be resolved.
    Name,
    /// No connection was made.
    Unreachable,
    /// The certificate or encryption of the server was not acceptable, or there was none.
    Tls,
    /// The mail server does not support what the settings require.
    Unsupported,
    /// A mail server refused.
    Reply {
        /// The stage of the session.
        stage: Stage,
        /// The reply code (RFC 5321).
        code: u16,
        /// The enhanced status code (RFC 3463), if there was one.
        enhanced: Option<(u16, u16)>,
    },
    /// The session with a mail server broke off, or took too long.
    Lost {
        /// The stage of the session.
        stage: Stage,
    },
    /// A gateway answered with a status other than 201.
    Status {
        /// The HTTP status.
        status: u16,
        /// `Retry-After`.
        after: Option<TimeDelta>,
        /// The gateway reported an error of the request as a whole (a template, a key), not of the number.
        request_fault: bool,
    },
    /// The request was sent and no answer came.
    NoAnswer,
    /// A file could not be written.
    Folder,
}

/// What an event means for the message and for its carrier.
pub fn classify(event: Event) -> Outcome {
    match event {
        Event::Name => Outcome::Misconfigured { what: "name" },
        Event::Tls => Outcome::Misconfigured { what: "tls" },
        Event::Unsupported => Outcome::Misconfigured { what: "mail server settings" },
        Event::Unreachable => Outcome::NotReached { what: "not reached" },
        Event::Folder => Outcome::NotReached { what: "folder" },
        Event::NoAnswer => Outcome::InDoubt { what: "gateway away", answered: false },
        Event::Lost { stage } => lost(stage),
        Event::Reply { stage, code, enhanced } => reply(stage, code, enhanced),
        Event::Status { status, after, request_fault } => status_of(status, after, request_fault),
    }
}

fn lost(stage: Stage) -> Outcome {
    match stage {
        Stage::Connect | Stage::SignIn => Outcome::NotReached { what: "mail server silent" },
        // The server answered before, so the delay is due to this recipient.
        Stage::Sender | Stage::Recipient | Stage::Data => {
            Outcome::Temporary { what: "mail server broke off", after: None, counts: true }
        }
        Stage::Content => Outcome::InDoubt { what: "mail server away", answered: false },
    }
}

/// RFC 5321 (4.2), RFC 3463 and RFC 4954: 530, 534, 535 and 538 concern signing in, X.7.X what the client may do.
fn reply(stage: Stage, code: u16, enhanced: Option<(u16, u16)>) -> Outcome {
    let (subject, detail) = enhanced.unwrap_or_default();
    match (code, stage) {
        (530 | 534 | 535 | 538, _) => Outcome::Misconfigured { what: "mail sign-in" },
        (400..=499, Stage::Connect | Stage::SignIn) => Outcome::NotReached { what: "mail server busy" },
        (500..=599, Stage::Connect | Stage::SignIn) => Outcome::Misconfigured { what: "mail server refuses" },
        // Greylisting, and busy servers: the same message is accepted later.
        (421, _) | (400..=499, Stage::Recipient) => Outcome::Temporary { what: "mail server defers", after: None, counts: false },
        (400..=499, _) if subject == 7 || (subject, detail) == (2, 0) => {
            Outcome::Temporary { what: "mail server defers", after: None, counts: false }
        }
        (400..=499, _) => Outcome::Temporary { what: "mail server", after: None, counts: true },
        (500..=599, _) if subject == 7 => Outcome::Misconfigured { what: "mail policy" },
        (500..=599, Stage::Sender) => Outcome::Misconfigured { what: "mail sender" },
        // A full mailbox may be emptied; a bad sequence of commands is not about the message.
        (552 | 503, _) => Outcome::Temporary { what: "mail server", after: None, counts: true },
        (500..=599, Stage::Recipient) => Outcome::Refused { what: "mailbox" },
        (500..=599, _) => Outcome::Refused { what: "message" },
        (_, Stage::Content) => Outcome::InDoubt { what: "mail server", answered: false },
        _ => Outcome::Temporary { what: "mail server", after: None, counts: true },
    }
}

/// The statuses of GOV.UK Notify, and the usual meaning of others.
fn status_of(status: u16, after: Option<TimeDelta>, request_fault: bool) -> Outcome {
    match status {
        429 => Outcome::Temporary { what: "gateway 429", after, counts: false },
        503 => Outcome::Temporary { what: "gateway 503", after, counts: false },
        401 => Outcome::Misconfigured { what: "gateway 401" },
        403 => Outcome::Misconfigured { what: "gateway 403" },
        404 | 405 | 410 => Outcome::Misconfigured { what: "gateway address" },
        300..=399 => Outcome::Misconfigured { what: "gateway redirect" },
        400 if request_fault => Outcome::Misconfigured { what: "gateway request" },
        400 => Outcome::Refused { what: "gateway 400" },
        408 => Outcome::Temporary { what: "gateway 408", after, counts: true },
        402..=499 => Outcome::Refused { what: "gateway 4xx" },
        // It failed internally: perhaps after it had accepted the message.
        500..=599 => Outcome::InDoubt { what: "gateway 5xx", answered: true },
        _ => Outcome::InDoubt { what: "gateway answer", answered: false },
    }
}

/// What follows for a message after an attempt that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// It is tried again after this time.
    RetryAfter(TimeDelta),
    /// It is tried again when its carrier works again.
    RetryWithCarrier,
    /// It can never be sent.
    Failed,
    /// It was tried too often or for too long.
    Dead,
    /// A person decides whether it is sent again.
    AskPerson,
}

/// What is known of a message when an attempt has ended.
#[derive(Debug, Clone, Copy)]
pub struct AttemptHistory {
    /// The id of the message.
    pub id: Id,
    /// Tries that count, without this one.
    pub tries: i32,
    /// Hand-overs without an answer, including this one.
    pub doubts: i32,
    /// How long it has been due.
    pub overdue: TimeDelta,
    /// The carrier refused with the same error when this message was tried before, and has accepted another message since: then
    /// the refusal is about this message, not about the service.
    pub carrier_accepted_others: bool,
}

/// Decides what follows for a message. None when it was delivered or withheld.
pub fn next_step(outcome: &Outcome, tried: AttemptHistory) -> Option<NextStep> {
    let retry = |counts: bool, after: Option<TimeDelta>| {
        if (counts && tried.tries + 1 >= MAX_TRIES) || (!counts && tried.overdue > LONGEST_DEFERRAL) {
            return NextStep::Dead;
        }
        let (shortest, longest) = ASKED_WAIT;
        let usual = backoff(if counts { tried.tries + 1 } else { deferral_step(tried.overdue) });
        NextStep::RetryAfter(after.map_or(usual + jitter(tried.id, tried.tries, usual), |after| after.clamp(shortest, longest)))
    };
    Some(match outcome {
        Outcome::Delivered { .. } | Outcome::Withheld => return None,
        Outcome::Temporary { after, counts, .. } => retry(*counts, *after),
        Outcome::Refused { .. } => NextStep::Failed,
        Outcome::Misconfigured { .. } if tried.carrier_accepted_others => retry(true, None),
        Outcome::Misconfigured { .. } | Outcome::NotReached { .. } => NextStep::RetryWithCarrier,
        Outcome::InDoubt { answered: false, .. } if tried.doubts >= MAX_DOUBTS => NextStep::AskPerson,
        Outcome::InDoubt { .. } => retry(true, None),
    })
}

/// 10 s, 20 s, 40 s … at most an hour.
fn backoff(tries: i32) -> TimeDelta {
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or(0);
    TimeDelta::seconds(10 * 2_i64.pow(doublings)).min(TimeDelta::hours(1))
}

/// When tries do not count, the pauses grow with the time that the message has waited: 30 s and more, since greylisting asks for
/// minutes.
fn deferral_step(overdue: TimeDelta) -> i32 {
    let minutes = overdue.num_minutes().clamp(0, 1000);
    [1, 2, 5, 10, 20, 60].iter().map(|bound| i32::from(minutes >= *bound)).sum::<i32>() + 2
}

/// A delay of up to a quarter of `wait`, different for each message, so that messages that failed together are not all tried
/// together. Taken from the random part of the id.
fn jitter(id: Id, tries: i32, wait: TimeDelta) -> TimeDelta {
    let part =
        u64::try_from(id.0.as_u128() >> 3 & 0xFFFF).unwrap_or(0).wrapping_mul(u64::from(tries.unsigned_abs()) * 2 + 1) % 250;
    TimeDelta::milliseconds(wait.num_milliseconds() * i64::try_from(part).unwrap_or(0) / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(stage: Stage, code: u16, enhanced: Option<(u16, u16)>) -> Event {
        Event::Reply { stage, code, enhanced }
    }

    fn http(status: u16) -> Event {
        Event::Status { status, after: None, request_fault: false }
    }

    #[test]
    fn every_event_has_its_outcome() {
        use Stage::{Connect, Content, Data, Recipient, Sender, SignIn};
        let temporary = |counts| move |outcome: &Outcome| matches!(outcome, Outcome::Temporary { counts: c, .. } if *c == counts);
        let refused = |outcome: &Outcome| matches!(outcome, Outcome::Refused { .. });
        let misconfigured = |outcome: &Outcome| matches!(outcome, Outcome::Misconfigured { .. });
        let not_reached = |outcome: &Outcome| matches!(outcome, Outcome::NotReached { .. });
        let doubt = |answered| move |outcome: &Outcome| matches!(outcome, Outcome::InDoubt { answered: a, .. } if *a == answered);
        type Check<'a> = &'a dyn Fn(&Outcome) -> bool;
        let (counted, deferred, lost, broke) = (temporary(true), temporary(false), doubt(false), doubt(true));
        let table: &[(Event, Check<'_>)] = &[
            (Event::Name, &misconfigured),
            (Event::Tls, &misconfigured),
            (Event::Unsupported, &misconfigured),
            (Event::Unreachable, &not_reached),
            (Event::Folder, &not_reached),
            (Event::NoAnswer, &lost),
            (Event::Lost { stage: Connect }, &not_reached),
            (Event::Lost { stage: SignIn }, &not_reached),
            (Event::Lost { stage: Sender }, &counted),
            (Event::Lost { stage: Recipient }, &counted),
            (Event::Lost { stage: Data }, &counted),
            (Event::Lost { stage: Content }, &lost),
            (smtp(Connect, 421, None), &not_reached),
            (smtp(Connect, 554, None), &misconfigured),
            (smtp(SignIn, 454, Some((7, 0))), &not_reached),
            (smtp(SignIn, 535, Some((7, 8))), &misconfigured),
            (smtp(Sender, 530, Some((7, 0))), &misconfigured),
            (smtp(Sender, 451, None), &counted),
            (smtp(Sender, 550, None), &misconfigured),
            (smtp(Recipient, 450, Some((2, 0))), &deferred),
            (smtp(Recipient, 451, Some((7, 1))), &deferred),
            (smtp(Recipient, 550, Some((1, 1))), &refused),
            (smtp(Recipient, 550, None), &refused),
            (smtp(Recipient, 553, None), &refused),
            (smtp(Recipient, 550, Some((7, 1))), &misconfigured),
            (smtp(Recipient, 554, Some((7, 1))), &misconfigured),
            (smtp(Recipient, 552, Some((2, 2))), &counted),
            (smtp(Data, 421, None), &deferred),
            (smtp(Content, 451, Some((7, 1))), &deferred),
            (smtp(Content, 452, None), &counted),
            (smtp(Content, 554, Some((6, 0))), &refused),
            (smtp(Content, 550, Some((7, 1))), &misconfigured),
            (http(400), &refused),
            (Event::Status { status: 400, after: None, request_fault: true }, &misconfigured),
            (http(401), &misconfigured),
            (http(403), &misconfigured),
            (http(404), &misconfigured),
            (http(307), &misconfigured),
            (http(408), &counted),
            (http(422), &refused),
            (http(429), &deferred),
            (http(503), &deferred),
            (http(500), &broke),
            (http(502), &broke),
            (http(200), &lost),
        ];
        for (event, expected) in table {
            let outcome = classify(*event);
            assert!(expected(&outcome), "{event:?} became {outcome:?}");
        }
    }

    fn tried(tries: i32, doubts: i32) -> AttemptHistory {
        AttemptHistory { id: Id(uuid::Uuid::nil()), tries, doubts, overdue: TimeDelta::zero(), carrier_accepted_others: false }
    }

    #[test]
    fn the_next_step_depends_on_the_outcome_and_earlier_tries() {
        let counted = Outcome::Temporary { what: "x", after: None, counts: true };
        let deferred = |after| Outcome::Temporary { what: "x", after, counts: false };
        let (wrong, unreachable) = (Outcome::Misconfigured { what: "x" }, Outcome::NotReached { what: "x" });
        let doubt = |answered| Outcome::InDoubt { what: "x", answered };
        let seconds = |count| Some(NextStep::RetryAfter(TimeDelta::seconds(count)));
        assert_eq!(next_step(&Outcome::DELIVERED, tried(0, 1)), None);
        assert_eq!(next_step(&Outcome::Withheld, tried(0, 0)), None);
        for (tries, wait) in [(0, 10), (1, 20), (2, 40), (8, 2560), (10, 3600)] {
            assert_eq!(next_step(&counted, tried(tries, 0)), seconds(wait), "after {tries}");
        }
        assert_eq!(next_step(&counted, tried(11, 0)), Some(NextStep::Dead));
        assert_eq!(next_step(&deferred(None), tried(11, 0)), seconds(20), "it does not count");
        let days = |days| AttemptHistory { overdue: TimeDelta::days(days), ..tried(0, 0) };
        assert_eq!(next_step(&deferred(None), days(3)), seconds(1280));
        assert_eq!(next_step(&deferred(None), days(5)), Some(NextStep::Dead), "there is a limit too");
        for (asked, waits) in [(0, 1), (77, 77), (90_000, 3600)] {
            assert_eq!(next_step(&deferred(Some(TimeDelta::seconds(asked))), tried(3, 0)), seconds(waits));
        }
        assert_eq!(next_step(&Outcome::Refused { what: "x" }, tried(0, 0)), Some(NextStep::Failed));
        for tries in [0, 11, 99] {
            assert_eq!(
                next_step(&wrong, AttemptHistory { overdue: TimeDelta::days(9), ..tried(tries, 0) }),
                Some(NextStep::RetryWithCarrier)
            );
            assert_eq!(
                next_step(&unreachable, AttemptHistory { overdue: TimeDelta::days(9), ..tried(tries, 0) }),
                Some(NextStep::RetryWithCarrier)
            );
        }
        assert_eq!(
            next_step(&wrong, AttemptHistory { carrier_accepted_others: true, ..tried(0, 0) }),
            seconds(10),
            "it is the message"
        );
        assert_eq!(next_step(&wrong, AttemptHistory { carrier_accepted_others: true, ..tried(11, 0) }), Some(NextStep::Dead));
        assert_eq!(next_step(&doubt(false), tried(0, 1)), seconds(10), "once more");
        assert_eq!(next_step(&doubt(false), tried(1, 2)), Some(NextStep::AskPerson));
        assert_eq!(next_step(&doubt(true), tried(4, 2)), seconds(160), "the carrier is asked each time");
        assert_eq!(next_step(&doubt(true), tried(11, 2)), Some(NextStep::Dead));
    }

    #[test]
    fn messages_that_failed_together_are_not_tried_together() {
        let usual = TimeDelta::seconds(40);
        let ids = (1..200_u128).map(|number| Id(uuid::Uuid::from_u128(number << 3)));
        let spreads: std::collections::BTreeSet<TimeDelta> = ids.map(|id| jitter(id, 1, usual)).collect();
        assert!(spreads.len() > 100, "{}", spreads.len());
        assert!(spreads.iter().all(|more| *more >= TimeDelta::zero() && *more < usual / 4));
    }
}
