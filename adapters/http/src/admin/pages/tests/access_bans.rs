use super::{PAYLOAD, renders};
use crate::admin::access_bans::{BanLine, BansView};

fn ban(ends: bool) -> BanLine {
    let payload = || PAYLOAD.to_owned();
    BanLine {
        id: 1,
        key: payload(),
        target: payload(),
        kind: "ban-device",
        reason: payload(),
        until: ends.then_some(1_752_835_449_008),
        by: payload(),
        actor_message: (!ends).then_some("by-machine"),
        at: 1_752_835_449_008,
    }
}

#[test]
fn bans_are_rendered_and_nothing_in_them_is_missing_or_run() {
    let payload = || PAYLOAD.to_owned();
    for error in [None, Some("ban-unknown"), Some("ban-too-wide"), Some("ban-already"), Some("ban-own")] {
        renders(&BansView {
            bans: if error.is_some() { vec![ban(true), ban(false)] } else { Vec::new() },
            next: error.map(|_| payload()),
            target: payload(),
            user: payload(),
            reason: payload(),
            error,
            lifted: error.map(|_| ban(true)),
        });
    }
}
