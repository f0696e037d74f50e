# Signing in: one thing to do on each page.

signin-continue = Continue
signin-username = Username
signin-password = Password
signin-as = Signing in as { $username }
signin-again = This step is guarded more closely than others. Prove once more that it is you.
signin-not-you = Not you?

signin-identify-title = Sign in
signin-forgotten = Forgot your password?
signin-forgotten-passkey = If you have a passkey, sign in by it: under “Your account”, “Password” you then set a new one without the old.
signin-forgotten-help = Otherwise an administrator of your organisation helps you: you get a link by which you set up anew how you sign in. Mail alone is no way back, since whoever reads your mail would have your account.
signin-lost = Cannot sign in?
signin-lost-passkey = A passkey on your telephone also works here: your browser offers a QR code for it. One that your password manager copies is on your other devices too.
signin-lost-help = An administrator of your organisation helps you if nothing else does: you get a link by which you set up anew how you sign in.
signin-password-title = Enter your password

signin-totp-title = Enter your code
signin-code = Code from your authenticator app
signin-code-hint = Open your authenticator app and enter the code that it shows now.
signin-use-recovery = Use a recovery code instead

signin-passkey-title = Confirm with your passkey
signin-passkey-what = Your passkey confirms that it is you: with your fingerprint, your face, a PIN, or your security key.
signin-wrong-passkey = That was not a passkey of this account, or it answered too late. Please try again.
signin-unknown-passkey = This passkey is not known here: it was removed from its account, or it belongs to something else. Sign in in another way.
passkey-use = Use a passkey
passkey-failed = That did not work. Try again, or go on in another way.
passkey-present = This device holds a passkey of this account already.
passkey-needs-script = Passkeys need scripts: please allow them for this page.

signin-recovery-title = Use a recovery code
signin-recovery-code = Recovery code
signin-recovery-hint = One of the codes that you kept when you set up your authenticator or passkey. Each works once.
signin-use-totp = Use the authenticator app instead

signin-enrol-title = Set up your authenticator
signin-enrol-why = Your account needs a second proof besides the password: a code from an authenticator app on your phone.
signin-enrol-scan = Scan this picture with the app.
signin-enrol-qr = QR code for your authenticator app
signin-enrol-key = If you cannot scan it, enter this key in the app by hand:
signin-enrol-form = Then also choose there: { $algorithm }, { $digits } digits, 30 seconds. An app that knows no such choice cannot be used.
signin-enrol-code-hint = Then enter the code that the app shows, so that we know it works.

signin-codes-title = Keep your recovery codes
signin-codes-why = Your second proof works. If you ever lose it, each of these codes lets you in once in its place, after your password; only where a passkey is asked for, a code is not enough.
signin-codes-keep = Print them, or keep them in your password manager. They are not shown again.
signin-codes-kept = I have kept them

signin-left-title = Recovery code used
signin-left = { $count ->
    [0] That was your last recovery code. Ask your administrator for help before you lose your authenticator.
    [one] You have one recovery code left. The one you used does not work again.
   *[other] You have { $count } recovery codes left. The one you used does not work again.
}

signin-wrong-username = Enter your username.
signin-wrong-password = That username and password do not fit together. Check both and try again. After several tries in a row we wait a while before the next one counts; if it stays, ask your administrator.
signin-wrong-code = That code did not work. Each code works once and for a short time: wait for the next one and enter that. After several tries in a row we wait a while before the next one counts.
signin-wrong-recovery-code = That recovery code did not work. Each code works once: check it, or take another one. After several tries in a row we wait a while before the next one counts.
signin-wrong-enrolment-code = That code did not fit. Check that the time on your phone is right, wait for the next code and enter that.
signin-may-not = This account cannot sign in at the moment. Ask your administrator.

signin-gone = This sign-in belongs to another browser, or it is not known here any more.
signin-expired = This sign-in was left open for too long and has ended.

signin-finished-title = This sign-in is done
signin-finished-what = You have come back to a sign-in that was finished before.
signin-finished-next = Go back to the application. If it asks you to sign in, start again from there.
signin-finished-home = See who is signed in

signin-trust = { $days ->
    [one] Do not ask on this device for one day
   *[other] Do not ask on this device for { $days } days
}
signin-trust-hint = Only on a device that is yours alone.
signin-refused-title = You are not let in here
signin-refused-next = Ask your administrator if you think that you should be.
signin-refused-sessions = You are signed in to this account all the same, as far as rules allow. If somebody else may be using it, sign out of all browsers and applications; they all ask you anew then.
signin-refused-everywhere = Sign out everywhere
signin-refused-other = Sign in as somebody else
signin-unreachable-title = A stronger sign-in is needed
signin-unreachable-what = The application asks for a proof that cannot be given here yet.
signin-unreachable-next = Go back to the application, and tell its support that its demand cannot be met.

home-sign-out = Sign out
home-nobody-title = Nobody is signed in
home-nobody-what = Sign in here, or open an application that uses this sign-in.
home-sign-in = Sign in

setup-title = Set up Doorward
setup-what = This makes your first organisation and its administrator. Then you set up your authenticator and are signed in.
setup-organisation = Organisation
setup-slug = Short name of the organisation
setup-slug-hint = Lower-case letters, digits and hyphens, such as northbeam. It appears in addresses.
setup-name = Your name
setup-username-hint = What you will sign in with, such as your e-mail address.
setup-password-hint = At least 8 characters. A few words that do not belong together are good.
setup-gone = This set-up link was used, has expired, or the server is set up already. A new link is printed when a server without an organisation starts.
setup-wrong-name = Enter the organisation and your name, at most 200 characters each.
setup-wrong-slug = The short name has 1 to 60 lower-case letters, digits and hyphens, and begins with a letter.
setup-wrong-username = The username has no spaces and at most 200 characters.
setup-wrong-password-short = The password needs at least 8 characters.
setup-wrong-password-long = The password is longer than 1,024 characters. Take a shorter one.
setup-wrong-password-name = The password is made of your name, your organisation or the like. Take another one.

create-title = Create an account
create-what = This makes an account in the organisation of the application. What you may do there, somebody gives you.
create-continue = Create account
create-have = I have an account
create-link = Create an account
create-wrong-name = Enter your name, at most 200 characters.
create-taken = This username is taken. Choose another one, or sign in if it is yours.

signin-new-passkey-title = Add a passkey
signin-new-passkey-why = What you are about to do asks for a proof that no false page can steal: a passkey. You have none yet.
signin-new-passkey-how = Your device asks for your fingerprint, your face or its PIN. After that you use the passkey once.
signin-new-passkey-make = Create a passkey
signin-offer-title = Sign in faster next time?
signin-offer-what = With a passkey you sign in by your fingerprint, your face or the PIN of this device, without typing a password. No false page can trick you out of it.
signin-offer-not-now = Not now
password-hint-alone = At least 15 characters. A few words that do not belong together are good.
password-wrong-short-alone = This password stands alone: it needs at least 15 characters. A few words are easily that long.
password-wrong-common = This password is among the first that are tried. Take another one: a few words that do not belong together are good.
password-wrong-breached = This password is known to others: it was stolen somewhere and published. Take another one, and change it wherever else you use it.
password-wrong-present = This is the password that you have already. Choose another one.
password-weak = Easily guessed. Add a word or two.
password-fair = Fair. One more word would make it good.
password-strong = Good.
