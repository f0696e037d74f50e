# The account of a person, as that person sees it and looks after it.

account-title = Your account
account-menu = Menu
account-back = Back
account-never = Never
account-nav-home = Overview
account-nav-password = Password
account-nav-authenticators = Authenticators
account-nav-recovery-codes = Recovery codes
account-nav-sessions = Sessions
account-nav-applications = Applications
account-nav-requests = Questions
account-nav-activity = Activity
account-nav-data = Your data

account-organisation = Organisation
account-email = E-mail
account-department = Department
account-region = Region
account-job = Position
account-roles = Roles
account-groups = Groups
account-security = How your account is guarded
account-advice-authenticator = Your account is guarded by a password alone. Add a passkey or an authenticator, so that a stolen password is not enough.
account-advice-codes = You have few recovery codes left. Make new ones before you need them.
account-advice-first-codes = You have no recovery codes. Make some: if you lose your second factor, each of them lets you in once.
account-advice-passkey = Your account opens by one passkey alone. Add a second one on another device, or set a password, so that a lost device does not lock you out.
account-advice-second-passkey = You are asked for a passkey, and you have one: no code stands in for it. Add a second one on another device, so that a lost device does not lock you out.
account-password-changed = Set on { $date }
account-password-none = No password is set
account-authenticators-count = { $count ->
    [0] None
    [one] One authenticator
   *[other] { $count } authenticators
}
account-codes-count = { $count ->
    [0] None
    [one] One left
   *[other] { $count } left
}
account-sessions-count = { $count ->
    [one] Signed in on one device
   *[other] Signed in { $count } times
}

account-done-added = The authenticator is added. From now on its codes are asked for at sign-in.
account-done-renamed = The authenticator has its new name.
account-done-removed = The authenticator is removed. If you have lost it, end your other sessions too.
account-passkey-done-added = The passkey is added. From now on you can sign in by it.
account-passkey-done-renamed = The passkey has its new name.
account-passkey-done-removed = The passkey is removed. If you have lost it, end your other sessions too.
account-done-ended = Ended. Whoever used it has to sign in again.
account-done-password = Your password is changed. Applications keep the access that you gave them; take it back under Applications.

account-password-title = Change your password
account-password-first = Set a password
account-password-what = A few words that do not belong together are easy to keep and hard to guess. Nobody will ever ask you for it by mail or telephone.
account-password-current = Present password
account-password-new = New password
account-password-again = New password once more
account-password-others = Sign out everywhere else
account-password-others-hint = Whoever knew the old password is out then.
account-password-change = Change password
account-password-wrong-current = This is not your present password. After several tries in a row we wait a while before the next one counts.
account-password-wrong-empty = Enter a new password.
account-password-wrong-different = The two new passwords differ. Enter the same one twice.

account-authenticators-title = Authenticators
account-authenticators-what = An authenticator is an app on your phone or computer that shows a new code every half minute. With two of them, losing one does not lock you out.
account-authenticators-none = You have none yet.
account-authenticator-title = Authenticator
account-authenticator-add-title = Add an authenticator
account-authenticator-made = Added on { $date }
account-authenticator-used = last used { $date }
account-authenticator-unused = not used yet
account-authenticator-made-on = Added
account-authenticator-used-on = Last used
account-authenticator-name = Name
account-authenticator-name-hint = By which you will know it, such as “Phone”.
account-authenticator-confirm = Add it
account-authenticator-rename = Rename
account-authenticator-remove = Remove
account-authenticator-remove-what = Its codes stop working at once. If it is your last one, your recovery codes end with it.
account-authenticator-gone = This authenticator was added already, or the page was open for too long.
account-authenticator-too-many = You have 20 authenticators. Remove one before you add another.
account-authenticator-last = This is your last authenticator, and your organisation demands a second factor of you. Add another one first.

account-codes-title = Recovery codes
account-codes-left = { $count ->
    [0] You have no recovery codes.
    [one] You have one recovery code left.
   *[other] You have { $count } recovery codes left.
}
account-codes-what = If you lose your authenticator or your passkeys, each of these codes lets you in once in its place, after your password.
account-codes-replace = New codes take the place of those you have: these stop working.
account-codes-make = Make new codes
account-codes-impossible = Recovery codes stand in for an authenticator or a passkey. Add one first; codes come with it.
account-codes-no-password = Recovery codes stand in for a second factor after the password, and your account has no password. A second passkey on another device does the same for you.
account-codes-new-title = Your new recovery codes
account-codes-new-what = Each of these codes lets you in once if you lose your authenticator or your passkeys. Earlier codes do not work any more.

account-sessions-title = Where you are signed in
account-sessions-what = If there is one that you do not know, end it and change your password.
account-session-this = This is where you are now
account-session-place = Address
account-session-begun = Signed in
account-session-seen = Last seen
account-session-end = End this session
account-session-end-this = Sign out here
account-session-end-of = End the session of { $device }
account-sessions-end-others = End all other sessions
account-device = { $browser } on { $system }
account-device-unknown = Unknown device

account-activity-title = Recent activity
account-activity-what = What happened to your account, the newest first. If something was not you, change your password and end your other sessions.
account-activity-none = Nothing further back.
account-activity-older = Older
account-activity-newest = Newest

account-data-title = Your data
account-data-what = One file with all that is known of you here: your profile, roles and groups, what guards your account, your sessions, what you allowed applications, and your recent activity.
account-data-not = Passwords, keys of authenticators and recovery codes are not in it: nobody can read them.
account-data-take = Download

