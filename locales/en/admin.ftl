# The console of administrators.

admin-title = Console
admin-what = What you see and change here holds for your organisation alone. Every change is on record with your name.
admin-may-not = Your roles do not let you see or do this. An administrator of your organisation can give you the role for it.
admin-none = None
admin-no-department = No department
admin-nav-home = Overview
admin-nav-people = People
admin-nav-coverage = Second factors
admin-nav-rules = Sign-in rules

admin-people-title = People
admin-people-count = { $count ->
    [one] One person
   *[other] { $count } people
}
admin-people-search = User name begins with
admin-people-find = Find
admin-people-next = Next page
admin-people-none = Nobody is called that.
admin-person-title = Person
admin-person-passkey = Has a passkey
admin-person-second = Has an authenticator
admin-person-alone = Password alone
admin-person-nothing = Has set up nothing yet
admin-person-disabled = Disabled
admin-person-left = Has left
admin-person-status = State
admin-person-username = User name
admin-person-email = E-mail
admin-person-roles = Roles
admin-person-groups = Groups
admin-person-factors = Signs in with
admin-factor-password = Password set
admin-factor-authenticators = Authenticators
admin-factor-passkeys = Passkeys
admin-factor-codes = Recovery codes left
admin-factor-sessions = Signed in now
admin-factor-any = An authenticator or a passkey
admin-factor-passkey = A passkey
admin-factor-authenticator = An authenticator
admin-factor-remove-title = Remove one of them
admin-factor-remove-what = For a factor that was lost or given away while another is left. The owner is told by mail. Sessions stay: end them above where somebody else may have used it.
admin-factor-remove = Remove
admin-factor-remove-of = Remove { $name }
admin-factor-removed = The factor is removed, and its owner is told.
admin-factor-gone = This factor is not there any more.
admin-factor-last = This is their last second factor, and it stays: without it the password alone would let anybody in. If they have lost it, help them to sign in again: the link ends what was there before and asks for new factors.
admin-factor-last-of-all = This passkey stays: the rules ask for one, a list limits which may be added, and without this one nobody who looks after your organisation would get in any more. Have another administrator add a passkey first.

admin-factor-trusted = Trusted devices
admin-device-what = On these devices no second factor is asked for, as far as the rules allow. Where the trust ends, it is asked for again at the next sign-in.
admin-device-end = End the trust
admin-device-end-of = End the trust in { $name }
admin-device-ended = This device is not trusted any more.
admin-device-gone = This device is not trusted any more, or never was.
admin-lock = Locked
admin-lock-password = Password
admin-lock-totp = Codes of an app
admin-lock-recovery-code = Recovery codes
admin-lock-known = in browsers by which they have signed in before
admin-lock-strangers = in all other browsers
admin-lock-until = until { $date }
admin-lock-for-good = until it is set anew, or the lock is ended
admin-lock-title = End the lock
admin-lock-what = Too many wrong guesses in a row lock a factor. Browsers by which somebody has signed in before count apart, so that strangers do not keep them out there. End the lock when you know that it was they, or that the guessing is over.
admin-lock-end = End the lock
admin-lock-ended = The lock is ended.
admin-lock-none = Nothing of theirs is locked any more.
admin-account-off-title = Switch the account off
admin-account-off-what = Nobody gets in by it any more: sessions, tokens and links end at once, and applications are told. What the person holds stays, and is there again once the account is on.
admin-account-off = Switch off
admin-account-is-off = The account is switched off.
admin-account-on-title = Switch the account on
admin-account-on-what = The person signs in again with what they had, and holds what they held.
admin-account-on = Switch on
admin-account-is-on = The account is on again.
admin-account-wrong-already = The account is so already.
admin-account-wrong-last = Nobody else administers the organisation. Have another person do so first.
admin-account-wrong-locked = Without this account the rules of sign-in would let no administrator in. Change the rules first.

