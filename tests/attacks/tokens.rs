//! Session tokens that an attacker makes.

use std::collections::HashSet;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde_json::{Value, json};
use usher::config::Secret;

use crate::support::{SALT, Stage};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// The claims of a token, whatever signed it.
fn claims(token: &str) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.required_spec_claims = HashSet::new();
    decode(token, &DecodingKey::from_secret(KEY.as_bytes()), &validation).expect("a token of ours").claims
}

/// A token with the name of the key that another one carries.
fn sign(claims: &Value, algorithm: Algorithm, key: &[u8], like: &str) -> String {
    let kid = decode_header(like).expect("a header").kid;
    encode(&Header { kid, ..Header::new(algorithm) }, claims, &EncodingKey::from_secret(key))
        .expect("a token")
}

#[tokio::test]
async fn no_token_but_our_own_is_believed() {
    let stage = Stage::with(|config| config.tokens.key = Secret::new(KEY.to_owned())).await;
    let mut phone = stage.phone();
    phone.register("alice_01", "hunter22").await.data();
    let own = phone.token.clone().expect("a token");
    let claims = claims(&own);
    let parts: Vec<&str> = own.split('.').collect();
    // {"alg":"none"}, {"alg":"None","typ":"JWT"}, and none in capitals.
    let none = ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJOb25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJOT05FIn0"];
    let mut forged: Vec<String> = Vec::new();
    for head in none {
        forged.extend([format!("{head}.{}.", parts[1]), format!("{head}.{}.{}", parts[1], parts[2])]);
        forged.push(format!("{head}.{}", parts[1]));
    }
    // The right key, another algorithm.
    forged.extend([Algorithm::HS384, Algorithm::HS512].map(|it| sign(&claims, it, KEY.as_bytes(), &own)));
    // Keys that an attacker could guess, or has: the clients' salt.
    let guesses =
        ["", "secret", "usher", "password", "APP_SECRET", SALT, "the-next-salt", &KEY[..16], parts[2]];
    forged.extend(guesses.map(|key| sign(&claims, Algorithm::HS256, key.as_bytes(), &own)));
    // What is said, under the signature of something else.
    for (name, value) in [("role", json!("visitor")), ("sub", json!("2")), ("exp", json!(i64::MAX))] {
        let mut other = claims.clone();
        other[name] = value;
        let other = sign(&other, Algorithm::HS256, b"another key", &own);
        let payload = other.split('.').nth(1).expect("a payload");
        forged.push(format!("{}.{payload}.{}", parts[0], parts[2]));
    }
    forged.extend((0..own.len()).step_by(7).map(|end| own[..end].to_owned()).filter(|cut| !cut.is_empty()));
    forged.extend([
        format!("{own}."),
        format!("{own}.{}", parts[2]),
        own.to_uppercase(),
        format!("Bearer {own}"),
    ]);
    // Under a name that no key has, and under none.
    for kid in [None, Some("x".to_owned())] {
        let header = Header { kid, ..Header::new(Algorithm::HS256) };
        forged.push(encode(&header, &claims, &EncodingKey::from_secret(KEY.as_bytes())).expect("a token"));
    }
    for token in &forged {
        assert_eq!(phone.holding(Some(token)).standing().await, "Token 令牌不合法！", "{token}");
    }
    assert_eq!(phone.standing().await, "user", "its own is");
}

#[tokio::test]
async fn a_token_gives_no_role_that_its_session_has_not() {
    let stage = Stage::with(|config| config.tokens.key = Secret::new(KEY.to_owned())).await;
    let mut phone = stage.phone();
    phone.visit().await.data();
    assert_eq!(phone.standing().await, "visitor");
    // With the very key: what the record of the session says decides.
    let own = phone.token.clone().expect("a token");
    let mut claims = claims(&own);
    assert_eq!((&claims["iss"], &claims["iat"]), (&json!("usher"), &json!(1_752_835_449)));
    claims["role"] = json!("user");
    let promoted = phone.holding(Some(&sign(&claims, Algorithm::HS256, KEY.as_bytes(), &own)));
    assert_eq!(promoted.standing().await, "Token 令牌不合法！");
    for (name, value) in [
        ("role", json!("admin")),
        ("sid", json!("")),
        ("sub", json!("x")),
        ("iss", json!("x")),
        ("x", json!(1)),
    ] {
        let mut other = claims.clone();
        other[name] = value;
        let other = phone.holding(Some(&sign(&other, Algorithm::HS256, KEY.as_bytes(), &own)));
        assert_eq!(other.standing().await, "Token 令牌不合法！", "{name}");
    }
}
