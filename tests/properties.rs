//! What must hold for any input.

use proptest::prelude::*;
use salvo::http::StatusCode;
use usher_crypto::SaltedSignatures;
use usher_domain::{
    DeviceId, InvalidUsername, Keyword, Limit, Quota, QuotaDecision, SignedClaim, Timestamp, Username,
    UsernameKey,
};
use usher_ports::outbound::SignatureVerifier as _;

use crate::support::{Body, SALT, Stage, viewer};

fn quota() -> impl Strategy<Value = Quota> {
    (1_u32..50, 1_u32..5_000).prop_filter_map("a quota", |(calls, millis)| {
        match format!("{calls}/{millis}ms").parse() {
            Ok(Limit::On(quota)) => Some(quota),
            _ => None,
        }
    })
}

proptest! {
    #[test]
    fn a_username_is_what_was_typed_or_refused(text in "\\PC{0,24}|[a-zA-Z0-9_]{0,24}") {
        match Username::register(&text) {
            Ok(name) => {
                prop_assert_eq!(name.as_str(), &text);
                prop_assert_eq!(name.key(), UsernameKey::of(&text.to_uppercase()));
                prop_assert!((4..=20).contains(&text.len()));
            }
            Err(InvalidUsername::Length) => prop_assert!(!(4..=20).contains(&text.chars().count())),
            Err(InvalidUsername::Characters) => {
                prop_assert!(text.chars().any(|c| !c.is_ascii_alphanumeric() && c != '_'));
            }
            Err(InvalidUsername::Reserved) => {
                prop_assert!((4..=20).contains(&text.len()));
                prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
            }
        }
    }

    #[test]
    fn no_user_is_named_like_a_visitor(text in "[vV][iI][sS][a-zA-Z0-9_]{1,17}") {
        prop_assert_eq!(Username::register(&text), Err(InvalidUsername::Reserved));
    }

    #[test]
    fn a_key_is_its_own_key(text in "\\PC*") {
        let key = UsernameKey::of(&text);
        prop_assert_eq!(UsernameKey::of(key.as_str()), key);
    }

    #[test]
    fn a_device_id_is_36_plain_characters(text in "[A-Za-z0-9_-]{35,37}|\\PC{36}") {
        let plain = text.len() == 36 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        prop_assert_eq!(DeviceId::parse(&text).is_ok(), plain);
    }

    #[test]
    fn a_keyword_is_in_the_key_of_every_name_it_is_in(name in "[a-zA-Z0-9_]{4,20}", from in 0_usize..4, to in 4_usize..20) {
        let part = &name[from.min(name.len() - 1)..to.min(name.len())];
        let keyword = Keyword::parse(part).expect("a keyword");
        prop_assert!(UsernameKey::of(&name).as_str().contains(keyword.as_str()));
    }

    #[test]
    fn a_signature_is_of_one_device_and_one_moment(
        device in "[A-Za-z0-9_-]{36}", at in 0_i64..4_000_000_000_000, other in "[A-Za-z0-9_-]{36}", later in 1_i64..1_000_000,
    ) {
        let signatures = SaltedSignatures::new([SALT.to_owned()]);
        let claim = |device: &str, at| SignedClaim { device: device.to_owned(), at: Timestamp::from_millis(at) };
        let signature = signatures.sign(&claim(&device, at)).expect("a salt");
        prop_assert!(signatures.verify(claim(&device, at), &signature).is_some());
        prop_assert!(signatures.verify(claim(&device, at + later), &signature).is_none());
        prop_assert_eq!(signatures.verify(claim(&other, at), &signature).is_some(), other == device);
    }

    #[test]
    fn a_quota_grants_its_calls_at_once_and_twice_as_many_in_a_period(
        quota in quota(), waits in prop::collection::vec(0_i64..400, 1..200),
    ) {
        let shown = quota.to_string();
        let (calls, period) = shown.split_once('/').expect("calls/period");
        let calls: usize = calls.parse().expect("calls");
        let period = period.parse::<usher_domain::Period>().expect("a period").duration();
        let mut left = None;
        let mut granted: Vec<Timestamp> = Vec::new();
        let mut now = Timestamp::from_millis(1_000_000);
        for wait in waits {
            now = Timestamp::from_millis(now.as_millis() + wait);
            if let QuotaDecision::Granted { whole_at } = quota.acquire(left, now) {
                left = Some(whole_at);
                granted.push(now);
            }
            prop_assert!(granted.iter().filter(|at| **at == now).count() <= calls);
            prop_assert!(granted.iter().filter(|at| now.since(**at) < period).count() <= 2 * calls);
        }
    }

    #[test]
    fn a_client_that_waits_as_told_is_granted(quota in quota(), calls in 1_usize..100) {
        let mut left = None;
        let now = Timestamp::from_millis(1_000_000);
        for _ in 0..calls {
            match quota.acquire(left, now) {
                QuotaDecision::Granted { whole_at } => left = Some(whole_at),
                QuotaDecision::Refused { retry_after } => {
                    let millis = i64::try_from(retry_after.as_micros().div_ceil(1_000)).expect("a while");
                    let then = Timestamp::from_millis(now.as_millis() + millis);
                    let granted = matches!(quota.acquire(left, then), QuotaDecision::Granted { .. });
                    prop_assert!(granted);
                }
            }
        }
    }
}