admin-coverage-title = Second factors
admin-coverage-what = Who can prove more than a password. People who cannot sign in are not counted; whoever is in several regions or departments counts in each.
admin-coverage-left = { $count ->
    [0] Everybody has a second factor
    [one] One person has no second factor
   *[other] { $count } people have no second factor
}
admin-coverage-groups = By department and region
admin-coverage-group = Group
admin-group-named = { $title } ({ $kind })
admin-group-department = department
admin-group-region = region
admin-group-team = team
admin-coverage-people = People
admin-coverage-second = Second factor
admin-coverage-passkey = Passkey
admin-coverage-left-title = Who is left
admin-coverage-nobody = Nobody. Everybody has a second factor.

admin-rules-title = Sign-in rules
admin-rules-what = All rules that apply count, and the strictest wins. A rule that allows or refuses ends the list: those below it are not looked at.
admin-rules-none = There is no rule yet. Roles that ask for a second factor do so without one.
admin-rules-on = { $count ->
    [0] None is on
    [one] One is on
   *[other] { $count } are on
}
admin-rule-mode-draft = Draft
admin-rule-mode-report = Report only
admin-rule-mode-on = On
admin-rule-always = Always
admin-rule-except = except { $what }
admin-rule-title = Rule
admin-rule-new-title = New rule
admin-rule-new-what = A new rule is a draft and does nothing. You can see what it would have done before you switch it on.
admin-rule-draft = Save as draft
admin-rule-save = Save
admin-rule-says = What it says
admin-rule-counts = Whether it counts
admin-rule-counts-what = Look first at what it would have done to the sign-ins of the last 30 days. In report-only mode it asks nothing, writes into each sign-in's event what it would have asked, and adds it up on this page.
admin-rule-replay = See what it would have done
admin-rule-switch-draft = Back to draft
admin-rule-switch-report = Report only
admin-rule-switch-on = Switch on
admin-rule-up = Move up
admin-rule-down = Move down
admin-rule-remove = Remove
admin-rule-done-added = The draft is saved. It does nothing yet.
admin-rule-done-saved = Saved.
admin-rule-done-draft = The rule is a draft again and asks nothing.
admin-rule-done-report = The rule reports from now on and asks nothing.
admin-rule-done-on = The rule is on.
admin-rule-done-removed = The rule is removed.
admin-rule-done-moved = The rule has its new place.

admin-rule-what = Name
admin-rule-name = Name of the rule
admin-rule-name-hint = A sentence that tells colleagues what it is for.
admin-rule-when = If
admin-rule-when-hint = All that is filled in must hold; of several entries in one field, one is enough. Leave everything empty for everybody, always.
admin-rule-unless = Unless
admin-rule-unless-hint = Where all that is filled in here holds, the rule does not apply. Leave everything empty for no exception.
admin-rule-then = Then
admin-rule-then-hint = Fields that do not belong to what you choose are not looked at.
admin-rule-names = There are: { $names }
admin-when-people = People
admin-when-people-hint = User names, with commas between.
admin-when-roles = Roles
admin-when-groups = Departments, regions, teams
admin-when-attributes = Attributes
admin-when-attributes-hint = One a line: job_title = Team lead, Head
admin-when-age = Account younger than (days)
admin-when-clients = Applications
admin-when-clients-hint = Their client ids, with commas between.
admin-when-scopes = Scopes that the application asks for
admin-when-networks = Networks
admin-when-networks-hint = For instance 192.0.2.0/24, 2001:db8::/32
admin-when-countries = Countries
admin-when-countries-hint = Their two letters, such as DE, TR. An address whose country is not known is in none.
admin-when-devices = Device
admin-when-risk = Risk
admin-when-days = Days
admin-when-times = Time
admin-when-from = From (time of day)
admin-when-from-hint = For instance 08:00. Leave it empty for the whole day.
admin-when-until = Until (time of day)
admin-when-until-hint = An end before the beginning goes over midnight.
admin-when-zone = Time zone
admin-when-zone-hint = For instance Europe/Istanbul. Empty means UTC.
admin-device-new = New
admin-device-known = Known
admin-device-trusted = Trusted
admin-risk-low = Low
admin-risk-medium = Medium
admin-risk-high = High
admin-day-mo = Monday
admin-day-tu = Tuesday
admin-day-we = Wednesday
admin-day-th = Thursday
admin-day-fr = Friday
admin-day-sa = Saturday
admin-day-su = Sunday
admin-then = What is asked
admin-then-second-factor = Second factor
admin-then-second-factor-remembered = { $days ->
    [one] Second factor, on trusted devices once a day
   *[other] Second factor, on trusted devices every { $days } days
}
admin-then-phishing-resistant = Passkey (nothing that can be phished)
admin-then-again = Sign in again if too long ago
admin-then-again-always = Sign in again for each request of an application
admin-then-again-after = { $minutes ->
    [one] Sign in again after one minute
   *[other] Sign in again after { $minutes } minutes
}
admin-then-enrol = Set up a factor
admin-then-enrol-any = { $days ->
    [0] Set up a second factor at once
    [one] Set up a second factor within a day
   *[other] Set up a second factor within { $days } days
}
admin-then-enrol-passkey = { $days ->
    [0] Set up a passkey at once
    [one] Set up a passkey within a day
   *[other] Set up a passkey within { $days } days
}
admin-then-refuse = Not let in
admin-then-refuse-saying = Not let in: “{ $sentence }”
admin-then-allow = Nothing more (the rules below do not apply)
admin-then-remember = Second factor: days on a trusted device
admin-then-remember-hint = So long people are not asked again on a device that they trust. Empty or 0: always asked.
admin-then-minutes = Sign in again: after minutes
admin-then-minutes-hint = 0: for each request of an application. On pages of this server, at least 5 minutes always pass.
admin-then-factor = Set up: which factor
admin-then-grace = Set up: days of grace
admin-then-grace-hint = Until then the account page says so, afterwards it is asked for at sign-in.
admin-then-sentence = Not let in: what the person reads
admin-then-sentence-hint = Say what they can do instead.

