# Das Konto einer Person, wie sie es sieht und pflegt.

account-title = Ihr Konto
account-menu = Menü
account-back = Zurück
account-never = Nie
account-nav-home = Übersicht
account-nav-password = Passwort
account-nav-authenticators = Authenticator-Apps
account-nav-recovery-codes = Wiederherstellungscodes
account-nav-sessions = Sitzungen
account-nav-applications = Anwendungen
account-nav-requests = Anfragen
account-nav-activity = Aktivität
account-nav-data = Ihre Daten

account-organisation = Organisation
account-email = E-Mail
account-department = Abteilung
account-region = Region
account-job = Position
account-roles = Rollen
account-groups = Gruppen
account-security = So ist Ihr Konto geschützt
account-advice-authenticator = Ihr Konto ist nur durch ein Passwort geschützt. Fügen Sie einen Passkey oder eine Authenticator-App hinzu, damit ein gestohlenes Passwort nicht genügt.
account-advice-codes = Sie haben nur noch wenige Wiederherstellungscodes. Erstellen Sie neue, bevor Sie sie brauchen.
account-advice-first-codes = Sie haben keine Wiederherstellungscodes. Erstellen Sie welche: Wenn Sie Ihren zweiten Faktor verlieren, lässt Sie jeder davon einmal ein.
account-advice-passkey = Ihr Konto öffnet sich nur mit einem einzigen Passkey. Fügen Sie einen zweiten auf einem anderen Gerät hinzu oder legen Sie ein Passwort fest, damit ein verlorenes Gerät Sie nicht aussperrt.
account-advice-second-passkey = Von Ihnen wird ein Passkey verlangt, und Sie haben einen: Kein Code vertritt ihn. Fügen Sie einen zweiten auf einem anderen Gerät hinzu, damit ein verlorenes Gerät Sie nicht aussperrt.
account-password-changed = Gesetzt am { $date }
account-password-none = Es ist kein Passwort gesetzt
account-authenticators-count = { $count ->
    [0] Keine
    [one] Eine Authenticator-App
   *[other] { $count } Authenticator-Apps
}
account-codes-count = { $count ->
    [0] Keine
    [one] Einer übrig
   *[other] { $count } übrig
}
account-sessions-count = { $count ->
    [one] Auf einem Gerät angemeldet
   *[other] { $count }-mal angemeldet
}

account-done-added = Die Authenticator-App ist hinzugefügt. Ab jetzt werden ihre Codes bei der Anmeldung verlangt.
account-done-renamed = Die Authenticator-App hat ihren neuen Namen.
account-done-removed = Die Authenticator-App ist entfernt. Wenn Sie sie verloren haben, beenden Sie auch Ihre anderen Sitzungen.
account-passkey-done-added = Der Passkey ist hinzugefügt. Ab jetzt können Sie sich damit anmelden.
account-passkey-done-renamed = Der Passkey hat seinen neuen Namen.
account-passkey-done-removed = Der Passkey ist entfernt. Wenn Sie ihn verloren haben, beenden Sie auch Ihre anderen Sitzungen.
account-done-ended = Beendet. Wer sie benutzt hat, muss sich neu anmelden.
account-done-password = Ihr Passwort ist geändert. Anwendungen behalten den Zugriff, den Sie ihnen gegeben haben; unter Anwendungen nehmen Sie ihn zurück.

account-password-title = Passwort ändern
account-password-first = Ein Passwort setzen
account-password-what = Ein paar Wörter, die nicht zusammengehören, sind leicht zu merken und schwer zu erraten. Niemand wird Sie je per E-Mail oder Telefon danach fragen.
account-password-current = Jetziges Passwort
account-password-new = Neues Passwort
account-password-again = Neues Passwort noch einmal
account-password-others = Überall sonst abmelden
account-password-others-hint = Wer das alte Passwort kannte, ist dann draußen.
account-password-change = Passwort ändern
account-password-wrong-current = Das ist nicht Ihr jetziges Passwort. Nach mehreren Versuchen hintereinander warten wir etwas, bevor der nächste zählt.
account-password-wrong-empty = Geben Sie ein neues Passwort ein.
account-password-wrong-different = Die beiden neuen Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.

