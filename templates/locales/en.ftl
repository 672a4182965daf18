product = Usher
skip = Skip to content
language = Language
appearance = Appearance
theme-system = Use the system's theme
theme-light = Light theme
theme-dark = Dark theme
density-comfortable = Comfortable rows
density-compact = Compact rows
menu = Main menu
close = Close
retry = Retry
offline = Connection lost. Trying again…
error-network = The server can't be reached. Check your connection and try again.
im = Messaging
im-users = Users
log-out = Log out
log-out-everywhere = Log out everywhere
role-viewer = Viewer
role-operator = Operator
role-owner = Owner

log-in = Log in
log-in-lead = Administration
set-up = Create the first administrator
set-up-lead = This account has full access.
set-up-code = Setup code
set-up-code-hint = At the end of the setup link in the log of the first start.
set-up-closed = This link has expired or was used. Please log in.
username = Username
username-hint = 3–64 characters: letters, digits and . _ - @
password = Password
password-hint = 8–128 characters
password-common = This password is too common.
password-name = The password must differ from the username.
password-again = Confirm password
create = Create account

error-credentials = Incorrect username, password or code.
error-name = Use 3–64 characters: letters, digits and . _ - @
error-password = Use 8–128 characters for the password.
error-password-again = The passwords don't match.
error-many = Too many attempts. Try again later.

search = Search
search-hint = Username, start of a nickname or device ID, full ID, UUID or sign-up IP
role = Role
any = All
role-any = All roles
state-any = All statuses
filter-clear = Clear filters
users-count = { $count ->
    [one] { $count } user
   *[other] { $count } users
}
users-range = Users { $first }–{ $last } of { $total }
users-range-more = Users { $first }–{ $last } of more than { $total }
user = User
selected = { $count } selected
select-page = Select all on this page
select-none = Clear selection
copy-id = Copy ID
copied = Copied
keys = Keyboard shortcuts
keys-on = Use these shortcuts
key-search = Search
key-next = Next user
key-previous = Previous user
key-select = Select user
key-edit = Edit user
pages = Pages
page-previous = Previous
role-visitor = Visitor
role-user = User
state = Status
state-enabled = Enabled
state-disabled = Disabled
state-deleted = Deleted
id = ID
nickname = Nickname
last-login = Last login
never = Never
users-none = No users match.
users-empty = No users yet. A visitor appears here when a client registers one.
users-empty-sign = Register the first one as a client does, on the command line of the server:
users-empty-demo = Or add demo users:
demo-load = Load demo data
demo-loaded = { $count } made-up users added
demo-password = Their last 30 days are on the dashboard. Those with a password have this one; it is shown only now:
users-caption = Users
page-next = Next
page-first = First page
toggle = { $name }: account enabled
user-enabled = { $name } was enabled.
user-disabled = { $name } was disabled and signed out everywhere.
undo = Undo
conflict = { $name } was changed by someone else. Review and try again.

failed = Something went wrong
forbidden-title = Access denied
back = Back
not-found = Page or user not found.
forbidden = You don't have permission to do this.
cross-site = This form has expired. Reload the page and try again.
bad-request = Invalid request.
unavailable = The service is temporarily unavailable. Try again in a moment.

show = Show
show-name = Show { $name }
edit = Edit
edit-name = Edit { $name }
delete = Delete
delete-name = Delete { $name }
restore = Restore
restore-name = Restore { $name }
cancel = Cancel
save = Save
actions = Actions
actions-name = Actions for { $name }
platform = Platform
sort = Sort by
sort-newest = Newest
sort-last-login = Recent login
sort-username = Username
ban-ends = ends

new-user = New user
username-rule = 4–20 letters, digits or underscores
username-visitor = A visitor's username can't be changed.
username-length = Use 4–20 characters.
username-characters = Letters, digits and underscores only.
username-reserved = Reserved
username-taken = Taken
username-free = Available
username-kept = Unchanged
nickname-rule = Optional, up to 50 characters
user-password-rule = Use 6–20 characters for the password.
user-password-good = Password accepted
password-optional = Leave blank to keep the current password.
avatar = Avatar
avatar-rule = PNG, JPEG or WebP, up to 5 MB and 50 megapixels