admin-rule-wrong-gone = This rule is not there any more.
admin-rule-wrong-taken = Another rule has this name.
admin-rule-wrong-many = There are as many rules as there can be. Remove one first.
admin-rule-wrong-meanwhile = Somebody else has changed the rules meanwhile. Look at them as they are now and try again.
admin-rule-wrong-administrators = With this rule no administrator would get in any more. Name one under “Unless” who always does.
admin-rule-wrong-everyone = With this rule nobody would get in any more. Say whom it means, or make an exception.
admin-rule-wrong-administrators-passkey = The rules ask every administrator for a passkey, none of them has one, and a list limits which they may add. Add a passkey under “Passkeys” in your account first.
admin-rule-wrong-everyone-passkey = The rules ask everybody for a passkey, nobody has one, and a list limits which may be added. Add a passkey under “Passkeys” in your account first.
admin-rule-wrong-not-there = Your organisation has nothing called { $what }.
admin-rule-wrong-scope = No application has a permission { $what } that could be asked for as a scope.
admin-rule-wrong-attribute-unknown = Nobody in your organisation has an attribute called { $what }.
admin-rule-wrong-name = Give the rule a name of at most 100 characters.
admin-rule-wrong-entries = One of the lists has too many entries. Use a group or an attribute instead.
admin-rule-wrong-entry = An entry of one of the lists is empty or too long.
admin-rule-wrong-network = { $what } is no network. Write it like 192.0.2.0/24.
admin-rule-wrong-country = { $what } is no country. Write its two letters, such as DE.
admin-rule-wrong-countries = This server knows no countries of addresses. Whoever runs it can give it a database of them (risk.geoip_file).
admin-rule-wrong-group = { $what } is no group. Write its kind and name, like department:support.
admin-rule-wrong-time = { $what } is no time of day. Write it like 08:30.
admin-rule-wrong-zone = { $what } is no time zone. Write a name like Europe/Istanbul.
admin-rule-wrong-age = No account is younger than 0 days.
admin-rule-wrong-sentence = Write what people read who are not let in, with at most 500 characters.
admin-rule-wrong-number = A number is larger than { $what }.
admin-rule-wrong-digits = Write numbers in digits, without a sign.
admin-rule-wrong-attribute = Write each attribute on a line of its own, like job_title = Team lead.

