//! What must hold for whatever is typed or sent, parser by parser.

use std::sync::LazyLock;

use proptest::prelude::*;
use usher_crypto::HmacTokens;
use usher_domain::{
    AdministratorName, AvatarName, ClientSignature, DeviceAttribute, DeviceAttributes, InstallationId,
    Keyword, Limit, Nickname, OneTimeCode, PlainPassword, Reason, RecoveryCode, Role, Search, SessionId,
    SetUpCode, Timestamp, UserId,
};
use usher_ports::outbound::{Claims, TokenIssuer as _, TokenRejected};

static TOKENS: LazyLock<HmacTokens> = LazyLock::new(|| HmacTokens::new(&[7; 32], Some(&[8; 32])));

const NOW: Timestamp = Timestamp::from_millis(1_752_835_449_008);

/// Text of any kind: letters, digits, signs, control characters, other scripts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,80}",
        "[0-9a-fA-F. -]{0,40}",
        "[\u{0}-\u{1f}a-z@_]{0,60}",
        "[٠-٩０-９一-龥ａ-ｚ]{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_typed_is_kept_as_it_was_read(text in text()) {
        if let Ok(name) = Nickname::parse(&text) {
            prop_assert_eq!(Nickname::parse(name.as_str()), Ok(name.clone()));
            prop_assert!(!name.as_str().chars().any(char::is_control));
        }
        if let Ok(reason) = Reason::parse(&text) {
            prop_assert_eq!(Reason::parse(reason.as_str()), Ok(reason.clone()));
            prop_assert!(!reason.as_str().contains(['\r', '\n', '\0']));
        }
        if let Ok(name) = AdministratorName::parse(&text) {
            prop_assert_eq!(AdministratorName::parse(name.as_str()), Ok(name.clone()));
            prop_assert!(name.as_str().is_ascii());
        }
        if let Some(attribute) = DeviceAttribute::parse(&text, DeviceAttributes::OTHER) {
            prop_assert_eq!(attribute.as_str(), &text);
            prop_assert!(!text.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_password_has_its_characters_and_is_never_printed(text in text()) {
        match PlainPassword::parse(&text) {
            Ok(password) => {
                prop_assert!(PlainPassword::LENGTH.contains(&text.chars().count()));
                prop_assert_eq!(password.expose(), &text);
                let printed = format!("{password:?}");
                prop_assert!(!printed.contains(&text), "{}", printed);
            }
            Err(_) => prop_assert!(!PlainPassword::LENGTH.contains(&text.chars().count())),
        }
    }

    #[test]
    fn a_search_looks_for_what_was_typed(text in text()) {
        match (Keyword::parse(&text), Search::parse(&text)) {
            (Ok(keyword), _) => prop_assert!(!keyword.as_str().contains('\0')),
            (Err(_), Ok(search)) => prop_assert!(text.trim() != text || text.starts_with('@'), "{search:?}"),
            (Err(_), Err(_)) => {}
        }
        if let Some(id) = Search::parse(&text).ok().and_then(|search| search.id()) {
            prop_assert_eq!(text.trim().parse(), Ok(id.0));
        }
    }

    #[test]
    fn a_code_is_six_digits_or_a_recovery_code(text in text(), bytes in any::<[u8; 16]>(), digits in "[0-9]{6}") {
        match OneTimeCode::parse(&text) {
            Some(OneTimeCode::App(code)) => {
                prop_assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
            }
            Some(OneTimeCode::Recovery(_)) => {
                let digits = text.chars().filter(char::is_ascii_hexdigit).count();
                prop_assert!([16, 32].contains(&digits));
            }
            None => {}
        }
        prop_assert_eq!(OneTimeCode::parse(&format!(" {} {} ", &digits[..3], &digits[3..])), Some(OneTimeCode::App(digits)));
        let code = RecoveryCode::new(bytes);
        let typed = code.expose().to_uppercase().replace('-', " ");
        prop_assert_eq!(OneTimeCode::parse(&typed), Some(OneTimeCode::Recovery(code.digest())));
    }

    #[test]
    fn a_set_up_code_is_itself_alone(text in text(), other in text()) {
        let code = SetUpCode::new(text.clone());
        prop_assert!(code.is(&text));
        prop_assert_eq!(code.is(&other), text == other);
    }

    #[test]
    fn a_signature_is_read_as_it_is_written(bytes in any::<[u8; 32]>(), text in text()) {
        let signature = ClientSignature::from_bytes(bytes);
        prop_assert_eq!(ClientSignature::parse(&signature.to_string()), Some(signature.clone()));
        if let Some(read) = ClientSignature::parse(&text) {
            prop_assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn a_limit_is_read_as_it_is_written(text in "[0-9]{0,11}/[0-9]{0,21}(ms|s|m|h|d|w|)|off|\\PC{0,12}") {
        if let Ok(limit) = text.parse::<Limit>() {
            prop_assert_eq!(limit.to_string().parse::<Limit>(), Ok(limit));
        }
    }

    #[test]
    fn a_file_is_a_picture_of_ours_or_none(text in "[0-9a-f]{30,34}(-small)?\\.(jpg|png|svg|jpg/)|\\PC{0,50}") {
        if let Some((name, size)) = AvatarName::parse(&text) {
            prop_assert_eq!(name.file(size), text.clone());
            prop_assert!(!text.contains(['/', '\\', '%']) && text.is_ascii());
        }
        if let Some(id) = InstallationId::parse(&text) {
            prop_assert_eq!(InstallationId::parse(&id.to_string()), Some(id));
        }
    }

    #[test]
    fn a_token_is_ours_unchanged_or_none(
        user in any::<i64>(), id in any::<[u8; 32]>(), place in any::<prop::sample::Index>(), other in any::<char>(), text in text(),
    ) {
        prop_assert_eq!(TOKENS.read(&text, NOW), Err(TokenRejected::Invalid));
        let given = Claims { user: UserId(user), session: SessionId::from_store(id), role: Role::User };
        let token = TOKENS.issue(&given, NOW, Timestamp::from_millis(1_800_000_000_000));
        let token = token.expose();
        prop_assert_eq!(TOKENS.read(token, NOW), Ok(given));
        let mut changed: Vec<char> = token.chars().collect();
        *place.get_mut(&mut changed) = other;
        let changed: String = changed.into_iter().collect();
        if changed != token {
            prop_assert_eq!(TOKENS.read(&changed, NOW), Err(TokenRejected::Invalid));
        }
        for timestamp in [i64::MIN, -1, 0, i64::MAX] {
            let _ = TOKENS.read(token, Timestamp::from_millis(timestamp));
        }
    }
}