account-authenticators-title = Authenticator-Apps
account-authenticators-what = Eine Authenticator-App auf Ihrem Telefon oder Rechner zeigt jede halbe Minute einen neuen Code. Mit zweien sperrt der Verlust der einen Sie nicht aus.
account-authenticators-none = Sie haben noch keine.
account-authenticator-title = Authenticator-App
account-authenticator-add-title = Authenticator-App hinzufügen
account-authenticator-made = Hinzugefügt am { $date }
account-authenticator-used = zuletzt benutzt { $date }
account-authenticator-unused = noch nicht benutzt
account-authenticator-made-on = Hinzugefügt
account-authenticator-used-on = Zuletzt benutzt
account-authenticator-name = Name
account-authenticator-name-hint = Woran Sie sie erkennen, zum Beispiel „Telefon“.
account-authenticator-confirm = Hinzufügen
account-authenticator-rename = Umbenennen
account-authenticator-remove = Entfernen
account-authenticator-remove-what = Ihre Codes gelten sofort nicht mehr. Ist es Ihre letzte, enden mit ihr Ihre Wiederherstellungscodes.
account-authenticator-gone = Diese Authenticator-App wurde schon hinzugefügt, oder die Seite war zu lange offen.
account-authenticator-too-many = Sie haben 20 Authenticator-Apps. Entfernen Sie eine, bevor Sie eine weitere hinzufügen.
account-authenticator-last = Das ist Ihre letzte Authenticator-App, und Ihre Organisation verlangt von Ihnen einen zweiten Faktor. Fügen Sie zuerst eine andere hinzu.

account-codes-title = Wiederherstellungscodes
account-codes-left = { $count ->
    [0] Sie haben keine Wiederherstellungscodes.
    [one] Sie haben noch einen Wiederherstellungscode.
   *[other] Sie haben noch { $count } Wiederherstellungscodes.
}
account-codes-what = Wenn Sie Ihre Authenticator-App oder Ihre Passkeys verlieren, lässt jeder dieser Codes Sie nach Ihrem Passwort einmal an ihrer Stelle hinein.
account-codes-replace = Neue Codes ersetzen die, die Sie haben: Diese gelten dann nicht mehr.
account-codes-make = Neue Codes erstellen
account-codes-impossible = Wiederherstellungscodes vertreten eine Authenticator-App oder einen Passkey. Fügen Sie zuerst eins davon hinzu; die Codes bekommen Sie dabei.
account-codes-no-password = Wiederherstellungscodes vertreten nach dem Passwort den zweiten Faktor, und Ihr Konto hat kein Passwort. Ein zweiter Passkey auf einem anderen Gerät leistet Ihnen dasselbe.
account-codes-new-title = Ihre neuen Wiederherstellungscodes
account-codes-new-what = Jeder dieser Codes lässt Sie einmal hinein, wenn Sie Ihre Authenticator-App oder Ihre Passkeys verlieren. Frühere Codes gelten nicht mehr.

account-sessions-title = Wo Sie angemeldet sind
account-sessions-what = Ist eine dabei, die Sie nicht kennen, beenden Sie sie und ändern Sie Ihr Passwort.
account-session-this = Hier sind Sie gerade
account-session-place = Adresse
account-session-begun = Angemeldet
account-session-seen = Zuletzt gesehen
account-session-end = Diese Sitzung beenden
account-session-end-this = Hier abmelden
account-session-end-of = Sitzung von { $device } beenden
account-sessions-end-others = Alle anderen Sitzungen beenden
account-device = { $browser } auf { $system }
account-device-unknown = Unbekanntes Gerät

account-activity-title = Letzte Aktivität
account-activity-what = Was mit Ihrem Konto geschehen ist, das Neueste zuerst. Wenn Sie etwas davon nicht waren, ändern Sie Ihr Passwort und beenden Sie Ihre anderen Sitzungen.
account-activity-none = Weiter zurück ist nichts.
account-activity-older = Ältere
account-activity-newest = Neueste

account-data-title = Ihre Daten
account-data-what = Eine Datei mit allem, was hier über Sie bekannt ist: Ihr Profil, Rollen und Gruppen, was Ihr Konto schützt, Ihre Sitzungen, was Sie Anwendungen erlaubt haben, und Ihre letzte Aktivität.
account-data-not = Passwörter, Schlüssel von Authenticator-Apps und Wiederherstellungscodes sind nicht darin: Niemand kann sie lesen.
account-data-take = Herunterladen

