use std::str::FromStr;

use crate::{Timestamp, UnknownName};

/// As the profile says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gender {
    /// Not said.
    #[default]
    Unknown,
    /// Male.
    Male,
    /// Female.
    Female,
}

impl Gender {
    /// The word that clients and stores use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

impl FromStr for Gender {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "unknown" => Ok(Self::Unknown),
            "male" => Ok(Self::Male),
            "female" => Ok(Self::Female),
            _ => Err(UnknownName),
        }
    }
}

/// A user's public profile. Made with the account, in the same write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its own number.
    pub id: i64,
    /// Gender.
    pub gender: Gender,
    /// Birthday.
    pub birthday: Option<Timestamp>,
    /// A few words.
    pub bio: Option<String>,
    /// A place.
    pub location: Option<String>,
    /// A web site.
    pub website: Option<String>,
}