notes = Notes
notes-none = No notes yet.
note-new = New note
note-hint = A note for other administrators
note-add = Add note
note-remove = Remove this note
related = Accounts from the same sign-up IP
convert = Convert to user
convert-lead = The visitor becomes a registered user and keeps ID and history. Open sessions end; the person logs in with this username and password.
export-one = Export
unlink = Unlink
unlink-name = Unlink { $name }
delete-lead = { $days ->
    [one] Signs the user out everywhere. Can be restored for { $days } day.
   *[other] Signs the user out everywhere. Can be restored for { $days } days.
}
restore-lead = This user is deleted and can be restored until permanently deleted.
reason = Reason (optional)
until-optional = Disabled until (optional)
until-hint = Re-enabled automatically at this time.
disable = Disable
enable = Enable
profile = Profile
uuid = UUID
mobile = Mobile
email = Email
bio = Bio
location = Location
website = Website
registered = Registered
registered-from = Sign-up IP
last-login-from = Last login IP
disabled-until = Disabled until
deleted-at = Deleted
alias = Linked account
sessions = Active sessions
sessions-none = No active sessions
started = Started
seen = Last seen
expires = Expires
end = Sign out
end-all = Sign out everywhere
devices = Devices
devices-show = Show full device IDs
devices-shown = Anyone who knows a device ID can act as this visitor. This view was recorded in the audit log.
devices-none = No devices
device = Device ID
about = Details
first-seen = First seen
history = History
history-all = Full history
history-none = No activity yet

access-bans = Device & IP bans
access-bans-lead = A banned address or network gets no account and no session. A banned device can't come back as a visitor, upgrade, or log in from there, and its open sessions end; a login by name and password alone names no device. The answer is that of a disabled account. Sessions already open from a banned network go on.
access-bans-none = No device, address or network is banned.
ban-target = Device ID, IP address or network
ban-target-hint = For example 203.0.113.7, 203.0.113.0/24, 2001:db8::/48, or a full device ID.
ban-kind = Type
ban-device = Device
ban-address = Address
ban-network = Network
ban-term = Or ban for
ban = Ban
ban-until-optional = Banned until (optional)
ban-until = Until
ban-since = Since
ban-lift = Lift
ban-lift-name = Lift the ban of { $name }
ban-lifted = The ban of { $name } was lifted.
ban-unknown = Not a device ID, IP address or network.
ban-too-wide = Too wide. Ban at most a /8 (IPv4) or a /19 (IPv6).
ban-already = Already banned. Lift that ban first to change it.
ban-own = You are connecting from this address or network yourself.
ban-own-too = Ban it anyway. The administration stays reachable.
ban-this = Ban…
ban-this-name = Ban { $name }…

audit = Audit log
audit-lead = Every action and refused attempt. Entries can't be edited.
number = No.
when = Time
who = Actor
what = Action
whom = Target
changes = Changes
colon = {": "}
from-day = From
until-day = To
by-machine = Command line
by-usher = System
action-user-created = User created
action-user-edited = User edited
action-user-enabled = User enabled
action-user-disabled = User disabled
action-user-password = User password reset
action-user-deleted = User deleted
action-user-restored = User restored
action-user-purged = User permanently deleted
action-bulk-started = Bulk change started
action-bulk-undone = Bulk change undone
action-bulk-paused = Bulk change paused
action-bulk-resumed = Bulk change resumed
action-bulk-cancelled = Bulk change cancelled
action-bulk-finished = Bulk change finished
action-sessions-ended = Sessions ended
action-user-converted = Visitor converted
action-device-unlinked = Device unlinked
action-user-exported = User exported
action-administrator-role = Administrator role changed
action-note-added = Note added
action-note-removed = Note removed
action-administrator-invited = Administrator invited
action-reset-link-made = Password link created
action-invitation-withdrawn = Link withdrawn
action-users-exported = Users exported
action-access-banned = Device or address banned
action-access-ban-lifted = Device or address ban lifted
action-demo-loaded = Demo data loaded
action-picture-stored = Picture uploaded
action-pictures-swept = Unused pictures deleted
action-administrator-added = Administrator added
action-administrator-password = Administrator password reset
action-administrator-removed = Administrator removed
action-second-factor-on = Two-factor authentication turned on
action-second-factor-off = Two-factor authentication turned off
action-recovery-codes = Recovery codes renewed
action-device-ids-shown = Device IDs shown
action-logged-in = Logged in
action-logged-out = Logged out
action-log-in-failed = Login failed
action-refused = Permission denied
field-username = Username
field-nickname = Nickname
field-avatar = Avatar
field-device = Device
field-role = Role
field-status = Status
field-disabled-until = Disabled until
field-deleted = Deleted at
field-password = Password
field-operation = Change
field-users = Users
field-undoes = Undoes
field-bans = Bans ended too
field-search = Search
field-state = Status
field-platform = Platform
field-changed = Changed
field-unchanged = Left unchanged
field-missing = Not found
not-undoable = This bulk change can no longer be undone.
not-applicable = Not possible for this account.

