//! The form of a user, new or not.

pub(in crate::admin) mod check;
pub(in crate::admin) mod convert;

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{
    AvatarSize, InvalidUsername, ManagedUser, NewPassword, Nickname, Operator, PlainPassword, Role, Username,
};
use usher_ports::inbound::{
    AdminEditUser, AdminListUsers, AdminRefusal, CreateUserCommand, EditUserCommand, ManageAvatars,
    UserReference,
};

use super::super::failure::Failure;
use super::super::guard::Page;
use super::super::pages::{Pages, View};
use super::super::request::{AdminRequest, weakness};
use super::super::response::AdminResponse;
use super::own_picture;

/// What stands in the form, and what is wrong with it.
#[derive(Default, Serialize)]
pub(in crate::admin) struct FormView {
    /// The user being edited; `None` for a new one.
    pub(in crate::admin) id: Option<i64>,
    pub(in crate::admin) version: i64,
    /// Whether name and password can be changed.
    pub(in crate::admin) registered: bool,
    pub(in crate::admin) username: String,
    pub(in crate::admin) nickname: String,
    /// Where the picture is, if there is one of ours.
    pub(in crate::admin) avatar: Option<String>,
    pub(in crate::admin) errors: Errors,
    /// What another administrator saved meanwhile, if it differs: the key of the field, and its value.
    pub(in crate::admin) saved: Option<Vec<(&'static str, String)>>,
    /// Whether a picture was sent, which a form cannot hold: it has to be chosen again.
    pub(in crate::admin) picture_lost: bool,
}

/// Messages at the fields.
#[derive(Clone, Copy, Default, Serialize)]
pub(in crate::admin) struct Errors {
    pub(in crate::admin) username: Option<&'static str>,
    pub(in crate::admin) nickname: Option<&'static str>,
    pub(in crate::admin) password: Option<&'static str>,
    pub(in crate::admin) avatar: Option<&'static str>,
}

impl Errors {
    fn status(&self) -> StatusCode {
        match self.avatar {
            Some(TOO_LARGE) => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    const fn any(&self) -> bool {
        self.username.is_some() || self.nickname.is_some() || self.password.is_some() || self.avatar.is_some()
    }
}

impl View for FormView {
    const TEMPLATE: &'static str = "user_form.html";
}

const TOO_LARGE: &str = "too-large";

fn username(text: &str) -> Result<Username, &'static str> {
    Username::register(text).map_err(|error| match error {
        InvalidUsername::Length => "username-length",
        InvalidUsername::Characters => "username-characters",
        InvalidUsername::Reserved => "username-reserved",
    })
}

fn password(text: &str) -> Result<PlainPassword, &'static str> {
    PlainPassword::parse(text).map_err(|_| "user-password-rule")
}

/// A password, and whether it is one that others would guess.
fn new_password(text: &str, name: &str) -> Result<(), &'static str> {
    NewPassword::choose(password(text)?, name).map(drop).map_err(weakness)
}

fn nickname(text: &str) -> Result<Nickname, &'static str> {
    Nickname::parse(text).map_err(|_| "nickname-rule")
}

/// The empty form.
pub(in crate::admin) struct NewForm;

#[async_trait]
impl Page for NewForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        request.page(pages, StatusCode::OK, &FormView { registered: true, ..FormView::default() })
    }
}

/// The form of an existing user.
pub(in crate::admin) struct EditForm {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
}

#[async_trait]
impl Page for EditForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let user =
            self.users.find(request.signed_in()?.viewing()?, &UserReference::Id(request.user()?)).await?;
        request.page(pages, StatusCode::OK, &filled(&user))
    }
}

fn filled(user: &ManagedUser) -> FormView {
    FormView {
        id: Some(user.id.0),
        version: user.version.0,
        registered: user.role == Role::User,
        username: user.username.to_string(),
        nickname: user.nickname.to_string(),
        avatar: own_picture(&user.avatar),
        errors: Errors::default(),
        saved: None,
        picture_lost: false,
    }
}

/// The URL of the picture that was sent along, if one was; or what is wrong with it.
async fn picture(
    avatars: &Arc<dyn ManageAvatars>,
    by: Operator<'_>,
    request: &AdminRequest,
) -> Result<Result<Option<String>, &'static str>, AdminRefusal> {
    if request.oversized {
        return Ok(Err(TOO_LARGE));
    }
    let Some(file) = &request.file else { return Ok(Ok(None)) };
    match avatars.store(by, file.to_vec()).await {
        Ok(name) => Ok(Ok(Some(name.url(AvatarSize::Large)))),
        Err(AdminRefusal::NotAPicture | AdminRefusal::PictureTooLarge) => Ok(Err("avatar-rule")),
        Err(refusal) => Err(refusal),
    }
}