const ROUTES: [&str; 7] = [
    "regChat",
    "loginChat",
    "chat/logout",
    "chat/searchUser",
    "visitorRegister",
    "visitorregChat",
    "visitorloginChat",
];

/// A body of the right fields with any values, or any bytes at all.
fn body() -> impl Strategy<Value = (bool, Vec<u8>)> {
    let value = prop_oneof![
        any::<String>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        Just(serde_json::json!([{"a": []}])),
    ];
    let name =
        prop::sample::select(vec!["username", "password", "deviceId", "timestamp", "keyword", "token", "x"]);
    let fields = prop::collection::hash_map(name, value, 0..7);
    prop_oneof![
        fields.prop_map(|fields| (true, serde_json::to_vec(&fields).expect("json"))),
        (any::<bool>(), prop::collection::vec(any::<u8>(), 0..300)),
    ]
}

#[test]
fn no_body_is_answered_by_a_failure_of_ours() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let stage = runtime.block_on(Stage::unlimited());
    proptest!(ProptestConfig::with_cases(400), |((json, bytes) in body(), route in prop::sample::select(ROUTES.to_vec()))| {
        let kind = if json { "application/json" } else { "application/x-www-form-urlencoded" };
        let phone = stage.phone();
        let answer = runtime.block_on(phone.send(route, Body::Raw(kind, bytes), Some(&"0".repeat(64))));
        let expected = [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
        prop_assert!(expected.iter().any(|status| status.as_u16() == answer.status), "{answer:?}");
    });
}

/// Any value that JSON can hold.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        "[a-zA-Z0-9_]{0,24}".prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[$a-z]{1,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn nothing_but_text_and_numbers_makes_an_account() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let stage = runtime.block_on(Stage::unlimited());
    let is_text = |value: &serde_json::Value| value.is_string() || value.is_number();
    proptest!(ProptestConfig::with_cases(300), |(username in json(), password in json(), right in any::<bool>())| {
        let password = if right { "hunter22".into() } else { password };
        let body = serde_json::json!({"username": username, "password": password});
        let answer = runtime.block_on(stage.phone().post_json("regChat", body, None));
        prop_assert!([200, 400, 422].contains(&answer.status), "{answer:?}");
        if !is_text(&username) || !is_text(&password) {
            prop_assert_eq!(answer.status, 422, "{:?}", answer);
        }
    });
}

#[test]
fn pages_of_any_size_make_up_the_whole_list() {
    use usher_domain::{ManagedUser, UserFilter, UserOrder};

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let stage = runtime.block_on(Stage::unlimited());
    runtime.block_on(async {
        for _ in 0..30 {
            stage.phone().visit().await.data();
        }
    });
    let page = |after: Option<&ManagedUser>, size| {
        let order = UserOrder::Newest;
        let cursor = after.map_or_else(|| order.start(), |last| order.after(last));
        let (filter, list) = (UserFilter::default(), &stage.admin.list_users);
        let users = list.list(viewer(), &filter, &cursor, size);
        runtime.block_on(users).expect("a store")
    };
    let whole = page(None, 1_000);
    assert_eq!(whole.len(), 30);
    proptest!(ProptestConfig::with_cases(50), |(sizes in prop::collection::vec(1_u32..12, 30))| {
        let mut seen: Vec<ManagedUser> = Vec::new();
        for size in sizes {
            seen.extend(page(seen.last(), size));
        }
        prop_assert_eq!(&seen, &whole);
    });
}