too-large = Larger than 5 MB or 50 megapixels.
avatar-none = Remove avatar
sending = Upload progress
choose-name = Select { $name }
bulk = With selected
bulk-enable = Enable users
bulk-disable = Disable users
bulk-delete = Delete users
bulk-restore = Restore users
bulk-everybody = Select all that match
bulk-count = { $action ->
    [restore] { $count ->
        [one] Restore { $count } user?
       *[other] Restore { $count } users?
    }
    [delete] { $count ->
        [one] Delete { $count } user?
       *[other] Delete { $count } users?
    }
    [enable] { $count ->
        [one] Enable { $count } user?
       *[other] Enable { $count } users?
    }
   *[disable] { $count ->
        [one] Disable { $count } user?
       *[other] Disable { $count } users?
    }
}
bulk-many = More than 1,000,000 users
export = Export CSV

dashboard = Dashboard
span = Period
span-24h = 24 hours
span-7d = 7 days
span-30d = 30 days
span-90d = 90 days
before-24h = the 24 hours before
before-7d = the 7 days before
before-30d = the 30 days before
before-90d = the 90 days before
total-accounts = Users
total-online = Online now
total-disabled = Disabled
total-deleted = Deleted
growth = { $count } more in this period
online-hint = seen in the last 5 minutes
today = { $count } today so far
this-hour = { $count } in this hour so far
now = now
day = Day
hour = Hour
short-date = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $day }
a-day = a day on average
change-more = { $percent } % more than in { $span }
change-less = { $percent } % less than in { $span }
change-hint = What is not over yet is left out on both sides
as-table = View as table
measure-visitors = New visitors
measure-upgrades = Upgrades
measure-log_ins = Logins
measure-active = Active users
measure-refused = Refused requests
chart-days = { $measure } per day: { $most } at peak
chart-hours = { $measure } per hour: { $most } at peak
chart-keys = Use the arrow keys to read the bars
chart-tip = { $slot }: { $number } · before: { $before }
conversion = { $count } % conversion
refusals = Refused requests by reason
refusal-reason = Reason
refusal-signature = Invalid signature
refusal-rate_limit = Rate limit
refusal-password = Wrong password
refusal-account = Unavailable account
refusal-token = Invalid token
refusal-input = Invalid input
refusal-other = Other
two-days = yesterday and today
splits = New visitors by device
os = Operating system
brand = Brand
model = Model
unknown = Unknown
nothing-yet = No data yet

account = My account
password-lead = Changing it signs you out everywhere.
password-current = Current password
password-new = New password
password-change = Change password
error-current = Incorrect password.
error-code = Incorrect code or password.
factor = Two-factor authentication
factor-off = Off. Turn it on to be asked for a code from your phone at login.
factor-on = { $count ->
    [one] On. { $count } recovery code left.
   *[other] On. { $count } recovery codes left.
}
factor-turn-on = Turn on
factor-turn-off = Turn off
factor-renew = New phone or new recovery codes
factor-required = Two-factor authentication is required. Set it up to continue.
factor-stays = Two-factor authentication is required and can't be turned off.
factor-scan = Scan the QR code with an authenticator app, then enter the code it shows.
factor-picture = QR code with the key
factor-type = Or enter this key:
code = 6-digit code
code-optional = Code (optional)
code-current = Current 6-digit code
code-current-hint = From the phone you have used so far, or a recovery code
code-hint = From your authenticator app, or a recovery code
codes = Recovery codes
codes-lead = Each code works once if you lose your phone. They are shown only now.
codes-renew = New recovery codes
codes-kept = I have saved them
own-sessions = My sessions
session-current = This session
end-others = Sign out everywhere else
address = Address
on = On
off = Off
state-locked = Locked

