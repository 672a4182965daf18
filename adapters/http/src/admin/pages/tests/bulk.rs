use super::{PAYLOAD, query, renders};
use crate::admin::users::bulk::{BulkAction, BulkPart, BulkView, Failed, Progress};

#[test]
fn every_step_of_a_change_of_many_is_rendered_and_nothing_in_it_is_missing_or_run() {
    for (state, total) in [
        (Progress::Asked, Some(3)),
        (Progress::Asked, None),
        (Progress::Running, Some(3)),
        (Progress::Running, None),
        (Progress::Finished, Some(3)),
    ] {
        for action in BulkAction::ALL {
            let view = || BulkView {
                query: query(),
                action: action.as_str(),
                reason: PAYLOAD.to_owned(),
                ids: vec![PAYLOAD.to_owned()],
                everybody: total.is_none(),
                total,
                done: 1,
                left: 2,
                bans: total.is_none(),
                filter: vec![
                    ("role", PAYLOAD.to_owned(), Some("role-user".to_owned())),
                    ("search", PAYLOAD.to_owned(), None),
                ],
                ask: total.map(|total| total * 100),
                confirm: PAYLOAD.to_owned(),
                error: total.map(|_| "bulk-confirm-wrong"),
                failed: vec![Failed { name: PAYLOAD.to_owned(), why: "not-found" }],
                failures: 1,
                before: PAYLOAD.to_owned(),
                state,
                list: PAYLOAD.to_owned(),
            };
            renders(&view());
            renders(&BulkPart(view()));
        }
    }
}