admin-replay-title = What the rule would have done
admin-replay-to-rule = To the rule, to switch it on or change it
admin-replay-count = { $count ->
    [0] Nobody has signed in within the last 30 days.
    [one] One sign-in of the last 30 days, with all rules that are on and this one.
   *[other] { $count } sign-ins of the last 30 days, with all rules that are on and this one.
}
admin-replay-what = Roles, groups and factors are those that people have now.
admin-replay-passages = { $count ->
    [one] One way to an application without a sign-in.
   *[other] { $count } ways to applications without a sign-in.
}
admin-replay-passages-what = They went by a session that was there already, and are counted once a day for each session, application and list of scopes.
admin-replay-passages-title = On the way to applications, by department
admin-replay-passages-people = On the way to applications, by name
admin-replay-departments = By department
admin-replay-department = Department
admin-replay-people = By name
admin-replay-person = Person
admin-replay-all = Everybody
admin-replay-let-in = Let in
admin-replay-stepped-up = Asked for more
admin-replay-enrol = To set up a factor
admin-replay-refused = Not let in
admin-replay-nobody = For nobody anything would have been otherwise.
admin-replay-more = { $count ->
    [one] One more is not shown.
   *[other] { $count } more are not shown.
}
admin-report-title = What it would have asked
admin-report-what = Since { $date }, with all rules that are on and this one.
admin-report-column = Who came
admin-report-sign-ins = By signing in
admin-report-passages = To an application, by a session that was there already
admin-check-title = What would be asked
admin-check-what = What the rules would ask of somebody who signs in so, and why each of them applies or not. Nobody signs in, and nothing is asked. What a role or the application asks for comes on top.
admin-check-form = A sign-in
admin-check-form-hint = Only the user name is needed.
admin-check-person = User name
admin-check-client = Application
admin-check-client-hint = Its client id. Empty: the pages of this server.
admin-check-address = Network address
admin-check-address-hint = For instance 192.0.2.7. Empty: an address that is not known.
admin-check-country = Country
admin-check-country-hint = Two letters, such as DE. Empty: that of the address.
admin-check-ask = Look it up
admin-check-nothing = Nothing more
admin-check-remembered = No second factor, since the person trusts this device
admin-check-enrol-any = Told to set up a second factor before { $date }
admin-check-enrol-passkey = Told to set up a passkey before { $date }
admin-check-reported = If the rules that only report were on:
admin-check-applies = Applies
admin-check-would = Would apply, but it is not on
admin-check-below = Would apply, but a rule above it ends the list
admin-check-unless = Does not apply: its exception does
admin-check-starts = Does not apply: it starts later
admin-check-exception = Does not apply: it passes over this person for a while
admin-check-condition = Does not apply because of: { $condition }
admin-check-wrong-address = { $what } is no network address. Write it like 192.0.2.7 or 2001:db8::1.
admin-check-wrong-scopes = Write scopes with spaces between, like openid feedback:export.
admin-names-hidden = Your roles do not let you see who they are.

admin-help-title = Help to sign in again
admin-help-link = Help to sign in again
admin-help-link-waits = Agree to a link that waits, or take it back
admin-help-what = For somebody who has lost what they sign in with. They get a link by mail, good once and for a short time, by which they set up new factors; the old ones end when they use it. You never see the link.
admin-help-reason = Reason
admin-help-reason-hint = How you know that it is really they who ask. It is kept with your name.
admin-help-ask = Send the link
admin-help-ask-two = Ask for the link
admin-help-two = Two administrators have to agree before this account is recovered: nothing is sent until a second one has agreed.
admin-help-agree = Agree and send the link
admin-help-waits = A link for this person was asked for. It is sent when somebody else, with this right, agrees.
admin-help-open = A link was sent already. Another one takes its place.
admin-help-again = Send another link
admin-help-done-issued = The link is on its way.
admin-help-done-waits = A second administrator has to agree before the link is sent.
admin-help-wrong-above = You cannot help yourself, nor somebody who may do more here than you. Somebody with the same rights as they can.
admin-help-wrong-account = This account or its organisation may not sign in.
admin-help-wrong-mail = No mail is sent from here. The operator can hand over a link: doorward person recover.
admin-help-wrong-address = This account has no mail address. The operator can hand over a link: doorward person recover.
admin-help-wrong-reason = Write a reason.
admin-help-wrong-same = You have asked for it yourself: another administrator has to agree.
admin-help-wrong-gone = Nobody asks for a link for this person any more.
admin-rule-wrong-large = The rule is too long. Use groups or attributes instead of lists.
admin-rule-wrong-passkeys = Nobody can have a passkey here, since the address of this server has no host name.

