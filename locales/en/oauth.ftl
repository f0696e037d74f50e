# Sentences of consent, of applications that may use an account, and of signing out.

consent-title = Allow access?
consent-intro = { $client } asks to use your account.
consent-account = Signed in as { $account }
consent-resource = In { $application } it may act for you:
consent-scope-openid = Recognise you
consent-scope-openid-why = An identifier of yours that stays the same.
consent-scope-profile = See your profile
consent-scope-profile-why = Your name, username and language.
consent-scope-email = See your e-mail address
consent-scope-email-why = The address, and whether it has been confirmed.
consent-scope-offline-access = Keep access after you sign out
consent-scope-offline-access-why = It can work for you while you are not there.
consent-details = In detail, it asks for exactly this:
consent-learns = It also learns: { $claims }.
consent-claim-roles = your roles
consent-claim-groups = your departments, regions and teams
consent-claim-organisation = your organisation
consent-claim-attribute = your { $name }
consent-lasting-session = Access ends when your sign-in here ends.
consent-lasting-offline = Access lasts for at most { $days } days, also after you sign out, or until you withdraw it.
consent-withdraw-hint = You can withdraw it at any time under your applications.
consent-allow = Allow
consent-deny = Do not allow

applications-title = Your applications
applications-intro = These applications may use your account.
applications-none = No application may use your account.
applications-since = Allowed on { $date }
applications-withdraw = Withdraw access
applications-withdraw-from = Withdraw access from { $client }
applications-sign-out = Sign out

sign-out-title = Sign out?
sign-out-what = You will be signed out on this browser, and applications that you use by this sign-in lose access.
sign-out-continue = Sign out
sign-out-stay = To stay signed in, close this page or go back.
signed-out-title = You are signed out
signed-out-what = Your sign-in on this browser has ended.
signed-out-next = You can close this page, or go back to the application to sign in again.

oauth-error-client = The application that sent you here is not known, or may not be used any more.
oauth-error-redirect-missing = The application did not say where to send you back.
oauth-error-redirect = The address that the application wants to send you back to is not registered for it.
oauth-error-continuation = This step belongs to another browser, or the address is incomplete.
oauth-error-finished = This step has already been done, perhaps in another tab or by a second click.
oauth-error-expired = This took too long, and the request of the application has expired.
oauth-error-logout-redirect = The address that the application wants to send you to after signing out is not registered for it. You have not been signed out.
