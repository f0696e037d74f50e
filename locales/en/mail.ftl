# Mails to people.

mail-greeting = Hello { $name },
mail-foot = This mail went to { $address } because an account at { $issuer } is yours. A program has written it: nobody reads answers.
mail-to = To
mail-at = Written
mail-outbox-title = Mails
mail-outbox-what = This demonstration sends no mail. What it would send is here, the newest first.
mail-outbox-none = There is no mail yet.
mail-outbox-back = All mails

notice-account = Account
notice-when = When
notice-browser = Browser
notice-address-of = Address
notice-by = By
notice-by-administrator = An administrator
notice-fine = If you know of this, there is nothing to do.
notice-not-me = This was not me
notice-not-me-what = The link opens a page on which you can have all sessions ended and the account held until an administrator has helped you. It is good once, for three days.

notice-new-device-subject = Sign-in with a new browser
notice-new-device = Somebody signed in to your account with a browser that you have not used here before.
notice-password-subject = Your password was changed
notice-password = The password of your account was changed.
notice-authenticator-added-subject = An authenticator was added
notice-authenticator-added = An authenticator app was added to your account. Its codes let whoever has it sign in, with your password.
notice-authenticator-removed-subject = An authenticator was removed
notice-authenticator-removed = An authenticator app was removed from your account.
notice-passkey-added-subject = A passkey was added
notice-passkey-added = A passkey was added to your account. Whoever has it can sign in with it.
notice-passkey-removed-subject = A passkey was removed
notice-passkey-removed = A passkey was removed from your account.
notice-codes-made-subject = New recovery codes
notice-codes-made = New recovery codes were made for your account. Those from before are not good any more.
notice-code-used-subject = A recovery code was used
notice-code-used = { $count ->
    [0] A recovery code was used to sign in to your account. It was the last one: make new codes.
    [one] A recovery code was used to sign in to your account. One is left.
   *[other] A recovery code was used to sign in to your account. { $count } are left.
}
notice-locked-subject = Many failed attempts to sign in
notice-locked = Somebody gave wrong passwords or codes for your account many times in a row. It takes none for a while now.
notice-wrong-codes-subject = Wrong codes after your password
notice-wrong-codes = Somebody who was past the password of your account gave wrong codes, several times in a row. If it was not you, somebody knows your password, or has a device on which you are signed in.
notice-unfinished-subject = Your password was given, and nothing after it
notice-unfinished = Somebody gave the right password of your account with a browser that you have not used here before, and did not finish signing in. If it was not you, somebody knows your password.
notice-unusual-subject = An unusual sign-in
notice-unusual = Somebody signed in to your account, and much about it is unusual for you, such as the place, the time or the browser.
notice-unusual-refused-subject = An unusual sign-in was refused
notice-unusual-refused = Somebody who had proven to be you wanted to sign in to your account. Much about it was unusual for you, such as the place, the time or the browser, and a rule of your organisation refused it.
notice-passkey-copied-subject = One of your passkeys may have been copied
notice-passkey-copied = A passkey of your account was refused: it counted fewer uses than before, as a copy of it would. Remove it if it is not in your hands, and make a new one.
notice-address-subject = Your e-mail address was changed
notice-address = The e-mail address of your account is { $address } now. Mails go there from now on.
notice-recovery-begun-subject = Your account is being recovered
notice-recovery-begun = A one-time link was made with which the account can be given a new password and new passkeys. The old ones end with it.
notice-recovered-subject = Your account was recovered
notice-recovered = Your account has a new password or a new passkey, set by a one-time link. What was there before has ended.

break-glass-subject = An emergency account was used
break-glass-sign-in = Somebody has signed in with an account that is for emergencies.
break-glass-pass = Somebody has used a link to set new factors for an account that is for emergencies.
break-glass-attempt = Somebody tries to sign in with an account that is for emergencies: passwords or codes were wrong.
break-glass-attempt-subject = Somebody is trying an emergency account
break-glass-unmarked = Somebody has taken the mark from an account that was for emergencies: nothing done with it is told from now on.
break-glass-client = Application
break-glass-do = If you know of no emergency, end its sessions and find out who it was. Either way, note what you find.
break-glass-review = Review it

recovery-rule-subject = Who must agree to a recovery has changed
recovery-rule-what = It was changed before whose recovery two administrators have to agree. Whoever helps alone could take over an account.
recovery-rule-before = Before
recovery-rule-after = Now
recovery-rule-nobody = nobody
recovery-rule-administrators = whoever holds a right over Doorward
recovery-rule-everybody = everybody
recovery-rule-counts = Counts from
recovery-rule-do = If you do not know why, ask the other administrators; the audit log names who did it.
recovery-rule-look = Look at it

alarm-subject = Somebody says: this was not me
alarm-what = The owner of an account has followed “this was not me” in a mail. The account is held: its sessions have ended, its password is worthless.
alarm-about = The mail was about
alarm-do = Talk to them in person, then help them to set new factors. Nobody gets in until then.
alarm-help = Help them

waits-subject = Help for an account waits for your agreement
waits-what = Another administrator has asked for a one-time link for somebody who cannot sign in any more. Two have to agree before it is issued.
waits-reason = Reason
waits-by = Asked by
waits-do = Make sure that it is really this person who asks, then agree; or take it back.
waits-link = Look at it