admin-nav-break-glass = Emergency accounts
admin-when-break-glass = Emergency accounts
admin-break-glass-any = With or without them
admin-break-glass-not = All but emergency accounts
admin-break-glass-only = Emergency accounts only
admin-break-glass-title = Emergency accounts
admin-break-glass-open = { $count ->
    [0] No use waits for a review
    [one] One use waits for a review
   *[other] { $count } uses wait for a review
}
admin-break-glass-what = Break-glass accounts are for the day on which nobody else gets in. Rules can leave them out. Whatever is done with one is told to every administrator at once, and waits here until somebody else has looked into it.
admin-break-glass-waiting = Waits for a review
admin-break-glass-nothing = Nothing waits.
admin-break-glass-accounts = Accounts
admin-break-glass-none = No account is marked. Have two, with passkeys that lie in a safe, and try them twice a year.
admin-break-glass-mark-title = Mark an account
admin-break-glass-mark = Mark it
admin-break-glass-reason-hint = What it is for, and where its passkey is kept.
admin-break-glass-unmark-of = Take the mark from { $name }
admin-break-glass-unmark = Take the mark away
admin-break-glass-act = What was done
admin-break-glass-act-sign-in = Signed in
admin-break-glass-act-pass = A link to set new factors was used
admin-break-glass-act-attempt = Wrong passwords or codes
admin-break-glass-act-unmarked = Its mark was taken away
admin-break-glass-note = What you found
admin-break-glass-review = Note the review
admin-break-glass-reviewed = Reviewed
admin-break-glass-reviewed-by = Reviewed by
admin-break-glass-operator = The operator, by command
admin-break-glass-system = The server
admin-break-glass-done-marked = The account is marked.
admin-break-glass-done-unmarked = The mark is gone. Rules hold for the account like for any other.
admin-break-glass-done-reviewed = The review is noted.
admin-break-glass-wrong-nobody = Nobody in your organisation has this user name.
admin-break-glass-wrong-marked = This account is marked already.
admin-break-glass-wrong-unmarked = This account has no mark.
admin-break-glass-wrong-gone = This use is reviewed already.
admin-break-glass-wrong-note = Write what you found, in at most 1000 characters.
admin-break-glass-wrong-own = Somebody else has to review what was done with your own account.

admin-person-end = End all sessions
admin-person-ended = All sessions have ended, and what applications were given.
admin-invite-link = Invite somebody
admin-invite-title = Invite somebody
admin-invite-what = They get a link by mail, good once, by which they set up how they sign in. You never see the link.
admin-invite-username-hint = What they sign in with; mostly their e-mail address.
admin-invite-name = Full name
admin-invite-email-hint = Where the link goes.
admin-invite-department = Department
admin-invite-send = Send the invitation
admin-invite-done = The invitation is on its way.
admin-invite-wrong-username = This cannot be a user name: up to 254 characters, without spaces.
admin-invite-wrong-email = This is no e-mail address.
admin-invite-wrong-name = Write their name, in at most 200 characters.
admin-invite-wrong-taken = Somebody has this user name already.
admin-invite-wrong-mail = No mail is sent from here. The operator can hand over a link: doorward person invite --show.
admin-invite-wrong-gone = The department or a role is not there any more. Look at the form and try again.
admin-invite-wrong-above = The role { $role } gives more than you hold yourself.

