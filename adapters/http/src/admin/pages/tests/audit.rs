use usher_domain::{BulkAction, BulkState};

use super::bulk::job;
use super::{PAYLOAD, renders};
use crate::admin::audit::{AuditQuery, AuditView, ChangeLine, DisplayValue, Line};

pub(super) fn line(harmful: bool) -> Line {
    let text = || if harmful { PAYLOAD.to_owned() } else { String::new() };
    let shown = |key: Option<&str>| DisplayValue { key: key.map(str::to_owned), text: text() };
    let change =
        ChangeLine { field: "status".to_owned(), before: shown(None), after: shown(Some("state-locked")) };
    Line {
        number: 1,
        at: 1_752_835_449_008,
        by: text(),
        actor_message: (!harmful).then_some("by-machine"),
        from: text(),
        action: "user-disabled",
        user: harmful.then_some(7),
        job: (!harmful).then_some(7),
        subject: text(),
        changes: if harmful { vec![change] } else { Vec::new() },
        reason: text(),
    }
}

#[test]
fn the_audit_log_is_rendered_and_nothing_in_it_is_missing_or_run() {
    let payload = || PAYLOAD.to_owned();
    for some in [true, false] {
        renders(&AuditView {
            query: AuditQuery {
                by: payload(),
                action: payload(),
                user: payload(),
                from: payload(),
                until: payload(),
            },
            filtered: some,
            actions: usher_domain::AuditAction::ALL.iter().map(|action| action.as_str()).collect(),
            jobs: if some { vec![job(BulkAction::Disable, BulkState::Paused, true)] } else { Vec::new() },
            entries: if some { vec![line(true), line(false)] } else { Vec::new() },
            first: some.then(payload),
            next: some.then(payload),
        });
    }
}