/// Creates a user.
pub(in crate::admin) struct Create {
    pub(in crate::admin) editor: Arc<dyn AdminEditUser>,
    pub(in crate::admin) avatars: Arc<dyn ManageAvatars>,
}

#[async_trait]
impl Page for Create {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let fields = (
            username(request.text("username")),
            nickname(request.text("nickname")),
            password(request.raw("password")),
        );
        let mut errors = Errors {
            username: fields.0.as_ref().err().copied(),
            nickname: fields.1.as_ref().err().copied(),
            password: fields.2.as_ref().err().copied(),
            avatar: None,
        };
        if let (Ok(username), Ok(nickname), Ok(password)) = fields {
            match picture(&self.avatars, operator, request).await? {
                Ok(avatar) => {
                    let avatar = avatar.unwrap_or_default();
                    match self
                        .editor
                        .create(operator, CreateUserCommand { username, nickname, avatar, password })
                        .await
                    {
                        Ok(user) => return Ok(AdminResponse::see(&request.page_of(user.id))),
                        Err(AdminRefusal::UsernameTaken) => errors.username = Some("username-taken"),
                        Err(AdminRefusal::WeakPassword(weak)) => errors.password = Some(weakness(weak)),
                        Err(refusal) => return Err(refusal.into()),
                    }
                }
                Err(message) => errors.avatar = Some(message),
            }
        }
        let view = FormView {
            registered: true,
            username: request.text("username").to_owned(),
            nickname: request.text("nickname").to_owned(),
            errors,
            picture_lost: request.file.is_some(),
            ..FormView::default()
        };
        request.page(pages, errors.status(), &view)
    }
}

/// Edits a user.
pub(in crate::admin) struct Edit {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) editor: Arc<dyn AdminEditUser>,
    pub(in crate::admin) avatars: Arc<dyn ManageAvatars>,
}

#[async_trait]
impl Page for Edit {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let viewer = request.signed_in()?.viewing()?;
        let mut user = self.users.find(viewer, &UserReference::Id(request.user()?)).await?;
        let mut conflicts = false;
        let registered = user.role == Role::User;
        let mut errors = Errors::default();
        let command = revise(request, &user, registered, &mut errors);
        if let Some(mut command) = command {
            match picture(&self.avatars, operator, request).await? {
                Ok(avatar) => {
                    command.avatar = avatar.or_else(|| (request.text("no_avatar") == "1").then(String::new));
                    match self.editor.edit(operator, user.id, command).await {
                        Ok(user) => return Ok(AdminResponse::see(&request.page_of(user.id))),
                        Err(AdminRefusal::UsernameTaken) => errors.username = Some("username-taken"),
                        Err(AdminRefusal::WeakPassword(weak)) => errors.password = Some(weakness(weak)),
                        Err(AdminRefusal::Conflict(current)) => {
                            (user, conflicts) = (*current, true);
                        }
                        Err(refusal) => return Err(refusal.into()),
                    }
                }
                Err(message) => errors.avatar = Some(message),
            }
        }
        let saved = conflicts
            .then(|| vec![("username", user.username.to_string()), ("nickname", user.nickname.to_string())]);
        let view = FormView {
            version: request.version().filter(|_| !conflicts).unwrap_or(user.version).0,
            username: if registered {
                request.text("username").to_owned()
            } else {
                user.username.to_string()
            },
            nickname: request.text("nickname").to_owned(),
            errors,
            saved,
            picture_lost: request.file.is_some(),
            ..filled(&user)
        };
        request.page(pages, if conflicts { StatusCode::CONFLICT } else { errors.status() }, &view)
    }
}

/// What the form asks for; `None` with the errors, if it asks for what cannot be. A name that stays as it is need not
/// be one that could be had today.
fn revise(
    request: &AdminRequest,
    user: &ManagedUser,
    registered: bool,
    errors: &mut Errors,
) -> Option<EditUserCommand> {
    let renamed = registered && request.text("username") != user.username.as_str();
    let name = renamed.then(|| username(request.text("username"))).transpose();
    let nick = nickname(request.text("nickname"));
    let wanted = registered && !request.raw("password").is_empty();
    let secret = wanted.then(|| password(request.raw("password"))).transpose();
    errors.username = name.as_ref().err().copied();
    errors.nickname = nick.as_ref().err().copied();
    errors.password = secret.as_ref().err().copied();
    if errors.any() {
        return None;
    }
    Some(EditUserCommand {
        username: name.ok()?,
        nickname: nick.ok()?,
        avatar: None,
        password: secret.ok()?,
        expected: request.version(),
    })
}
