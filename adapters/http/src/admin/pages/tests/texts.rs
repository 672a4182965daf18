use super::*;

#[test]
fn times_are_those_of_the_zone() {
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    let at = Pages::timestamp("2025-07-18T18:44", &zone).unwrap().unwrap();
    assert_eq!(at.as_millis(), 1_752_835_440_000);
    assert_eq!(Pages::shown("1752835440000", &zone), "2025-07-18 18:44");
    assert_eq!(Pages::day("2025-07-18", 1, &zone).unwrap().as_millis(), 1_752_854_400_000);
    assert_eq!(
        (Pages::timestamp("", &zone).unwrap(), Pages::day("", 0, &zone), Pages::shown("x", &zone)),
        (None, None, String::new())
    );
    assert!(Pages::timestamp("tomorrow", &zone).is_err());
}

#[test]
fn no_character_of_a_name_hides_or_turns_its_surroundings() {
    for (name, shown, first) in [
        ("\u{202e}gnirts", "[U+202E]gnirts", "G"),
        ("a\u{2067}b\u{7}", "a[U+2067]b[U+0007]", "A"),
        ("\u{3164}", "[U+3164]", "?"),
        ("  \u{200b}爱丽丝", "  [U+200B]爱丽丝", "爱"),
        ("👩\u{200d}🚀", "👩\u{200d}🚀", "👩"),
        ("", "", "?"),
    ] {
        assert_eq!((visible(name).as_str(), initial(name).as_str()), (shown, first), "{name:?}");
    }
}
