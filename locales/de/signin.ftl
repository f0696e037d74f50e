# Anmelden: auf jeder Seite nur eine Sache.

signin-continue = Weiter
signin-username = Benutzername
signin-password = Passwort
signin-as = Anmeldung als { $username }
signin-again = Dieser Schritt ist besonders geschützt. Weisen Sie noch einmal nach, dass Sie es sind.
signin-not-you = Das sind nicht Sie?

signin-identify-title = Anmelden
signin-forgotten = Passwort vergessen?
signin-forgotten-passkey = Wenn Sie einen Passkey haben, melden Sie sich damit an: Unter „Ihr Konto“, „Passwort“ legen Sie dann ein neues fest, ohne das alte.
signin-forgotten-help = Sonst hilft Ihnen jemand aus der Verwaltung Ihrer Organisation: Sie bekommen einen Link, mit dem Sie neu einrichten, wie Sie sich anmelden. E-Mail allein ist kein Weg zurück, denn wer Ihre E-Mail liest, hätte sonst Ihr Konto.
signin-lost = Sie kommen nicht hinein?
signin-lost-passkey = Ein Passkey auf Ihrem Telefon geht auch hier: Ihr Browser bietet dafür einen QR-Code an. Ein Passkey, den Ihr Passwortmanager kopiert, ist auch auf Ihren anderen Geräten.
signin-lost-help = Wenn sonst nichts hilft, hilft Ihnen jemand aus der Verwaltung Ihrer Organisation: Sie bekommen einen Link, mit dem Sie neu einrichten, wie Sie sich anmelden.
signin-password-title = Passwort eingeben

signin-totp-title = Code eingeben
signin-code = Code aus Ihrer Authenticator-App
signin-code-hint = Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie gerade zeigt.
signin-use-recovery = Stattdessen einen Wiederherstellungscode verwenden

signin-passkey-title = Mit Ihrem Passkey bestätigen
signin-passkey-what = Ihr Passkey bestätigt, dass Sie es sind: mit Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel.
signin-wrong-passkey = Das war kein Passkey dieses Kontos, oder die Antwort kam zu spät. Bitte versuchen Sie es noch einmal.
signin-unknown-passkey = Dieser Passkey ist hier nicht bekannt: Er wurde aus seinem Konto entfernt oder gehört zu etwas anderem. Melden Sie sich auf einem anderen Weg an.
passkey-use = Passkey verwenden
passkey-failed = Das hat nicht geklappt. Versuchen Sie es noch einmal, oder gehen Sie einen anderen Weg.
passkey-present = Dieses Gerät hat schon einen Passkey dieses Kontos.
passkey-needs-script = Passkeys brauchen Skripte: Bitte erlauben Sie sie für diese Seite.

signin-recovery-title = Wiederherstellungscode verwenden
signin-recovery-code = Wiederherstellungscode
signin-recovery-hint = Einer der Codes, die Sie beim Einrichten Ihres Authenticators aufbewahrt haben. Jeder gilt einmal.
signin-use-totp = Stattdessen die Authenticator-App verwenden

signin-enrol-title = Authenticator einrichten
signin-enrol-why = Ihr Konto braucht neben dem Passwort einen zweiten Nachweis: einen Code aus einer Authenticator-App auf Ihrem Telefon.
signin-enrol-scan = Scannen Sie dieses Bild mit der App.
signin-enrol-qr = QR-Code für Ihre Authenticator-App
signin-enrol-key = Wenn Sie es nicht scannen können, geben Sie diesen Schlüssel in der App von Hand ein:
signin-enrol-form = Wählen Sie dort außerdem: { $algorithm }, { $digits } Stellen, 30 Sekunden. Eine App ohne diese Wahl geht nicht.
signin-enrol-code-hint = Geben Sie dann den Code ein, den die App zeigt, damit wir wissen, dass es klappt.

