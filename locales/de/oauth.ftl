# Sätze zur Einwilligung, zu Anwendungen, die ein Konto nutzen dürfen, und zum Abmelden.

consent-title = Zugriff erlauben?
consent-intro = { $client } möchte Ihr Konto nutzen.
consent-account = Angemeldet als { $account }
consent-resource = In { $application } darf die Anwendung für Sie handeln:
consent-scope-openid = Sie wiedererkennen
consent-scope-openid-why = Eine Kennung von Ihnen, die gleich bleibt.
consent-scope-profile = Ihr Profil sehen
consent-scope-profile-why = Ihren Namen, Benutzernamen und Ihre Sprache.
consent-scope-email = Ihre E-Mail-Adresse sehen
consent-scope-email-why = Die Adresse, und ob sie bestätigt ist.
consent-scope-offline-access = Zugriff auch nach dem Abmelden behalten
consent-scope-offline-access-why = Die Anwendung kann für Sie arbeiten, während Sie nicht da sind.
consent-details = Im Einzelnen bittet sie um genau dies:
consent-learns = Außerdem erfährt sie: { $claims }.
consent-claim-roles = Ihre Rollen
consent-claim-groups = Ihre Abteilungen, Regionen und Teams
consent-claim-organisation = Ihre Organisation
consent-claim-attribute = die Angabe „{ $name }“
consent-lasting-session = Der Zugriff endet mit Ihrer Anmeldung hier.
consent-lasting-offline = Der Zugriff gilt höchstens { $days } Tage, auch nach dem Abmelden, oder bis Sie ihn widerrufen.
consent-withdraw-hint = Sie können ihn jederzeit unter Ihren Anwendungen widerrufen.
consent-allow = Erlauben
consent-deny = Nicht erlauben

applications-title = Ihre Anwendungen
applications-intro = Diese Anwendungen dürfen Ihr Konto nutzen.
applications-none = Keine Anwendung darf Ihr Konto nutzen.
applications-since = Erlaubt am { $date }
applications-withdraw = Zugriff widerrufen
applications-withdraw-from = Zugriff von { $client } widerrufen
applications-sign-out = Abmelden

sign-out-title = Abmelden?
sign-out-what = Sie werden in diesem Browser abgemeldet, und Anwendungen, die Sie mit dieser Anmeldung nutzen, verlieren den Zugriff.
sign-out-continue = Abmelden
sign-out-stay = Um angemeldet zu bleiben, schließen Sie diese Seite oder gehen Sie zurück.
signed-out-title = Sie sind abgemeldet
signed-out-what = Ihre Anmeldung in diesem Browser ist beendet.
signed-out-next = Sie können diese Seite schließen oder zur Anwendung zurückgehen, um sich wieder anzumelden.

oauth-error-client = Die Anwendung, von der Sie kommen, ist nicht bekannt oder darf nicht mehr genutzt werden.
oauth-error-redirect-missing = Die Anwendung hat nicht gesagt, wohin Sie zurückkehren sollen.
oauth-error-redirect = Die Adresse, an die Sie die Anwendung zurückschicken will, ist für sie nicht eingetragen.
oauth-error-continuation = Dieser Schritt gehört zu einem anderen Browser, oder die Adresse ist unvollständig.
oauth-error-finished = Dieser Schritt ist schon erledigt, vielleicht in einem anderen Tab oder durch einen zweiten Klick.
oauth-error-expired = Es hat zu lange gedauert, und die Anfrage der Anwendung ist abgelaufen.
oauth-error-logout-redirect = Die Adresse, an die Sie die Anwendung nach dem Abmelden schicken will, ist für sie nicht eingetragen. Sie wurden nicht abgemeldet.
