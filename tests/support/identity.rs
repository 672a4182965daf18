use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

/// A server's certificate and key, and the authority that vouches for them; all as PEM.
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
    authority: String,
    directory: TempDir,
}

impl Identity {
    /// Of this machine.
    pub(crate) fn new() -> Self {
        let mut authority = CertificateParams::new([]).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"))
            .expect("an authority");
        let names = ["127.0.0.1".to_owned()];
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(names).expect("names").signed_by(&key, &authority);
        let identity = Self {
            certificate: server.expect("a certificate").pem(),
            key: key.serialize_pem(),
            authority: authority.pem(),
            directory: tempfile::tempdir().expect("a directory"),
        };
        std::fs::write(identity.authority(), &identity.authority).expect("a file");
        identity
    }

    /// The file by which a client knows the server.
    pub(crate) fn authority(&self) -> PathBuf {
        self.directory.path().join("authority.crt")
    }

    /// What a server is given, by where.
    pub(crate) fn files(&self) -> [(&'static str, &str); 3] {
        [("/server.crt", &self.certificate), ("/server.key", &self.key), ("/authority.crt", &self.authority)]
    }
}
