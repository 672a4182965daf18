use std::fmt;

/// The name a stored picture has: drawn at random and never given to another one, so that a client that has loaded it need
/// not ask again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AvatarName {
    stem: String,
    kind: PictureKind,
}

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureKind {
    /// Without transparency.
    Jpeg,
    /// With it.
    Png,
}

/// How large it is. Both are square.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AvatarSize {
    /// For a page of its own.
    Large,
    /// For a list.
    Small,
}

impl PictureKind {
    const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// As `Content-Type` says it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

impl AvatarSize {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Large, Self::Small];

    /// How many pixels each side has.
    pub const fn pixels(self) -> u32 {
        match self {
            Self::Large => 512,
            Self::Small => 96,
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Large => "",
            Self::Small => "-small",
        }
    }
}

impl AvatarName {
    /// Under which path pictures are found.
    pub const PATH: &str = "/avatars/";

    /// A name from 128 random bits.
    pub fn new(random: [u8; 16], kind: PictureKind) -> Self {
        Self { stem: hex::encode(random), kind }
    }

    /// The name and size of a file, if it can be one.
    pub fn parse(file: &str) -> Option<(Self, AvatarSize)> {
        let (stem, extension) = file.split_once('.')?;
        let kind =
            [PictureKind::Jpeg, PictureKind::Png].into_iter().find(|kind| kind.extension() == extension)?;
        let (stem, size) = match stem.strip_suffix(AvatarSize::Small.mark()) {
            Some(stem) => (stem, AvatarSize::Small),
            None => (stem, AvatarSize::Large),
        };
        let plain =
            stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        plain.then(|| (Self { stem: stem.to_owned(), kind }, size))
    }

    /// The one of a picture that is found under this URL, if it is one of ours.
    pub fn of_url(url: &str) -> Option<Self> {
        Self::parse(url.strip_prefix(Self::PATH)?).map(|(name, _)| name)
    }

    /// How it is encoded.
    pub const fn kind(&self) -> PictureKind {
        self.kind
    }

    /// The file of a size.
    pub fn file(&self, size: AvatarSize) -> String {
        format!("{}{}.{}", self.stem, size.mark(), self.kind.extension())
    }

    /// Where a size of it is found.
    pub fn url(&self, size: AvatarSize) -> String {
        format!("{}{}", Self::PATH, self.file(size))
    }
}

impl fmt::Display for AvatarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file(AvatarSize::Large))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for kind in [PictureKind::Jpeg, PictureKind::Png] {
            let name = AvatarName::new([0xab; 16], kind);
            for size in AvatarSize::ALL {
                assert_eq!(AvatarName::parse(&name.file(size)), Some((name.clone(), size)));
                assert_eq!(AvatarName::of_url(&name.url(size)), Some(name.clone()));
            }
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_name() {
        let stem = "ab".repeat(16);
        let upper = format!("{}.jpg", stem.to_uppercase());
        let nested = format!("../{stem}.jpg");
        let script = format!("{stem}.svg");
        for file in
            ["", ".jpg", "x.jpg", "../../etc/passwd", upper.as_str(), nested.as_str(), script.as_str()]
        {
            assert_eq!(AvatarName::parse(file), None, "{file}");
        }
        assert_eq!(AvatarName::of_url(&format!("https://elsewhere.example/avatars/{stem}.jpg")), None);
    }
}