administrators = Administrators
new-administrator = New administrator
reset = Reset password
reset-lead = Choose a new password for { $name }. All sessions end, and two-factor authentication is turned off until it is set up again.
reset-link = Password link
invite = Create invitation link
invitation = Invitation
invitation-lead = You have been invited as { $name } ({ $role }). Choose a password to log in with.
invitations = Pending links
withdraw = Withdraw
withdraw-name = Withdraw the link for { $name }
link-made = Link created
link-lead = Send it to the administrator. It works once, for { $days } days, and is shown only now.
link-gone = This link has expired or was used. Ask an owner for a new one.
copy = Copy
reset-name = Password link for { $name }
remove = Remove
remove-name = Remove { $name }
role-of-name = Role of { $name }
role-change-name = Save the role of { $name }
required = Required
role-hint = Viewers can look, operators manage users, owners do everything.
last-owner = You can't remove the last owner.

bans = Disabled users
time-zone = Time zone:
disable-for = Or disable for
disable-term = Disable for
term-ever = For good
term-1h = 1 hour
term-24h = 24 hours
term-7d = 7 days
term-30d = 30 days
until-passed = The account cannot be disabled until a time in the past. Choose a later time.
disabled-reason = Reason
disabled-by = Disabled by
disabled-by-name = by { $name }
bulk-none-selected = No users are selected. Go back, select users in the list, and try again.
bulk-filter = All users that match this filter:
bulk-filter-none = All users: no filter is set.
bulk-means-disable = They are signed out everywhere and cannot log in. Accounts that are disabled already keep their end and reason.
bulk-means-enable = They can log in again. Accounts that are disabled until a time or for a reason stay disabled unless you choose to enable them, too.
bulk-means-delete = They are signed out everywhere and can no longer log in. Deleted users can be restored for { $days } days.
bulk-means-restore = They can log in again, unless they are disabled. Nothing else about them changes.
bulk-bans = Also enable accounts that are disabled until a time or for a reason
bulk-confirm = Type { $name } to confirm
bulk-confirm-wrong = This is not the number of users to delete.
avatar-again = Choose the file again.
conflict-versions = Both versions
conflict-saved = Saved now
conflict-yours = Yours
conflict-save = Your changes are in the form below. Saving replaces what is saved now.
field = Field
log-in-next = Log in to continue.
audit-user = User (name or ID)
audit-none = No entries match this filter.
front = Usher
front-lead = Usher keeps the visitors, users and sessions of a chat service. Chat clients call its API; administrators log in here.
front-healthy = Healthy
front-unhealthy = Not available
set-up-first = There is no administrator yet. Open the set-up link: it is in the log of the first start.
set-up-wrong = This set-up link is not valid. Copy the whole link from the log of the first start.
jobs = Bulk changes
jobs-none = No bulk changes yet. Select users in the list to change several at once.
jobs-of-user = Bulk changes of this user
audit-entries = Entries
job = Bulk change { $name }
job-undo-of = Undo bulk change { $name }
job-users = Users
job-running = Running
job-paused = Paused
job-cancelled = Cancelled
job-finished = Finished
job-done = { $done } of { $total } users
job-done-so-far = { $done ->
    [one] { $done } user
   *[other] { $done } users
}
job-goes-on = You can close this page: the change goes on and its progress is kept.
job-reload = Refresh
job-pause = Pause
job-resume = Resume
job-cancel = Cancel
job-undo = Undo
job-undo-lead = Brings back what these users were before. Users who were changed since stay as they are.
job-about = About this change
job-started = Started
job-ended = Ended
job-undoes = Undoes
job-undone-by = Undone by
job-all = All users
job-chosen = Selected one by one
job-bans = Accounts that were disabled until a time or for a reason were enabled, too.
job-tab-changed = Changed: { $count }
job-tab-unchanged = Left unchanged: { $count }
job-tab-changed-since = Changed since, left unchanged: { $count }
job-tab-missing = Not found: { $count }
job-users-none = No users yet.
job-list-gone = The list of users was removed 90 days after the change ended.
yes = Yes