admin-nav-recovery = Recovery
admin-recovery-two = Two must agree for: { $whose }
admin-recovery-what = Whoever has lost all their factors gets a link from an administrator who knows them. Here you say before whose recovery a second administrator must agree.
admin-recovery-now = Two administrators have to agree before the recovery of: { $whose }.
admin-recovery-least = The installation asks it of { $whose } everywhere; here it can only be more.
admin-recovery-change = Who must agree
admin-recovery-change-hint = Links that wait for somebody go on waiting. What is lowered counts a day later.
admin-recovery-tells = Everybody who keeps the rules of your organisation is told by mail.
admin-recovery-lowered = From { $date } on: { $whose }. What is lowered counts a day later.
admin-recovery-whose = Two must agree before the recovery of
admin-recovery-set = Save
admin-recovery-done = Saved.
admin-recovery-wrong = The installation asks for more than that. Choose one of those that are offered.

admin-nav-passkeys = Passkey products
admin-passkeys-title = Passkey products
admin-passkeys-lists = { $count ->
    [0] all products
    [one] { $count } list
   *[other] { $count } lists
}
admin-passkeys-what = People may add passkeys and security keys of every product, or only of those on a list. Where several lists apply to somebody, a product must be on each. What people have already stays.
admin-passkeys-all = There is no list: all products may be added.
admin-passkeys-unknown = The operator of this installation has given no metadata of the FIDO Alliance (passkeys.metadata_file), which say whose word proves which product. Without them only a list by products’ own word can be made.
admin-passkeys-everybody = Everybody
admin-passkeys-list = Make or change a list
admin-passkeys-list-hint = It takes the place of the list that is there.
admin-passkeys-whose = For whom
admin-passkeys-products = Products
admin-passkeys-proof = What proves the product
admin-passkeys-attested = Its maker’s word, which is checked
admin-passkeys-claimed = Its own word
admin-passkeys-only-claims = { $product } (by its own word only)
admin-passkeys-proof-hint = Passkeys that phones and password managers copy have no maker’s word. Their own word keeps out what people take by mistake, not somebody who pretends.
admin-passkeys-set = Keep this list
admin-passkeys-change = Change
admin-passkeys-change-of = Change the list: { $whose }
admin-passkeys-clear = Let all products in again
admin-passkeys-clear-of = Let all products in again: { $whose }
admin-passkeys-done-set = The list is kept.
admin-passkeys-done-cleared = All products are let in again.
admin-passkeys-wrong-empty = Tick at least one product. To let all in again, use the button beside the list.
admin-passkeys-wrong-role = There is no such role any more. Choose another one.
admin-passkeys-wrong-meanwhile = Somebody else has changed the rules, a list or a passkey meanwhile. Look at them and try again.
admin-passkeys-wrong-product = One of the products is not known any more, or has fallen. Look at the list again.
admin-invite-language = Language
admin-invite-language-hint = The language of our mails to them

admin-pass-title = Open link
admin-pass-what = What for
admin-pass-what-invitation = Invitation
admin-pass-what-recovery = Help to sign in again
admin-pass-state-waits = Waits for a second administrator
admin-pass-state-issued = Issued, not used yet
admin-pass-state-begun = Somebody has begun with it
admin-pass-by = Asked for by
admin-pass-until = Good until
admin-pass-take-back = Take the link back
admin-pass-taken-back = The link is taken back: it is good for nothing any more.
admin-pass-gone = This link is over already, or another one has taken its place. Look at what is there now.

admin-person-held = Held
admin-locked-title = Locked out
admin-locked-what = After many wrong passwords or codes none is taken for a while. Browsers by which somebody has signed in before count apart, so that guesses of strangers do not keep the owner out. A lock ends by itself, or on the page of the person.
admin-locked-count = { $count ->
    [0] Nobody
    [one] 1 person
   *[other] { $count } people
}
admin-held-title = Waiting for help
admin-held-unagreed = Waiting for a second administrator
admin-held-unagreed-what = A link was asked for, for these people. Look at each, and agree or take it back; whoever has asked cannot agree.
admin-held-unagreed-by = Asked for on { $date }: { $by }
admin-held-held = Held accounts
admin-held-waiting = { $count ->
    [0] Nobody waits for help
    [one] One person waits for help
   *[other] { $count } people wait for help
}
admin-held-what = These accounts are held: nobody gets in until their owner has come back by a link. Speak with each in person before you help, not by the mail address of the account.
admin-held-none = No account is held.
admin-held-since = Since { $date }
admin-held-about = Said “this was not me” to: { $notice }
admin-held-other = Mostly because a link was begun and not finished
admin-held-waits = Nobody has helped yet
admin-held-helped = Has a link, good until { $date }

