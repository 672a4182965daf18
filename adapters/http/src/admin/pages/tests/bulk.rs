use super::{PAYLOAD, query, renders};
use crate::admin::bulk_jobs::{JobLine, JobPart, JobUser, JobView, JobsView, Tab};
use crate::admin::users::FilterPart;
use crate::admin::users::bulk::BulkView;
use usher_domain::{BulkAction, BulkOutcome, BulkState};

fn filter() -> Vec<FilterPart> {
    let part =
        |name, key: Option<&str>| FilterPart { name, text: PAYLOAD.to_owned(), key: key.map(str::to_owned) };
    vec![part("role", Some("role-user")), part("search", None)]
}

pub(super) fn job(action: BulkAction, state: BulkState, some: bool) -> JobLine {
    JobLine {
        id: 7,
        action: action.as_str(),
        undoes: (some && state == BulkState::Finished).then_some(6),
        undone_by: some.then_some(8),
        by: PAYLOAD.to_owned(),
        actor_message: (!some).then_some("by-machine"),
        reason: if some { PAYLOAD.to_owned() } else { String::new() },
        state: state.as_str(),
        total: some.then_some(3),
        done: 1,
        created: 1,
        ended: state.has_ended().then_some(2),
        matching: some,
        filter: if some { filter() } else { Vec::new() },
        bans: some,
    }
}

#[test]
fn the_question_before_a_change_of_many_is_rendered_and_nothing_in_it_is_missing_or_run() {
    for action in BulkAction::ALL {
        for total in [Some(0), Some(3), None] {
            renders(&BulkView {
                query: query(),
                action: action.as_str(),
                reason: PAYLOAD.to_owned(),
                ids: vec![PAYLOAD.to_owned()],
                everybody: total.is_none(),
                up_to: total.map(i64::from),
                total,
                bans: total.is_none(),
                filter: if total.is_none() { filter() } else { Vec::new() },
                ask: total.map(|total| total * 100),
                error: total.map(|_| "bulk-confirm-wrong"),
                list: PAYLOAD.to_owned(),
            });
        }
    }
}

#[test]
fn jobs_are_rendered_and_nothing_in_them_is_missing_or_run() {
    for action in BulkAction::ALL {
        for state in BulkState::ALL {
            for some in [true, false] {
                let outcomes = [
                    BulkOutcome::Changed,
                    BulkOutcome::Unchanged,
                    BulkOutcome::ChangedSince,
                    BulkOutcome::Missing,
                ];
                let tab = |it: BulkOutcome| Tab { outcome: it.as_str(), count: 1_000, current: some };
                let user = |name: &str| JobUser { id: 3, username: name.to_owned() };
                let view = JobView {
                    job: job(*action, *state, some),
                    can_be_undone: some,
                    ended: state.has_ended(),
                    listed: some,
                    tabs: outcomes.map(tab).into(),
                    users: if *action == BulkAction::Enable {
                        Vec::new()
                    } else {
                        vec![user(PAYLOAD), user("")]
                    },
                    first: some.then(|| PAYLOAD.to_owned()),
                    next: some.then(|| PAYLOAD.to_owned()),
                    address: PAYLOAD.to_owned(),
                };
                renders(&view);
                renders(&JobPart(view));
                let page = || some.then(|| PAYLOAD.to_owned());
                renders(&JobsView { jobs: vec![job(*action, *state, some)], first: page(), next: page() });
            }
        }
    }
    renders(&JobsView { jobs: Vec::new(), first: None, next: None });
}