activity-other = Andere Aktivität ({ $kind })
activity-by-administrator = durch die Verwaltung
activity-by-server = durch den Server
activity-password-right = Das richtige Passwort wurde eingegeben
activity-password-wrong = Ein falsches Passwort wurde eingegeben
activity-code-right = Der richtige Code einer Authenticator-App wurde eingegeben
activity-code-wrong = Ein falscher Code einer Authenticator-App wurde eingegeben
activity-recovery-used = Ein Wiederherstellungscode wurde benutzt
activity-recovery-wrong = Ein falscher Wiederherstellungscode wurde eingegeben
activity-signed-in = Sie haben sich angemeldet
activity-not-let-in = Eine Anmeldung wurde abgelehnt
activity-session-ended = Eine Sitzung ist beendet
activity-authenticator-added = Eine Authenticator-App wurde hinzugefügt
activity-authenticator-not-added = Eine Authenticator-App wurde nicht hinzugefügt: Ihr Code passte nicht
activity-authenticator-renamed = Eine Authenticator-App wurde umbenannt
activity-authenticator-removed = Eine Authenticator-App wurde entfernt
activity-authenticator-kept = Die letzte Authenticator-App wurde nicht entfernt
activity-codes-made = Neue Wiederherstellungscodes wurden erstellt
activity-password-set = Das Passwort wurde gesetzt
activity-password-kept = Das Passwort wurde nicht geändert: Das jetzige war falsch
activity-consent-given = Sie haben einer Anwendung erlaubt, worum sie bat
activity-consent-refused = Sie haben einer Anwendung verweigert, worum sie bat
activity-consent-withdrawn = Sie haben zurückgenommen, was einer Anwendung erlaubt war
activity-application = Sie sind zu einer Anwendung weitergegangen
activity-application-refused = Eine Anwendung wurde abgelehnt
activity-all-ended = Alle Sitzungen und Token wurden beendet
activity-account-made = Das Konto wurde angelegt
activity-account-changed = Das Konto wurde geändert
activity-device-trusted = Einem Gerät wurde vertraut
activity-devices-distrusted = Das Vertrauen in Geräte wurde beendet
activity-user-code = Der Code für Anfragen von Anwendungen wurde geändert
activity-data-taken = Sie haben Ihre Daten heruntergeladen

account-nav-passkeys = Passkeys
account-passkeys-title = Passkeys
account-passkeys-what = Ein Passkey meldet Sie mit Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel an. Niemand kann ihn erraten, und keine falsche Seite kann ihn Ihnen entlocken.
account-passkey-add-title = Passkey hinzufügen
account-passkey-add = Passkey hinzufügen
account-passkey-name = Name
account-passkey-rename = Umbenennen
account-passkey-rename-of = { $name } umbenennen
account-passkey-remove = Entfernen
account-passkey-remove-of = { $name } entfernen
account-passkey-synced = Wird vom Anbieter auf Ihre anderen Geräte kopiert
account-passkey-not-copied = Zurzeit nicht kopiert, der Anbieter könnte es aber tun
account-passkey-bound = Bleibt in einem Gerät
account-passkey-not-added = Dieser Passkey wurde nicht hinzugefügt. Bitte versuchen Sie es noch einmal.
account-passkeys-impossible = Hier können keine weiteren Passkeys hinzugefügt werden.

