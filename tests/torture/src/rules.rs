//! What is right and what is a violation: pure functions of what happened, so that they can be shown to find something.

use std::time::Duration;

use crate::calls::{Call, Reply};
use crate::faults::{Faults, Span};
use crate::ledger::{Session, Standing, Token, Why};

/// How long after the database or Redis is back a node may still turn calls away.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// `database.timeout`: a call that waited this long for a busy machine's disk is turned away as it should be.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(5);

/// What became of a call, whatever it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was answered, by yes or no.
    Answered,
    /// 503 with `Retry-After` while something was away or paused, this long after it was back, or after `database.timeout`.
    TurnedAway(Duration),
    /// No answer, because the node was killed or paused.
    Broken,
}

/// Whether an answer, or that there is none, is explained by what was done to the installation.
pub(crate) fn fate(call: &Call, faults: &Faults) -> Result<Fate, String> {
    match &call.reply {
        Reply::Response(answer) if answer.status == 503 && answer.retry_after => {
            let slow = call.span.to - call.span.from >= DATABASE_TIMEOUT;
            let excused = (slow || faults.node_was_paused(call.node, call.span)).then_some(Duration::ZERO);
            faults
                .since_an_outage(call.span, GRACE)
                .or(excused)
                .map(Fate::TurnedAway)
                .ok_or_else(|| format!("{}: 503 while nothing was away", call.what))
        }
        Reply::Response(answer) if answer.status >= 500 => {
            Err(format!("{}: {} without a reason: {}", call.what, answer.status, answer.body))
        }
        Reply::Response(answer)
            if answer.status == 429 || answer.body.to_string().contains("请求过于频繁") =>
        {
            Err(format!("{}: limited, and limits are off", call.what))
        }
        Reply::Response(_) => Ok(Fate::Answered),
        Reply::Broken(_) if faults.node_was_away(call.node, call.span) => Ok(Fate::Broken),
        Reply::Broken(error) => Err(format!("{}: broken, and the node was there: {error}", call.what)),
        Reply::Hung => Err(format!("{}: no answer within {:?}", call.what, call.span.to - call.span.from)),
    }
}

/// What a session check said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Served,
    Refused,
}

/// What the check of a session means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// As promised.
    Right,
    /// Served within the bound, this long after the promise.
    Late(Duration),
    /// Redis was killed before it kept the session.
    Lost,
}

/// Holds what a session check said against what was promised.
pub(crate) fn check(
    token: &Token,
    call: Span,
    seen: Seen,
    faults: &Faults,
    bound: Duration,
) -> Result<Checked, String> {
    match (token.session, seen) {
        (Session::Unknown, _) | (Session::Good, Seen::Served) | (Session::Ended(..), Seen::Refused) => {
            Ok(Checked::Right)
        }
        (Session::Good, Seen::Refused) if faults.redis_may_forget(token.issued) => Ok(Checked::Lost),
        (Session::Good, Seen::Refused) => Err("a session that nothing ended is refused".to_owned()),
        // What is in the database as well is told to Redis again; a logout is not.
        (Session::Ended(Why::LoggedOut, at), Seen::Served) if faults.redis_may_forget(at) => {
            Ok(Checked::Lost)
        }
        (Session::Ended(why, at), Seen::Served) => {
            let late = call.from.saturating_duration_since(at);
            let kept = faults.in_force_from(at, call.from).is_some_and(|from| call.from > from + bound);
            if kept {
                Err(format!("served {late:?} after it ended: {why:?}"))
            } else {
                Ok(Checked::Late(late))
            }
        }
    }
}