activity-other = Other activity ({ $kind })
activity-by-administrator = by an administrator
activity-by-server = by the server
activity-password-right = The right password was given
activity-password-wrong = A wrong password was given
activity-code-right = The right code of an authenticator was given
activity-code-wrong = A wrong code of an authenticator was given
activity-recovery-used = A recovery code was used
activity-recovery-wrong = A wrong recovery code was given
activity-signed-in = You signed in
activity-not-let-in = A sign-in was refused
activity-session-ended = A session ended
activity-authenticator-added = An authenticator was added
activity-authenticator-not-added = An authenticator was not added: its code did not fit
activity-authenticator-renamed = An authenticator was renamed
activity-authenticator-removed = An authenticator was removed
activity-authenticator-kept = The last authenticator was not removed
activity-codes-made = New recovery codes were made
activity-password-set = The password was set
activity-password-kept = The password was not changed: the present one was wrong
activity-consent-given = You allowed an application what it asked for
activity-consent-refused = You refused an application what it asked for
activity-consent-withdrawn = You took back what an application was allowed
activity-application = You went on to an application
activity-application-refused = An application was refused
activity-all-ended = All sessions and tokens were ended
activity-account-made = The account was made
activity-account-changed = The account was changed
activity-device-trusted = A device was trusted
activity-devices-distrusted = Trust in devices was ended
activity-user-code = The code for questions of applications was changed
activity-data-taken = You downloaded your data

account-nav-passkeys = Passkeys
account-passkeys-title = Passkeys
account-passkeys-what = A passkey signs you in with your fingerprint, your face, a PIN or a security key. It cannot be guessed, and no false page can trick you out of it.
account-passkey-add-title = Add a passkey
account-passkey-add = Add a passkey
account-passkey-name = Name
account-passkey-rename = Rename
account-passkey-rename-of = Rename { $name }
account-passkey-remove = Remove
account-passkey-remove-of = Remove { $name }
account-passkey-synced = Copied to your other devices by its provider
account-passkey-not-copied = Not copied at present, though its provider could
account-passkey-bound = Stays in one device
account-passkey-not-added = That passkey was not added. Please try again.
account-passkeys-impossible = No more passkeys can be added here.

account-console = Console of your organisation
account-devices-title = Devices that you trust
account-devices-what = On these you are not asked for a second factor for a while, as far as the rules of your organisation allow it.
account-device-since = Trusted since { $date }
account-devices-end = Ask on all of them again
account-passkey-made = Made on { $date } at { $device }
account-passkey-present = That passkey is known here already.
account-key-add-title = Add a security key
account-key-what = A key that you plug in or hold to your phone. It is asked for after your password.
account-key-suggested = My security key
account-key-add = Add a security key
account-key-second = Only after the password
activity-passkey-used = A passkey was used
activity-passkey-wrong = A passkey was tried that did not fit
activity-passkey-added = A passkey was added
activity-passkey-not-added = A passkey was not added
activity-passkey-renamed = A passkey was renamed
activity-passkey-removed = A passkey was removed
activity-passkey-counter = A passkey was refused because its counter went back: a copy of it may be about
activity-passkey-kept = The last passkey was not removed
account-passkeys-count = { $count ->
    [0] None
    [one] One passkey
   *[other] { $count } passkeys
}
account-factor-last-short = This is your last second factor, and your password is too short to stand alone. Set one of at least 15 characters first.
account-passkey-unlisted = Your organisation takes passkeys and keys of certain products only, and this is none of them. Use one that you were given, or ask your administrator.
account-passkeys-listed = Your organisation takes these products only: { $products }.
account-enrol-any = Your organisation asks you to set up a second factor before { $date }. From then on nobody gets in without.
account-enrol-passkey = Your organisation asks you to add a passkey before { $date }. From then on you make one when you sign in.
account-nav-language = Language
account-language-title = Language
account-language-what = In which language do we write to you?
account-language-store = Save
account-done-language = Your language is saved.
account-device-end = Ask again here
account-device-end-of = Ask again on { $device }
account-factor-only-way = This passkey stays: you have no password, and without it nobody could sign in to your account. Set a password or add another passkey first.
account-factor-last-of-all = This passkey stays: the rules ask for one, a list limits which may be added, and without yours nobody who looks after this organisation would get in any more. Have another administrator add a passkey first.

account-nav-access = My access
account-access-title = My access
account-access-what = What was given to you: each role with where and until when it counts, who gave it, and why. Ask whoever gave it, or your administrator, if something is missing or not right.
account-access-none = Nothing was given to you.
account-access-where = Counts in
account-access-everywhere = everywhere
account-access-through = Through
account-access-from = From
account-access-until = Until
account-access-no-end = No end
account-access-later = { $date }, not begun yet
account-access-given-by = Given by
account-access-used = Last of use
account-access-unused = Not yet
account-access-review = Next look whether it is needed
account-why-title = Why may I, or may I not
account-why-link = Why may I do something, or may I not
account-why-what = Whether you may do something, as the application would be told, with what was given to you and what would turn it. An application that refuses you can lead here with its question filled in.
account-why-about = { $action } of { $resource }
account-why-granted-by-policy = A policy of your organisation permits it here.
account-why-forbidden-by-policy = A policy of your organisation forbids it here, whatever your roles give.
account-why-step-up-required = Yes, once you prove more, or again, who you are.
account-why-policy-error = A policy of your organisation could not be evaluated, so nothing is allowed. Tell your administrator.
account-why-cure-policy = Another policy: as it stands, nothing that is given to you helps. Ask your administrator.
account-why-no-grant = No role that you hold gives it, and no policy.