account-console = Konsole Ihrer Organisation
account-devices-title = Geräte, denen Sie vertrauen
account-devices-what = Auf diesen werden Sie eine Zeit lang nicht nach einem zweiten Faktor gefragt, soweit die Regeln Ihrer Organisation es erlauben.
account-device-since = Vertraut seit { $date }
account-devices-end = Auf allen wieder fragen
account-passkey-made = Erstellt am { $date } mit { $device }
account-passkey-present = Dieser Passkey ist hier schon bekannt.
account-key-add-title = Sicherheitsschlüssel hinzufügen
account-key-what = Ein Schlüssel, den Sie einstecken oder an Ihr Telefon halten. Nach ihm wird nach dem Passwort gefragt.
account-key-suggested = Mein Sicherheitsschlüssel
account-key-add = Sicherheitsschlüssel hinzufügen
account-key-second = Nur nach dem Passwort
activity-passkey-used = Ein Passkey wurde verwendet
activity-passkey-wrong = Ein Passkey wurde versucht, der nicht passte
activity-passkey-added = Ein Passkey wurde hinzugefügt
activity-passkey-not-added = Ein Passkey wurde nicht hinzugefügt
activity-passkey-renamed = Ein Passkey wurde umbenannt
activity-passkey-removed = Ein Passkey wurde entfernt
activity-passkey-counter = Ein Passkey wurde abgelehnt, weil sein Zähler zurückging: Es könnte eine Kopie davon geben
activity-passkey-kept = Der letzte Passkey wurde nicht entfernt
account-passkeys-count = { $count ->
    [0] Keiner
    [one] Ein Passkey
   *[other] { $count } Passkeys
}
account-factor-last-short = Das ist Ihr letzter zweiter Faktor, und Ihr Passwort ist zu kurz, um allein zu stehen. Setzen Sie zuerst eines mit mindestens 15 Zeichen.
account-passkey-unlisted = Ihre Organisation nimmt nur Passkeys und Schlüssel bestimmter Produkte, und das ist keines davon. Verwenden Sie eines, das Sie bekommen haben, oder fragen Sie Ihre Administration.
account-passkeys-listed = Ihre Organisation nimmt nur diese Produkte: { $products }.
account-enrol-any = Ihre Organisation bittet Sie, vor dem { $date } einen zweiten Faktor einzurichten. Danach geht es nicht mehr ohne.
account-enrol-passkey = Ihre Organisation bittet Sie, vor dem { $date } einen Passkey hinzuzufügen. Danach erstellen Sie einen beim Anmelden.
account-nav-language = Sprache
account-language-title = Sprache
account-language-what = In welcher Sprache schreiben wir Ihnen?
account-language-store = Speichern
account-done-language = Ihre Sprache ist gespeichert.
account-device-end = Hier wieder fragen
account-device-end-of = Auf { $device } wieder fragen
account-factor-only-way = Dieser Passkey bleibt: Sie haben kein Passwort, und ohne ihn käme niemand mehr in Ihr Konto. Legen Sie zuerst ein Passwort fest oder fügen Sie einen anderen Passkey hinzu.
account-factor-last-of-all = Dieser Passkey bleibt: Die Regeln verlangen einen, eine Liste beschränkt, welche hinzukommen dürfen, und ohne Ihren käme niemand mehr hinein, der diese Organisation betreut. Lassen Sie zuerst jemand anderen mit Verwaltungsrechten einen Passkey hinzufügen.

account-nav-access = Meine Zugriffe
account-access-title = Meine Zugriffe
account-access-what = Was Ihnen gegeben wurde: jede Rolle mit dem Bereich und der Zeit, für die sie gilt, wer sie gegeben hat und warum. Wenn etwas fehlt oder nicht stimmt, fragen Sie, wer sie gegeben hat, oder Ihre Administration.
account-access-none = Ihnen wurde nichts gegeben.
account-access-where = Gilt in
account-access-everywhere = überall
account-access-through = Durch
account-access-from = Von
account-access-until = Bis
account-access-no-end = Kein Ende
account-access-later = { $date }, hat noch nicht begonnen
account-access-given-by = Gegeben von
account-access-used = Zuletzt gebraucht
account-access-unused = Noch nicht
account-access-review = Nächste Prüfung, ob sie gebraucht wird
account-why-title = Warum darf ich, oder warum nicht
account-why-link = Warum ich etwas darf oder nicht
account-why-what = Ob Sie etwas dürfen, so wie es die Anwendung erfährt, mit dem, was Ihnen gegeben wurde, und dem, was die Antwort ändern würde. Eine Anwendung, die Sie abweist, kann mit ausgefüllter Frage hierher führen.
account-why-about = { $action }: { $resource }
account-why-granted-by-policy = Eine Richtlinie Ihrer Organisation erlaubt es hier.
account-why-forbidden-by-policy = Eine Richtlinie Ihrer Organisation verbietet es hier, was Ihre Rollen auch geben.
account-why-step-up-required = Ja, sobald Sie mehr oder noch einmal beweisen, wer Sie sind.
account-why-policy-error = Eine Richtlinie Ihrer Organisation konnte nicht ausgewertet werden, deshalb ist nichts erlaubt. Sagen Sie es Ihrem Administrator.
account-why-cure-policy = Eine andere Richtlinie: So wie sie ist, hilft nichts, was Ihnen gegeben wird. Fragen Sie Ihren Administrator.
account-why-no-grant = Keine Ihrer Rollen gibt es, und keine Richtlinie.
