use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::{hmac, rand};
use usher_domain::{AdministratorId, RecoveryDigest, RecoveryTag, SealedSecret, TotpSecret};
use usher_ports::outbound::{FactorCipher, OpenedSecret, StoreError, Unreadable};
use zeroize::Zeroizing;

/// Keeps one purpose's keys apart from another's that are made of the same secret.
const PURPOSE: &[u8] = b"usher: second factors of administrators";

/// How a sealed secret is written: this byte, the key's id, the nonce, the encrypted secret and its tag.
const VERSION: u8 = 1;
const HEAD: usize = 1 + KEY_ID + NONCE_LEN;
const KEY_ID: usize = 4;

/// How long a secret is, and with it what an older release stored.
const BARE: usize = 20;

/// The secrets of authenticator apps under AES-256-GCM, and recovery codes under HMAC-SHA-256. All keys are made of the
/// installation's secrets by HKDF (RFC 5869); the current one writes, and the older ones are read still.
pub struct FactorKeys {
    current: Key,
    older: Vec<Key>,
}

/// No keys could be made of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no keys for second factors could be derived")]
pub struct NoFactorKeys;

struct Key {
    id: [u8; KEY_ID],
    cipher: LessSafeKey,
    tags: hmac::Key,
}

struct IdLength;

impl KeyType for IdLength {
    fn len(&self) -> usize {
        KEY_ID
    }
}

impl FactorKeys {
    /// With the current secret, and those before it that are still to be read.
    ///
    /// # Errors
    /// When the library refuses, which it has no reason to.
    pub fn new<'a>(current: &[u8], older: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, NoFactorKeys> {
        let older = older.into_iter().filter(|secret| *secret != current).map(Key::derive);
        Ok(Self { current: Key::derive(current)?, older: older.collect::<Result<_, _>>()? })
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

impl fmt::Debug for FactorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FactorKeys({} keys)", 1 + self.older.len())
    }
}

impl Key {
    fn derive(secret: &[u8]) -> Result<Self, NoFactorKeys> {
        let root: Prk = Salt::new(HKDF_SHA256, PURPOSE).extract(secret);
        let mut id = [0; KEY_ID];
        let named = root.expand(&[b"id"], IdLength).and_then(|key| key.fill(&mut id));
        let cipher = root.expand(&[b"secret"], &AES_256_GCM).map(UnboundKey::from);
        let tags = root.expand(&[b"recovery code"], HKDF_SHA256.hmac_algorithm()).map(hmac::Key::from);
        match (named, cipher, tags) {
            (Ok(()), Ok(cipher), Ok(tags)) => Ok(Self { id, cipher: LessSafeKey::new(cipher), tags }),
            _ => Err(NoFactorKeys),
        }
    }

    fn tag(&self, of: AdministratorId, code: &RecoveryDigest) -> RecoveryTag {
        let text = [&of.0.to_be_bytes()[..], &code.0].concat();
        let mut tag = [0; 32];
        tag.copy_from_slice(hmac::sign(&self.tags, &text).as_ref());
        RecoveryTag(tag)
    }

    fn open(&self, of: AdministratorId, sealed: &[u8]) -> Option<TotpSecret> {
        let (head, text) = sealed.split_at_checked(HEAD)?;
        let nonce = Nonce::try_assume_unique_for_key(&head[1 + KEY_ID..]).ok()?;
        let mut text = Zeroizing::new(text.to_vec());
        let secret = self.cipher.open_in_place(nonce, belonging(of, head), &mut text).ok()?;
        Some(TotpSecret::new((&*secret).try_into().ok()?))
    }
}

/// What is authenticated with the secret: whose it is, and under which version and key.
fn belonging(of: AdministratorId, head: &[u8]) -> Aad<Vec<u8>> {
    Aad::from([&of.0.to_be_bytes()[..], &head[..=KEY_ID]].concat())
}

impl FactorCipher for FactorKeys {
    fn seal(&self, of: AdministratorId, secret: &TotpSecret) -> Result<SealedSecret, StoreError> {
        let failed = |_| StoreError::new("a second factor was not encrypted");
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(failed)?;
        let head = [&[VERSION][..], &self.current.id, &nonce].concat();
        let mut text = secret.expose().to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.current
            .cipher
            .seal_in_place_append_tag(nonce, belonging(of, &head), &mut text)
            .map_err(failed)?;
        Ok(SealedSecret::new([head, text].concat()))
    }

    fn open(&self, of: AdministratorId, sealed: &SealedSecret) -> Result<OpenedSecret, Unreadable> {
        let bytes = sealed.as_bytes();
        if let Ok(bare) = <[u8; BARE]>::try_from(bytes) {
            return Ok(OpenedSecret { secret: TotpSecret::new(bare), outdated: true });
        }
        let fits = |key: &&Key| bytes.first() == Some(&VERSION) && bytes.get(1..=KEY_ID) == Some(&key.id);
        let key = self.all().find(fits).ok_or(Unreadable)?;
        let secret = key.open(of, bytes).ok_or(Unreadable)?;
        Ok(OpenedSecret { secret, outdated: key.id != self.current.id })
    }

    fn tag(&self, of: AdministratorId, code: &RecoveryDigest) -> RecoveryTag {
        self.current.tag(of, code)
    }

    fn tags(&self, of: AdministratorId, code: &RecoveryDigest) -> Vec<RecoveryTag> {
        self.all().map(|key| key.tag(of, code)).collect()
    }
}