/// Whether an account may be entered at this moment by its password or device; nothing where both are right.
pub(crate) fn may_log_in(standing: Standing, call: Span) -> Option<bool> {
    match standing {
        Standing::Enabled => Some(true),
        Standing::Unknown => None,
        // The database decides, on every node.
        Standing::Disabled(at) => (call.from > at).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::json;

    use super::*;
    use crate::calls::Response;
    use crate::faults::{Kind, Part};

    const SECOND: Duration = Duration::from_secs(1);
    const BOUND: Duration = Duration::from_secs(5);

    /// A minute in which a test can count seconds.
    struct Minute(Instant);

    impl Minute {
        fn new() -> Self {
            Self(Instant::now())
        }

        fn at(&self, second: u32) -> Instant {
            self.0 + SECOND * second
        }

        fn span(&self, second: u32) -> Span {
            Span { from: self.at(second), to: self.at(second) + SECOND / 10 }
        }

        fn token(&self, session: Session) -> Token {
            Token { text: "a token".into(), issued: self.at(1), visitor: false, session, history: "".into() }
        }

        fn call(&self, second: u32, reply: Reply) -> Call {
            Call { what: "a call".to_owned(), node: 0, span: self.span(second), reply }
        }
    }

    fn outage(faults: &Faults, part: Part, kind: Kind, from: Instant, until: Instant) {
        let id = faults.begin(part, kind, from);
        faults.end(id, until);
    }

    fn answer(status: u16, retry_after: bool) -> Reply {
        Reply::Response(Response {
            status,
            retry_after,
            location: None,
            cookie: None,
            body: json!({"msg": "fail"}),
        })
    }

    #[test]
    fn a_server_error_needs_an_outage_and_an_invitation_to_return() {
        let (minute, faults) = (Minute::new(), Faults::default());
        outage(&faults, Part::Database, Kind::Kill, minute.at(10), minute.at(12));
        assert_eq!(fate(&minute.call(11, answer(503, true)), &faults), Ok(Fate::TurnedAway(Duration::ZERO)));
        assert_eq!(fate(&minute.call(15, answer(503, true)), &faults), Ok(Fate::TurnedAway(3 * SECOND)));
        for (second, reply) in [
            (11, answer(503, false)),
            (11, answer(500, true)),
            (11, answer(429, true)),
            (11, Reply::Hung),
            (9, answer(503, true)),
            (18, answer(503, true)),
        ] {
            assert!(fate(&minute.call(second, reply.clone()), &faults).is_err(), "{second}: {reply:?}");
        }
    }

    #[test]
    fn a_node_is_no_reason_to_turn_a_call_away_and_the_only_one_to_break_it() {
        let (minute, faults) = (Minute::new(), Faults::default());
        outage(&faults, Part::Node(0), Kind::Kill, minute.at(10), minute.at(12));
        let broken = || Reply::Broken("reset".to_owned());
        assert_eq!(fate(&minute.call(11, broken()), &faults), Ok(Fate::Broken));
        assert!(fate(&minute.call(11, answer(503, true)), &faults).is_err());
        assert!(fate(&minute.call(20, broken()), &faults).is_err());
        outage(&faults, Part::Node(0), Kind::Pause, minute.at(30), minute.at(32));
        let turned_away = fate(&minute.call(31, answer(503, true)), &faults);
        assert_eq!(turned_away, Ok(Fate::TurnedAway(Duration::ZERO)));
        let other = Call { node: 1, ..minute.call(11, broken()) };
        assert!(fate(&other, &faults).is_err());
    }

    #[test]
    fn the_disabled_are_not_served_past_the_bound() {
        let (minute, faults) = (Minute::new(), Faults::default());
        let token = minute.token(Session::Ended(Why::Disabled, minute.at(10)));
        let judged = |second, seen, bound| check(&token, minute.span(second), seen, &faults, bound);
        assert_eq!(judged(11, Seen::Refused, Duration::ZERO), Ok(Checked::Right));
        assert_eq!(judged(14, Seen::Served, BOUND), Ok(Checked::Late(4 * SECOND)));
        assert!(judged(16, Seen::Served, BOUND).is_err());
        assert!(judged(11, Seen::Served, Duration::ZERO).is_err());
        // A call that began before the acknowledgement.
        assert!(judged(9, Seen::Served, Duration::ZERO).is_ok());
    }

    #[test]
    fn the_bound_runs_from_the_return_of_what_was_away() {
        let (minute, faults) = (Minute::new(), Faults::default());
        outage(&faults, Part::Redis, Kind::Kill, minute.at(11), minute.at(20));
        let token = minute.token(Session::Ended(Why::Disabled, minute.at(10)));
        let judged = |second| check(&token, minute.span(second), Seen::Served, &faults, BOUND);
        assert!(judged(15).is_ok());
        assert!(judged(24).is_ok());
        assert!(judged(26).is_err());
        // A killed node extends nothing: another one does its work.
        let faults = Faults::default();
        outage(&faults, Part::Node(0), Kind::Kill, minute.at(11), minute.at(20));
        assert!(check(&token, minute.span(18), Seen::Served, &faults, BOUND).is_err());
    }

    #[test]
    fn a_session_is_lost_only_with_redis() {
        let (minute, faults) = (Minute::new(), Faults::default());
        let token = minute.token(Session::Good);
        assert!(check(&token, minute.span(5), Seen::Refused, &faults, BOUND).is_err());
        outage(&faults, Part::Redis, Kind::Pause, minute.at(2), minute.at(3));
        outage(&faults, Part::Redis, Kind::Kill, minute.at(30), minute.at(31));
        assert!(check(&token, minute.span(40), Seen::Refused, &faults, BOUND).is_err());
        outage(&faults, Part::Redis, Kind::Kill, minute.at(2), minute.at(3));
        assert_eq!(check(&token, minute.span(40), Seen::Refused, &faults, BOUND), Ok(Checked::Lost));
    }

    #[test]
    fn a_session_may_be_lost_that_starts_before_the_kill_arrives_and_not_one_that_starts_afterwards() {
        for (second, excused) in [(26, false), (28, true), (30, true), (31, true), (32, false)] {
            let (minute, faults) = (Minute::new(), Faults::default());
            outage(&faults, Part::Redis, Kind::Kill, minute.at(30), minute.at(31));
            let token = Token { issued: minute.at(second), ..minute.token(Session::Good) };
            let judged = check(&token, minute.span(40), Seen::Refused, &faults, BOUND);
            assert_eq!(judged.is_ok(), excused, "{second}");
        }
    }

    #[test]
    fn redis_may_lose_a_logout_and_no_disable() {
        let (minute, faults) = (Minute::new(), Faults::default());
        outage(&faults, Part::Redis, Kind::Kill, minute.at(11), minute.at(12));
        for (why, lost) in [
            (Why::LoggedOut, true),
            (Why::Disabled, false),
            (Why::Upgraded, false),
            (Why::NewPassword, false),
        ] {
            let token = minute.token(Session::Ended(why, minute.at(10)));
            let judged = check(&token, minute.span(30), Seen::Served, &faults, BOUND);
            assert_eq!(judged.is_ok(), lost, "{why:?}");
        }
    }

    #[test]
    fn the_door_is_shut_with_the_acknowledgement() {
        let minute = Minute::new();
        assert_eq!(may_log_in(Standing::Enabled, minute.span(1)), Some(true));
        assert_eq!(may_log_in(Standing::Unknown, minute.span(1)), None);
        let standing = Standing::Disabled(minute.at(10));
        assert_eq!(may_log_in(standing, minute.span(9)), None);
        assert_eq!(may_log_in(standing, minute.span(11)), Some(false));
    }
}