signin-codes-title = Wiederherstellungscodes aufbewahren
signin-codes-why = Ihr zweiter Nachweis funktioniert. Falls Sie ihn je verlieren, lässt Sie jeder dieser Codes nach Ihrem Passwort einmal an seiner Stelle ein; nur wo ein Passkey verlangt wird, genügt kein Code.
signin-codes-keep = Drucken Sie sie aus oder bewahren Sie sie in Ihrem Passwortmanager auf. Sie werden nicht noch einmal gezeigt.
signin-codes-kept = Ich habe sie aufbewahrt

signin-left-title = Wiederherstellungscode verbraucht
signin-left = { $count ->
    [0] Das war Ihr letzter Wiederherstellungscode. Bitten Sie Ihre Administration um Hilfe, bevor Sie den Authenticator verlieren.
    [one] Sie haben noch einen Wiederherstellungscode. Der verwendete gilt nicht mehr.
   *[other] Sie haben noch { $count } Wiederherstellungscodes. Der verwendete gilt nicht mehr.
}

signin-wrong-username = Geben Sie Ihren Benutzernamen ein.
signin-wrong-password = Benutzername und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal. Nach mehreren Versuchen hintereinander warten wir eine Weile, bis der nächste zählt; bleibt es dabei, fragen Sie Ihre Administration.
signin-wrong-code = Dieser Code hat nicht funktioniert. Jeder Code gilt einmal und nur kurz: Warten Sie auf den nächsten und geben Sie diesen ein. Nach mehreren Versuchen hintereinander warten wir eine Weile, bis der nächste zählt.
signin-wrong-recovery-code = Dieser Wiederherstellungscode hat nicht funktioniert. Jeder Code gilt einmal: Prüfen Sie ihn oder nehmen Sie einen anderen. Nach mehreren Versuchen hintereinander warten wir eine Weile, bis der nächste zählt.
signin-wrong-enrolment-code = Dieser Code passte nicht. Prüfen Sie, ob die Uhr Ihres Telefons stimmt, warten Sie auf den nächsten Code und geben Sie diesen ein.
signin-may-not = Dieses Konto kann sich zurzeit nicht anmelden. Fragen Sie Ihre Administration.

signin-gone = Diese Anmeldung gehört zu einem anderen Browser oder ist hier nicht mehr bekannt.
signin-expired = Diese Anmeldung war zu lange offen und ist beendet.

signin-finished-title = Diese Anmeldung ist erledigt
signin-finished-what = Sie sind zu einer Anmeldung zurückgekehrt, die schon abgeschlossen ist.
signin-finished-next = Gehen Sie zurück zur Anwendung. Wenn sie nach einer Anmeldung fragt, beginnen Sie dort neu.
signin-finished-home = Zeigen, wer angemeldet ist

signin-trust = { $days ->
    [one] Auf diesem Gerät einen Tag lang nicht fragen
   *[other] Auf diesem Gerät { $days } Tage lang nicht fragen
}
signin-trust-hint = Nur auf einem Gerät, das Ihnen allein gehört.
signin-refused-title = Hier geht es für Sie nicht weiter
signin-refused-next = Fragen Sie Ihre Administration, wenn das Ihrer Meinung nach nicht so sein sollte.
signin-refused-sessions = In diesem Konto sind Sie trotzdem angemeldet, soweit die Regeln es erlauben. Falls jemand anderes es nutzen könnte, melden Sie sich in allen Browsern und Anwendungen ab; danach fragen alle neu.
signin-refused-everywhere = Überall abmelden
signin-refused-other = Als andere Person anmelden
signin-unreachable-title = Eine stärkere Anmeldung ist nötig
signin-unreachable-what = Die Anwendung verlangt einen Nachweis, der hier noch nicht möglich ist.
signin-unreachable-next = Gehen Sie zurück zur Anwendung und sagen Sie deren Support, dass ihre Forderung nicht erfüllt werden kann.

home-sign-out = Abmelden
home-nobody-title = Niemand ist angemeldet
home-nobody-what = Melden Sie sich hier an oder öffnen Sie eine Anwendung, die diese Anmeldung verwendet.
home-sign-in = Anmelden

