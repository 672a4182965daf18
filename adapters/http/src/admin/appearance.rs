//! How pages look in this browser: the theme and the density of tables.

use salvo::http::cookie::Cookie;
use salvo::{Request, async_trait};
use serde::Serialize;

use super::failure::Failure;
use super::guard::Page;
use super::pages::Pages;
use super::request::AdminRequest;
use super::response::AdminResponse;

/// The cookies.
const THEME: &str = "usher_theme";
const DENSITY: &str = "usher_density";

/// What a browser chose. Both are shown as attributes of `<html>`, where the stylesheet finds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Appearance {
    pub(super) theme: Theme,
    pub(super) density: Density,
}

/// The colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Theme {
    /// Those that the operating system asks for.
    #[default]
    System,
    Light,
    Dark,
}

/// How much of a list fits on a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Density {
    #[default]
    Comfortable,
    Compact,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name)
    }
}

impl Density {
    const ALL: [Self; 2] = [Self::Comfortable, Self::Compact];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|density| density.as_str() == name)
    }
}

impl Appearance {
    /// What the browser's cookies say; the default where they say nothing that is known.
    pub(super) fn of(request: &Request) -> Self {
        let chosen = |name: &str| request.cookie(name).map(Cookie::value);
        Self {
            theme: chosen(THEME).and_then(Theme::named).unwrap_or_default(),
            density: chosen(DENSITY).and_then(Density::named).unwrap_or_default(),
        }
    }
}

/// Chooses the theme, the density, or both.
pub(super) struct ChooseAppearance;

#[async_trait]
impl Page for ChooseAppearance {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let mut answer = AdminResponse::see(&request.return_to);
        if let Some(theme) = Theme::named(request.text("theme")) {
            answer = answer.with(request.looks(THEME, theme.as_str()));
        }
        if let Some(density) = Density::named(request.text("density")) {
            answer = answer.with(request.looks(DENSITY, density.as_str()));
        }
        Ok(answer)
    }
}