admin-history-title = Changes of the rules
admin-history-what = Each change is kept, with the list of rules as it was after it.
admin-history-none = Nothing was changed yet.
admin-history-added = drafted
admin-history-removed = removed
admin-history-defined = changed
admin-history-moved = moved
admin-history-excepted = exceptions changed
admin-history-switched = switched to: { $mode }
admin-history-older = Older changes
admin-history-revision-title = The rules as they were
admin-history-since = Since { $date }

admin-nav-groups = Groups
admin-nav-roles = Roles
admin-groups-title = Groups
admin-groups-what = Departments, regions, teams and projects. What is given to a group, everybody in it and below it holds, until it ends.
admin-groups-none = There are no groups yet.
admin-group-project = project
admin-group-custom = other group
admin-group-title = Group
admin-group-new = New group
admin-group-new-what = A group is for people who work together, or for a place in the organisation. Its kind and name stay as they are; all else can be changed.
admin-group-about = About the group
admin-group-field-kind = Kind
admin-group-field-kind-hint = Groups of one kind stand below one another.
admin-group-field-name = Name for tokens and policies
admin-group-field-name-hint = Lower-case letters, digits, hyphens and underscores, such as spring-launch. It cannot be changed.
admin-group-field-title = Title
admin-group-field-purpose = What it is for
admin-group-field-parent = Belongs to
admin-group-field-parent-hint = The name of a group of the same kind. Empty: it stands at the top.
admin-group-field-ends = Ends
admin-group-field-ends-hint = A day, such as 2026-12-31 (to its end, UTC), or a moment, such as 2026-12-31T18:00:00Z. Empty: without end.
admin-group-field-owners = Owners
admin-group-field-owners-hint = User names, one on each line. They say who is in the group.
admin-group-field-member = Who
admin-access-holder-hint = A user name, a group such as team:care where a role is given, service_account: and its name, or client: and its id.
admin-group-members-title = In this group
admin-group-empty = Nobody is in this group itself.
admin-group-join-title = Add somebody
admin-group-leave = Take out
admin-group-leave-of = Take { $name } out of the group
admin-group-ends = ends { $date }
admin-group-done-added = The group is added.
admin-group-done-joined = They are in the group.
admin-group-done-left = They are not in the group any more.
admin-access-done = The change is made.
admin-access-from = from { $date }
admin-access-until = until { $date }
admin-access-field-until = Until
admin-access-look = Show what would change
admin-access-apply = Make the change
admin-access-effect = What would change
admin-access-effect-none = Nobody gains or loses a permission.
admin-access-effect-gain = { $people }: would get { $permission } ({ $application })
admin-access-effect-lose = { $people }: would lose { $permission } ({ $application })
admin-access-effect-elsewhere = { $people }: would hold { $permission } ({ $application }) in other places than now
admin-roles-title = Roles
admin-roles-what = A role is a set of permissions that somebody needs for their work. It is given to people and groups, within places and for a time.
admin-roles-none = There are no roles yet.
admin-role-title = Role
admin-role-new = New role
admin-role-new-what = You can put into a role what you hold yourself, everywhere.
admin-role-about = About the role
admin-role-gives = What it gives
admin-role-field-name-hint = Lower-case letters, digits, hyphens and underscores, such as support_agent. It cannot be changed.
admin-role-field-purpose-hint = In plain words: people read it when they ask for the role, and whoever reviews it.
admin-role-field-owner = Who answers for it
admin-role-field-owner-hint = A user name.
admin-role-field-risk = Risk
admin-role-risk-low = Low risk
admin-role-risk-medium = Medium risk
admin-role-risk-high = High risk
admin-role-field-longest = Given for at most so many days
admin-role-field-longest-hint = Empty: without bound.
admin-role-field-review = Its grants are to be looked at every so many days
admin-role-field-also = Besides
admin-role-field-second-factor = Holders sign in with a second factor
admin-role-field-requestable = People may ask for it
admin-role-field-rights = Rights over Doorward
admin-role-field-includes = Includes the roles
admin-role-field-may-give = Holders may give
admin-role-field-may-give-hint = One role on each line, such as support_agent 30: for at most 30 days, within the places of their own grant.
admin-role-remove = Remove this role
admin-role-done-added = The role is added.
admin-role-done-removed = The role is removed.
admin-give-title = Give a role
admin-give-what = A grant is a sentence: who holds which role, where, until when, and why. It begins at once and ends by itself.
admin-give-holder = To whom
admin-give-role = Role
admin-give-within = Where
admin-give-within-hint = Groups, one on each line, such as region:dach. Several of a kind widen, different kinds narrow. Empty: everywhere.
admin-give-reason-hint = Whoever reviews it will read this.
admin-give-done = The role is given.
admin-holding-title = Access of a person
admin-holding-none = Nothing was given to this person.
admin-holding-everywhere = Everywhere
admin-holding-through = Through
admin-holding-begins = Begins
admin-holding-since = Since
admin-holding-why = Why it ends
admin-holding-end = End it now
admin-holding-end-of = End the role { $role }
admin-holding-done = The grant is ended.
admin-holding-link = What they were given
admin-access-wrong = This cannot be done as it is written. Look at each field once more.
admin-access-wrong-name = A name is 1 to 60 lower-case letters, digits, hyphens and underscores, and begins with a letter.
admin-access-wrong-taken = This name is taken.
admin-access-wrong-words = A title is needed, of at most 200 characters; a purpose has at most 2000.
admin-access-wrong-above = A group belongs to one of its own kind that is not below it.
admin-access-wrong-ended = This group has ended: nothing is held through it any more.
admin-access-wrong-owner = An owner is a person of your organisation.
admin-access-wrong-days = A number of days is 1 to 36500.
admin-access-wrong-reversed = It would end before it begins.
admin-access-wrong-reason = Say why.
admin-access-wrong-given = This role is or was given to somebody, so it stays for the record. End its grants instead.
admin-access-wrong-not-owner = You may not say who is in this group.
admin-access-wrong-circle = The role { $name } would include itself.
admin-access-wrong-for-people = The client { $name } acts for people only: let it use client_credentials before it is given access of its own.
admin-access-wrong-used = The role { $name } includes it, or lets it be given. Change that first.
admin-access-wrong-unknown = { $name } is not known in your organisation.
admin-access-wrong-moment = { $written } is no day and no moment. Write 2026-12-31, or 2026-12-31T18:00:00Z.
admin-access-wrong-long = { $role } may be given for at most { $days } days.
admin-access-wrong-inactive = Your account is not active.
admin-access-wrong-no-right = None of your roles lets you give { $role }.
admin-access-wrong-outside = You may give { $role } within { $within } only.
admin-access-wrong-exceeds = { $role } gives { $permission }, which you do not hold there yourself.
admin-group-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
admin-access-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
admin-role-days = { $count ->
    [one] one day
   *[other] { $count } days
}
admin-groups-count = { $count ->
    [one] one group
   *[other] { $count } groups
}
admin-roles-count = { $count ->
    [one] one role
   *[other] { $count } roles
}
admin-nav-given = Given by me
admin-given-title = Given by me
admin-given-what = What you gave to others and has not ended. Each ends by itself, or here and now.
admin-given-none = You have given nothing that still counts.
admin-given-next = Older ones
admin-groups-owned = { $count ->
    [one] { $count } is yours
   *[other] { $count } are yours
}
admin-given-count = { $count ->
    [0] Nothing given at present
    [one] { $count } grant at present
   *[other] { $count } grants at present
}
admin-give-longest = { $count ->
    [one] at most { $count } day
   *[other] at most { $count } days
}
admin-give-within-boxes = It counts in these places and those below. Several of a kind widen, different kinds narrow.