setup-title = Doorward einrichten
setup-what = Hier entstehen Ihre erste Organisation und deren Administrationskonto. Danach richten Sie Ihren Authenticator ein und sind angemeldet.
setup-organisation = Organisation
setup-slug = Kurzname der Organisation
setup-slug-hint = Kleinbuchstaben, Ziffern und Bindestriche, zum Beispiel northbeam. Er erscheint in Adressen.
setup-name = Ihr Name
setup-username-hint = Damit melden Sie sich an, zum Beispiel Ihre E-Mail-Adresse.
setup-password-hint = Mindestens 8 Zeichen. Gut sind ein paar Wörter, die nicht zusammengehören.
setup-gone = Dieser Einrichtungslink wurde verwendet, ist abgelaufen, oder der Server ist schon eingerichtet. Ein neuer Link wird ausgegeben, wenn ein Server ohne Organisation startet.
setup-wrong-name = Geben Sie die Organisation und Ihren Namen ein, jeweils höchstens 200 Zeichen.
setup-wrong-slug = Der Kurzname hat 1 bis 60 Kleinbuchstaben, Ziffern und Bindestriche und beginnt mit einem Buchstaben.
setup-wrong-username = Der Benutzername hat keine Leerzeichen und höchstens 200 Zeichen.
setup-wrong-password-short = Das Passwort braucht mindestens 8 Zeichen.
setup-wrong-password-long = Das Passwort ist länger als 1.024 Zeichen. Nehmen Sie ein kürzeres.
setup-wrong-password-name = Das Passwort besteht aus Ihrem Namen, Ihrer Organisation oder Ähnlichem. Nehmen Sie ein anderes.

create-title = Konto anlegen
create-what = Hiermit legen Sie ein Konto in der Organisation der Anwendung an. Was Sie dort dürfen, gibt Ihnen jemand.
create-continue = Konto anlegen
create-have = Ich habe ein Konto
create-link = Konto anlegen
create-wrong-name = Geben Sie Ihren Namen ein, höchstens 200 Zeichen.
create-taken = Dieser Benutzername ist vergeben. Wählen Sie einen anderen, oder melden Sie sich an, wenn es Ihrer ist.

signin-new-passkey-title = Passkey hinzufügen
signin-new-passkey-why = Was Sie vorhaben, verlangt einen Nachweis, den keine falsche Seite stehlen kann: einen Passkey. Sie haben noch keinen.
signin-new-passkey-how = Ihr Gerät fragt nach Fingerabdruck, Gesicht oder seiner PIN. Danach verwenden Sie den Passkey einmal.
signin-new-passkey-make = Passkey erstellen
signin-offer-title = Nächstes Mal schneller anmelden?
signin-offer-what = Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder PIN dieses Geräts an, ohne ein Passwort einzugeben. Keine falsche Seite kann ihn Ihnen entlocken.
signin-offer-not-now = Jetzt nicht
password-hint-alone = Mindestens 15 Zeichen. Ein paar Wörter, die nicht zusammengehören, sind gut.
password-wrong-short-alone = Dieses Passwort steht allein: Es braucht mindestens 15 Zeichen. Ein paar Wörter sind leicht so lang.
password-wrong-common = Dieses Passwort gehört zu den ersten, die versucht werden. Nehmen Sie ein anderes: Ein paar Wörter, die nicht zusammengehören, sind gut.
password-wrong-breached = Dieses Passwort ist anderen bekannt: Es wurde irgendwo gestohlen und veröffentlicht. Nehmen Sie ein anderes, und ändern Sie es überall, wo Sie es sonst verwenden.
password-wrong-present = Dieses Passwort haben Sie schon. Wählen Sie ein anderes.
password-weak = Leicht zu erraten. Fügen Sie ein oder zwei Wörter hinzu.
password-fair = Mittel. Ein Wort mehr, und es ist gut.
password-strong = Gut.
