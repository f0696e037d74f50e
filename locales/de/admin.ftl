# Die Konsole der Administration.

admin-title = Konsole
admin-what = Was Sie hier sehen und ändern, gilt allein für Ihre Organisation. Jede Änderung wird mit Ihrem Namen festgehalten.
admin-may-not = Ihre Rollen erlauben Ihnen nicht, das zu sehen oder zu tun. Die Administration Ihrer Organisation kann Ihnen die Rolle dafür geben.
admin-none = Keine
admin-no-department = Keine Abteilung
admin-nav-home = Übersicht
admin-nav-people = Personen
admin-nav-coverage = Zweite Faktoren
admin-nav-rules = Anmelderegeln

admin-people-title = Personen
admin-people-count = { $count ->
    [one] Eine Person
   *[other] { $count } Personen
}
admin-people-search = Benutzername beginnt mit
admin-people-find = Suchen
admin-people-next = Nächste Seite
admin-people-none = So heißt niemand.
admin-person-title = Person
admin-person-passkey = Hat einen Passkey
admin-person-second = Hat einen Authenticator
admin-person-alone = Nur Passwort
admin-person-nothing = Noch nichts eingerichtet
admin-person-disabled = Gesperrt
admin-person-left = Ausgeschieden
admin-person-status = Zustand
admin-person-username = Benutzername
admin-person-email = E-Mail
admin-person-roles = Rollen
admin-person-groups = Gruppen
admin-person-factors = Meldet sich an mit
admin-factor-password = Passwort gesetzt
admin-factor-authenticators = Authenticatoren
admin-factor-passkeys = Passkeys
admin-factor-codes = Übrige Wiederherstellungscodes
admin-factor-sessions = Jetzt angemeldet
admin-factor-any = Ein Authenticator oder ein Passkey
admin-factor-passkey = Ein Passkey
admin-factor-authenticator = Ein Authenticator
admin-factor-remove-title = Einen davon entfernen
admin-factor-remove-what = Für einen Faktor, der verloren oder weitergegeben wurde, während ein anderer bleibt. Die Person erfährt es per E-Mail. Sitzungen bleiben: Beenden Sie sie oben, wenn jemand anderes ihn benutzt haben könnte.
admin-factor-remove = Entfernen
admin-factor-remove-of = { $name } entfernen
admin-factor-removed = Der Faktor ist entfernt, und die Person erfährt es.
admin-factor-gone = Diesen Faktor gibt es nicht mehr.
admin-factor-last = Das ist der letzte zweite Faktor dieser Person, und er bleibt: Ohne ihn käme jeder mit dem Passwort allein hinein. Wenn er verloren ist, verhelfen Sie ihr wieder zum Anmelden: Der Link beendet, was vorher da war, und verlangt neue Faktoren.
admin-factor-last-of-all = Dieser Passkey bleibt: Die Regeln verlangen einen, eine Liste beschränkt, welche hinzukommen dürfen, und ohne diesen käme niemand mehr hinein, der Ihre Organisation betreut. Lassen Sie zuerst jemand anderen mit Verwaltungsrechten einen Passkey hinzufügen.

admin-factor-trusted = Vertraute Geräte
admin-device-what = Auf diesen Geräten wird kein zweiter Faktor verlangt, soweit die Regeln das erlauben. Wo das Vertrauen endet, wird er bei der nächsten Anmeldung wieder verlangt.
admin-device-end = Vertrauen beenden
admin-device-end-of = Vertrauen beenden: { $name }
admin-device-ended = Diesem Gerät wird nicht mehr vertraut.
admin-device-gone = Diesem Gerät wird nicht mehr vertraut, oder ihm wurde nie vertraut.
admin-lock = Gesperrt
admin-lock-password = Passwort
admin-lock-totp = Codes einer App
admin-lock-recovery-code = Wiederherstellungscodes
admin-lock-known = in Browsern, mit denen sie oder er sich schon angemeldet hat
admin-lock-strangers = in allen anderen Browsern
admin-lock-until = bis { $date }
admin-lock-for-good = bis der Faktor neu gesetzt oder die Sperre beendet wird
admin-lock-title = Sperre beenden
admin-lock-what = Zu viele falsche Versuche hintereinander sperren einen Faktor. Browser, mit denen sich jemand schon angemeldet hat, zählen für sich, so dass Fremde dort niemanden aussperren. Beenden Sie die Sperre, wenn Sie wissen, dass es die Person selbst war, oder dass das Raten vorbei ist.
admin-lock-end = Sperre beenden
admin-lock-ended = Die Sperre ist beendet.
admin-lock-none = Bei dieser Person ist nichts mehr gesperrt.
admin-account-off-title = Konto abschalten
admin-account-off-what = Niemand kommt damit mehr hinein: Sitzungen, Tokens und Links enden sofort, und Anwendungen erfahren es. Was die Person innehat, bleibt und gilt wieder, sobald das Konto an ist.
admin-account-off = Abschalten
admin-account-is-off = Das Konto ist abgeschaltet.
admin-account-on-title = Konto einschalten
admin-account-on-what = Die Person meldet sich wieder mit dem an, was sie hatte, und hat inne, was sie innehatte.
admin-account-on = Einschalten
admin-account-is-on = Das Konto ist wieder an.
admin-account-wrong-already = Das Konto ist schon so.
admin-account-wrong-last = Niemand sonst verwaltet die Organisation. Lassen Sie das zuerst jemand anderen tun.
admin-account-wrong-locked = Ohne dieses Konto ließen die Anmelderegeln keinen Administrator mehr hinein. Ändern Sie zuerst die Regeln.

admin-coverage-title = Zweite Faktoren
admin-coverage-what = Wer mehr als ein Passwort nachweisen kann. Wer sich nicht anmelden kann, zählt nicht; wer zu mehreren Regionen oder Abteilungen gehört, zählt in jeder.
admin-coverage-left = { $count ->
    [0] Alle haben einen zweiten Faktor
    [one] Eine Person hat keinen zweiten Faktor
   *[other] { $count } Personen haben keinen zweiten Faktor
}
admin-coverage-groups = Nach Abteilung und Region
admin-coverage-group = Gruppe
admin-group-named = { $title } ({ $kind })
admin-group-department = Abteilung
admin-group-region = Region
admin-group-team = Team
admin-coverage-people = Personen
admin-coverage-second = Zweiter Faktor
admin-coverage-passkey = Passkey
admin-coverage-left-title = Wer noch fehlt
admin-coverage-nobody = Niemand. Alle haben einen zweiten Faktor.

admin-rules-title = Anmelderegeln
admin-rules-what = Alle Regeln, die zutreffen, zählen, und die strengste gewinnt. Eine Regel, die erlaubt oder abweist, beendet die Liste: was darunter steht, wird nicht mehr angesehen.
admin-rules-none = Es gibt noch keine Regel. Rollen, die einen zweiten Faktor verlangen, tun das auch ohne.
admin-rules-on = { $count ->
    [0] Keine ist eingeschaltet
    [one] Eine ist eingeschaltet
   *[other] { $count } sind eingeschaltet
}
admin-rule-mode-draft = Entwurf
admin-rule-mode-report = Nur Bericht
admin-rule-mode-on = Eingeschaltet
admin-rule-always = Immer
admin-rule-except = außer { $what }
admin-rule-title = Regel
admin-rule-new-title = Neue Regel
admin-rule-new-what = Eine neue Regel ist ein Entwurf und tut nichts. Sie können sehen, was sie getan hätte, bevor Sie sie einschalten.
admin-rule-draft = Als Entwurf speichern
admin-rule-save = Speichern
admin-rule-says = Was sie sagt
admin-rule-counts = Ob sie zählt
admin-rule-counts-what = Sehen Sie zuerst nach, was sie bei den Anmeldungen der letzten 30 Tage getan hätte. Als „nur Bericht“ verlangt sie nichts, schreibt in das Ereignis jeder Anmeldung, was sie verlangt hätte, und zählt es auf dieser Seite zusammen.
admin-rule-replay = Sehen, was sie getan hätte
admin-rule-switch-draft = Zurück zum Entwurf
admin-rule-switch-report = Nur Bericht
admin-rule-switch-on = Einschalten
admin-rule-up = Nach oben
admin-rule-down = Nach unten
admin-rule-remove = Entfernen
admin-rule-done-added = Der Entwurf ist gespeichert. Er tut noch nichts.
admin-rule-done-saved = Gespeichert.
admin-rule-done-draft = Die Regel ist wieder ein Entwurf und verlangt nichts.
admin-rule-done-report = Die Regel berichtet ab jetzt und verlangt nichts.
admin-rule-done-on = Die Regel ist eingeschaltet.
admin-rule-done-removed = Die Regel ist entfernt.
admin-rule-done-moved = Die Regel hat ihren neuen Platz.

admin-rule-what = Name
admin-rule-name = Name der Regel
admin-rule-name-hint = Ein Satz, der anderen sagt, wofür sie da ist.
admin-rule-when = Wenn
admin-rule-when-hint = Alles Ausgefüllte muss zutreffen; von mehreren Einträgen in einem Feld genügt einer. Lassen Sie alles leer für: alle, immer.
admin-rule-unless = Außer wenn
admin-rule-unless-hint = Wo alles zutrifft, was hier ausgefüllt ist, gilt die Regel nicht. Lassen Sie alles leer für: keine Ausnahme.
admin-rule-then = Dann
admin-rule-then-hint = Felder, die nicht zu Ihrer Wahl gehören, werden nicht angesehen.
admin-rule-names = Es gibt: { $names }
admin-when-people = Personen
admin-when-people-hint = Benutzernamen, mit Kommas dazwischen.
admin-when-roles = Rollen
admin-when-groups = Abteilungen, Regionen, Teams
admin-when-attributes = Merkmale
admin-when-attributes-hint = Eines je Zeile: job_title = Teamleitung, Leitung
admin-when-age = Konto jünger als (Tage)
admin-when-clients = Anwendungen
admin-when-clients-hint = Ihre Client-IDs, mit Kommas dazwischen.
admin-when-scopes = Scopes, die die Anwendung verlangt
admin-when-networks = Netze
admin-when-networks-hint = Zum Beispiel 192.0.2.0/24, 2001:db8::/32
admin-when-countries = Länder
admin-when-countries-hint = Ihre zwei Buchstaben, zum Beispiel DE, TR. Eine Adresse, deren Land nicht bekannt ist, liegt in keinem.
admin-when-devices = Gerät
admin-when-risk = Risiko
admin-when-days = Tage
admin-when-times = Zeit
admin-when-from = Von (Uhrzeit)
admin-when-from-hint = Zum Beispiel 08:00. Leer: der ganze Tag.
admin-when-until = Bis (Uhrzeit)
admin-when-until-hint = Ein Ende vor dem Anfang geht über Mitternacht.
admin-when-zone = Zeitzone
admin-when-zone-hint = Zum Beispiel Europe/Berlin. Leer heißt UTC.
admin-device-new = Neu
admin-device-known = Bekannt
admin-device-trusted = Vertraut
admin-risk-low = Gering
admin-risk-medium = Mittel
admin-risk-high = Hoch
admin-day-mo = Montag
admin-day-tu = Dienstag
admin-day-we = Mittwoch
admin-day-th = Donnerstag
admin-day-fr = Freitag
admin-day-sa = Samstag
admin-day-su = Sonntag
admin-then = Was verlangt wird
admin-then-second-factor = Zweiter Faktor
admin-then-second-factor-remembered = { $days ->
    [one] Zweiter Faktor, auf vertrauten Geräten einmal am Tag
   *[other] Zweiter Faktor, auf vertrauten Geräten alle { $days } Tage
}
admin-then-phishing-resistant = Passkey (nichts, was abgefischt werden kann)
admin-then-again = Neu anmelden, wenn es zu lange her ist
admin-then-again-always = Für jede Anfrage einer Anwendung neu anmelden
admin-then-again-after = { $minutes ->
    [one] Nach einer Minute neu anmelden
   *[other] Nach { $minutes } Minuten neu anmelden
}
admin-then-enrol = Faktor einrichten
admin-then-enrol-any = { $days ->
    [0] Sofort einen zweiten Faktor einrichten
    [one] Innerhalb eines Tages einen zweiten Faktor einrichten
   *[other] Innerhalb von { $days } Tagen einen zweiten Faktor einrichten
}
admin-then-enrol-passkey = { $days ->
    [0] Sofort einen Passkey einrichten
    [one] Innerhalb eines Tages einen Passkey einrichten
   *[other] Innerhalb von { $days } Tagen einen Passkey einrichten
}
admin-then-refuse = Kein Zugang
admin-then-refuse-saying = Kein Zugang: „{ $sentence }“
admin-then-allow = Nichts weiter (die Regeln darunter gelten nicht)
admin-then-remember = Zweiter Faktor: Tage auf einem vertrauten Gerät
admin-then-remember-hint = So lange wird auf einem Gerät nicht wieder gefragt, dem die Person vertraut. Leer oder 0: immer fragen.
admin-then-minutes = Neu anmelden: nach Minuten
admin-then-minutes-hint = 0: für jede Anfrage einer Anwendung. Auf Seiten dieses Servers vergehen immer mindestens 5 Minuten.
admin-then-factor = Einrichten: welcher Faktor
admin-then-grace = Einrichten: Tage Frist
admin-then-grace-hint = Bis dahin sagt es die Kontoseite, danach wird es beim Anmelden verlangt.
admin-then-sentence = Kein Zugang: was die Person liest
admin-then-sentence-hint = Sagen Sie, was sie stattdessen tun kann.

admin-rule-wrong-gone = Diese Regel gibt es nicht mehr.
admin-rule-wrong-taken = So heißt schon eine andere Regel.
admin-rule-wrong-many = Es gibt so viele Regeln, wie es geben kann. Entfernen Sie zuerst eine.
admin-rule-wrong-meanwhile = Jemand anders hat die Regeln inzwischen geändert. Sehen Sie sie an, wie sie jetzt sind, und versuchen Sie es noch einmal.
admin-rule-wrong-administrators = Mit dieser Regel käme niemand aus der Administration mehr hinein. Nennen Sie unter „Außer wenn“ eine Person, die es immer tut.
admin-rule-wrong-everyone = Mit dieser Regel käme niemand mehr hinein. Sagen Sie, wen sie meint, oder machen Sie eine Ausnahme.
admin-rule-wrong-administrators-passkey = Die Regeln verlangen von allen in der Administration einen Passkey, niemand davon hat einen, und eine Liste beschränkt, welche hinzugefügt werden können. Fügen Sie zuerst unter „Passkeys“ in Ihrem Konto einen hinzu.
admin-rule-wrong-everyone-passkey = Die Regeln verlangen von allen einen Passkey, niemand hat einen, und eine Liste beschränkt, welche hinzugefügt werden können. Fügen Sie zuerst unter „Passkeys“ in Ihrem Konto einen hinzu.
admin-rule-wrong-not-there = In Ihrer Organisation gibt es nichts, das { $what } heißt.
admin-rule-wrong-scope = Keine Anwendung hat eine Berechtigung { $what }, die als Scope verlangt werden könnte.
admin-rule-wrong-attribute-unknown = Niemand in Ihrer Organisation hat ein Merkmal, das { $what } heißt.
admin-rule-wrong-name = Geben Sie der Regel einen Namen von höchstens 100 Zeichen.
admin-rule-wrong-entries = Eine der Listen hat zu viele Einträge. Nehmen Sie stattdessen eine Gruppe oder ein Merkmal.
admin-rule-wrong-entry = Ein Eintrag einer Liste ist leer oder zu lang.
admin-rule-wrong-network = { $what } ist kein Netz. Schreiben Sie es wie 192.0.2.0/24.
admin-rule-wrong-country = { $what } ist kein Land. Schreiben Sie dessen zwei Buchstaben, zum Beispiel DE.
admin-rule-wrong-countries = Dieser Server kennt die Länder von Adressen nicht. Wer ihn betreibt, kann ihm eine Datenbank dafür geben (risk.geoip_file).
admin-rule-wrong-group = { $what } ist keine Gruppe. Schreiben Sie Art und Namen, wie department:support.
admin-rule-wrong-time = { $what } ist keine Uhrzeit. Schreiben Sie sie wie 08:30.
admin-rule-wrong-zone = { $what } ist keine Zeitzone. Schreiben Sie einen Namen wie Europe/Berlin.
admin-rule-wrong-age = Kein Konto ist jünger als 0 Tage.
admin-rule-wrong-sentence = Schreiben Sie mit höchstens 500 Zeichen, was liest, wer nicht hineinkommt.
admin-rule-wrong-number = Eine Zahl ist größer als { $what }.
admin-rule-wrong-digits = Schreiben Sie Zahlen in Ziffern, ohne Vorzeichen.
admin-rule-wrong-attribute = Schreiben Sie jedes Merkmal in eine eigene Zeile, wie job_title = Teamleitung.

admin-replay-title = Was die Regel getan hätte
admin-replay-to-rule = Zur Regel, um sie einzuschalten oder zu ändern
admin-replay-count = { $count ->
    [0] In den letzten 30 Tagen hat sich niemand angemeldet.
    [one] Eine Anmeldung der letzten 30 Tage, mit allen eingeschalteten Regeln und dieser.
   *[other] { $count } Anmeldungen der letzten 30 Tage, mit allen eingeschalteten Regeln und dieser.
}
admin-replay-what = Rollen, Gruppen und Faktoren sind die von heute.
admin-replay-passages = { $count ->
    [one] Ein Weg zu einer Anwendung ohne Anmeldung.
   *[other] { $count } Wege zu Anwendungen ohne Anmeldung.
}
admin-replay-passages-what = Sie führten über eine Sitzung, die es schon gab, und zählen einmal am Tag für jede Sitzung, Anwendung und Liste von Scopes.
admin-replay-passages-title = Auf dem Weg zu Anwendungen, nach Abteilung
admin-replay-passages-people = Auf dem Weg zu Anwendungen, nach Namen
admin-replay-departments = Nach Abteilung
admin-replay-department = Abteilung
admin-replay-people = Nach Namen
admin-replay-person = Person
admin-replay-all = Alle
admin-replay-let-in = Hineingelassen
admin-replay-stepped-up = Mehr verlangt
admin-replay-enrol = Faktor einzurichten
admin-replay-refused = Kein Zugang
admin-replay-nobody = Für niemanden wäre etwas anders gewesen.
admin-replay-more = { $count ->
    [one] Eine weitere Person wird nicht gezeigt.
   *[other] { $count } weitere werden nicht gezeigt.
}
admin-report-title = Was sie verlangt hätte
admin-report-what = Seit { $date }, mit allen eingeschalteten Regeln und dieser.
admin-report-column = Wer kam
admin-report-sign-ins = Mit einer Anmeldung
admin-report-passages = Zu einer Anwendung, über eine Sitzung, die es schon gab
admin-check-title = Was verlangt würde
admin-check-what = Was die Regeln von jemandem verlangen würden, der sich so anmeldet, und warum jede von ihnen zutrifft oder nicht. Niemand meldet sich an, und nichts wird verlangt. Was eine Rolle oder die Anwendung verlangt, kommt hinzu.
admin-check-form = Eine Anmeldung
admin-check-form-hint = Nötig ist nur der Benutzername.
admin-check-person = Benutzername
admin-check-client = Anwendung
admin-check-client-hint = Ihre Client-ID. Leer: die Seiten dieses Servers.
admin-check-address = Netzadresse
admin-check-address-hint = Zum Beispiel 192.0.2.7. Leer: eine Adresse, die nicht bekannt ist.
admin-check-country = Land
admin-check-country-hint = Zwei Buchstaben, zum Beispiel DE. Leer: das der Adresse.
admin-check-ask = Nachsehen
admin-check-nothing = Nichts weiter
admin-check-remembered = Kein zweiter Faktor, weil die Person diesem Gerät vertraut
admin-check-enrol-any = Soll bis { $date } einen zweiten Faktor einrichten
admin-check-enrol-passkey = Soll bis { $date } einen Passkey einrichten
admin-check-reported = Wenn die Regeln eingeschaltet wären, die nur berichten:
admin-check-applies = Trifft zu
admin-check-would = Träfe zu, ist aber nicht eingeschaltet
admin-check-below = Träfe zu, aber eine Regel darüber beendet die Liste
admin-check-unless = Trifft nicht zu: ihre Ausnahme gilt
admin-check-starts = Trifft nicht zu: sie beginnt später
admin-check-exception = Trifft nicht zu: sie übergeht diese Person für eine Weile
admin-check-condition = Trifft nicht zu wegen: { $condition }
admin-check-wrong-address = { $what } ist keine Netzadresse. Schreiben Sie sie wie 192.0.2.7 oder 2001:db8::1.
admin-check-wrong-scopes = Schreiben Sie Scopes mit Leerzeichen dazwischen, wie openid feedback:export.
admin-names-hidden = Ihre Rollen lassen Sie nicht sehen, wer das ist.

admin-help-title = Wieder zum Anmelden verhelfen
admin-help-link = Wieder zum Anmelden verhelfen
admin-help-link-waits = Einem wartenden Link zustimmen oder ihn zurücknehmen
admin-help-what = Für jemanden, der verloren hat, womit er sich anmeldet. Die Person bekommt einen Link per E-Mail, der einmal und kurze Zeit gilt und mit dem sie neue Faktoren einrichtet; die alten enden, wenn sie ihn benutzt. Sie selbst sehen den Link nie.
admin-help-reason = Grund
admin-help-reason-hint = Woher Sie wissen, dass wirklich diese Person fragt. Er wird mit Ihrem Namen festgehalten.
admin-help-ask = Link senden
admin-help-ask-two = Um den Link bitten
admin-help-two = Bevor dieses Konto wiederhergestellt wird, müssen zwei aus der Administration zustimmen: Bis dahin wird nichts gesendet.
admin-help-agree = Zustimmen und Link senden
admin-help-waits = Für diese Person wurde ein Link beantragt. Er wird gesendet, wenn jemand anders mit diesem Recht zustimmt.
admin-help-open = Ein Link wurde schon gesendet. Ein neuer tritt an seine Stelle.
admin-help-again = Noch einen Link senden
admin-help-done-issued = Der Link ist unterwegs.
admin-help-done-waits = Eine zweite Person aus der Administration muss zustimmen, bevor der Link gesendet wird.
admin-help-wrong-above = Sie können weder sich selbst helfen noch jemandem, der hier mehr darf als Sie. Wer dieselben Rechte hat, kann es.
admin-help-wrong-account = Dieses Konto oder seine Organisation darf sich nicht anmelden.
admin-help-wrong-mail = Von hier wird keine E-Mail gesendet. Der Betrieb kann einen Link übergeben: doorward person recover.
admin-help-wrong-address = Dieses Konto hat keine E-Mail-Adresse. Der Betrieb kann einen Link übergeben: doorward person recover.
admin-help-wrong-reason = Schreiben Sie einen Grund.
admin-help-wrong-same = Sie haben selbst darum gebeten: jemand anders muss zustimmen.
admin-help-wrong-gone = Niemand bittet mehr um einen Link für diese Person.
admin-rule-wrong-large = Die Regel ist zu lang. Nehmen Sie Gruppen oder Merkmale statt Listen.
admin-rule-wrong-passkeys = Hier kann niemand einen Passkey haben, weil die Adresse dieses Servers keinen Hostnamen hat.

admin-nav-break-glass = Notfallkonten
admin-when-break-glass = Notfallkonten
admin-break-glass-any = Mit und ohne
admin-break-glass-not = Alle außer Notfallkonten
admin-break-glass-only = Nur Notfallkonten
admin-break-glass-title = Notfallkonten
admin-break-glass-open = { $count ->
    [0] Keine Nutzung wartet auf eine Prüfung
    [one] Eine Nutzung wartet auf eine Prüfung
   *[other] { $count } Nutzungen warten auf eine Prüfung
}
admin-break-glass-what = Notfallkonten sind für den Tag, an dem sonst niemand hineinkommt. Regeln können sie ausnehmen. Was mit einem getan wird, erfahren sofort alle Administratoren, und es wartet hier, bis jemand anderes es geprüft hat.
admin-break-glass-waiting = Wartet auf eine Prüfung
admin-break-glass-nothing = Nichts wartet.
admin-break-glass-accounts = Konten
admin-break-glass-none = Kein Konto ist gekennzeichnet. Halten Sie zwei bereit, mit Passkeys in einem Safe, und probieren Sie sie zweimal im Jahr aus.
admin-break-glass-mark-title = Ein Konto kennzeichnen
admin-break-glass-mark = Kennzeichnen
admin-break-glass-reason-hint = Wofür es da ist und wo sein Passkey liegt.
admin-break-glass-unmark-of = Kennzeichen von { $name } entfernen
admin-break-glass-unmark = Kennzeichen entfernen
admin-break-glass-act = Was getan wurde
admin-break-glass-act-sign-in = Anmeldung
admin-break-glass-act-pass = Ein Link für neue Faktoren wurde benutzt
admin-break-glass-act-attempt = Falsche Passwörter oder Codes
admin-break-glass-act-unmarked = Das Kennzeichen wurde entfernt
admin-break-glass-note = Was Sie gefunden haben
admin-break-glass-review = Prüfung festhalten
admin-break-glass-reviewed = Geprüft
admin-break-glass-reviewed-by = Geprüft von
admin-break-glass-operator = Der Betreiber, über die Befehlszeile
admin-break-glass-system = Der Server
admin-break-glass-done-marked = Das Konto ist gekennzeichnet.
admin-break-glass-done-unmarked = Das Kennzeichen ist weg. Für das Konto gelten die Regeln wie für jedes andere.
admin-break-glass-done-reviewed = Die Prüfung ist festgehalten.
admin-break-glass-wrong-nobody = Niemand in Ihrer Organisation hat diesen Benutzernamen.
admin-break-glass-wrong-marked = Dieses Konto ist bereits gekennzeichnet.
admin-break-glass-wrong-unmarked = Dieses Konto hat kein Kennzeichen.
admin-break-glass-wrong-gone = Diese Nutzung ist bereits geprüft.
admin-break-glass-wrong-note = Schreiben Sie, was Sie gefunden haben, in höchstens 1000 Zeichen.
admin-break-glass-wrong-own = Was mit Ihrem eigenen Konto getan wurde, muss jemand anderes prüfen.

admin-person-end = Alle Sitzungen beenden
admin-person-ended = Alle Sitzungen sind beendet, und was Anwendungen erhalten hatten.
admin-invite-link = Jemanden einladen
admin-invite-title = Jemanden einladen
admin-invite-what = Die Person bekommt per E-Mail einen Link, der einmal gilt und mit dem sie einrichtet, wie sie sich anmeldet. Sie selbst sehen den Link nie.
admin-invite-username-hint = Womit die Person sich anmeldet; meist ihre E-Mail-Adresse.
admin-invite-name = Vollständiger Name
admin-invite-email-hint = Wohin der Link geht.
admin-invite-department = Abteilung
admin-invite-send = Einladung senden
admin-invite-done = Die Einladung ist unterwegs.
admin-invite-wrong-username = Das kann kein Benutzername sein: höchstens 254 Zeichen, ohne Leerzeichen.
admin-invite-wrong-email = Das ist keine E-Mail-Adresse.
admin-invite-wrong-name = Schreiben Sie den Namen, in höchstens 200 Zeichen.
admin-invite-wrong-taken = Diesen Benutzernamen hat bereits jemand.
admin-invite-wrong-mail = Von hier werden keine E-Mails versandt. Der Betreiber kann einen Link übergeben: doorward person invite --show.
admin-invite-wrong-gone = Die Abteilung oder eine Rolle gibt es nicht mehr. Sehen Sie das Formular durch und versuchen Sie es erneut.
admin-invite-wrong-above = Die Rolle { $role } gibt mehr, als Sie selbst haben.

admin-nav-recovery = Wiederherstellung
admin-recovery-two = Zwei müssen zustimmen bei: { $whose }
admin-recovery-what = Wer alle Faktoren verloren hat, bekommt einen Link von jemandem aus der Verwaltung, der sie oder ihn kennt. Hier legen Sie fest, vor wessen Wiederherstellung eine zweite Person aus der Verwaltung zustimmen muss.
admin-recovery-now = Zwei Personen aus der Verwaltung müssen zustimmen vor der Wiederherstellung von: { $whose }.
admin-recovery-least = Die Installation verlangt es überall bei: { $whose }; hier kann es nur mehr sein.
admin-recovery-change = Wer zustimmen muss
admin-recovery-change-hint = Links, die auf jemanden warten, warten weiter. Was gesenkt wird, gilt einen Tag später.
admin-recovery-tells = Alle, die die Regeln Ihrer Organisation pflegen, erfahren es per E-Mail.
admin-recovery-lowered = Ab { $date }: { $whose }. Was gesenkt wird, gilt einen Tag später.
admin-recovery-whose = Zwei müssen zustimmen vor der Wiederherstellung von
admin-recovery-set = Speichern
admin-recovery-done = Gespeichert.
admin-recovery-wrong = Die Installation verlangt mehr als das. Wählen Sie etwas von dem, was angeboten wird.

admin-nav-passkeys = Passkey-Produkte
admin-passkeys-title = Passkey-Produkte
admin-passkeys-lists = { $count ->
    [0] alle Produkte
    [one] { $count } Liste
   *[other] { $count } Listen
}
admin-passkeys-what = Alle dürfen Passkeys und Sicherheitsschlüssel jedes Produkts hinzufügen, oder nur solche von einer Liste. Gelten für jemanden mehrere Listen, muss ein Produkt auf jeder stehen. Was schon eingerichtet ist, bleibt.
admin-passkeys-all = Es gibt keine Liste: Alle Produkte sind erlaubt.
admin-passkeys-unknown = Der Betreiber dieser Installation hat keine Metadaten der FIDO Alliance angegeben (passkeys.metadata_file); sie sagen, wessen Wort welches Produkt belegt. Ohne sie gibt es nur Listen nach dem eigenen Wort der Produkte.
admin-passkeys-everybody = Alle
admin-passkeys-list = Liste anlegen oder ändern
admin-passkeys-list-hint = Sie ersetzt die vorhandene Liste.
admin-passkeys-whose = Für wen
admin-passkeys-products = Produkte
admin-passkeys-proof = Was das Produkt belegt
admin-passkeys-attested = Das Wort des Herstellers, das geprüft wird
admin-passkeys-claimed = Sein eigenes Wort
admin-passkeys-only-claims = { $product } (nur nach eigenem Wort)
admin-passkeys-proof-hint = Passkeys, die Telefone und Passwortmanager kopieren, haben kein Wort eines Herstellers. Ihr eigenes hält ab, was aus Versehen genommen wird, nicht jemanden, der sich verstellt.
admin-passkeys-set = Liste übernehmen
admin-passkeys-change = Ändern
admin-passkeys-change-of = Liste ändern: { $whose }
admin-passkeys-clear = Wieder alle Produkte zulassen
admin-passkeys-clear-of = Wieder alle Produkte zulassen: { $whose }
admin-passkeys-done-set = Die Liste gilt.
admin-passkeys-done-cleared = Alle Produkte sind wieder erlaubt.
admin-passkeys-wrong-empty = Wählen Sie mindestens ein Produkt. Um alle wieder zuzulassen, gibt es die Schaltfläche bei der Liste.
admin-passkeys-wrong-role = Diese Rolle gibt es nicht mehr. Wählen Sie eine andere.
admin-passkeys-wrong-meanwhile = Inzwischen hat jemand anderes die Regeln, eine Liste oder einen Passkey geändert. Sehen Sie nach und versuchen Sie es noch einmal.
admin-passkeys-wrong-product = Eines der Produkte ist nicht mehr bekannt oder nicht mehr sicher. Prüfen Sie die Liste noch einmal.
admin-invite-language = Sprache
admin-invite-language-hint = In welcher Sprache wir dieser Person schreiben

admin-pass-title = Offener Link
admin-pass-what = Wofür
admin-pass-what-invitation = Einladung
admin-pass-what-recovery = Wieder zum Anmelden verhelfen
admin-pass-state-waits = Wartet auf eine zweite Person aus der Administration
admin-pass-state-issued = Ausgestellt, noch nicht benutzt
admin-pass-state-begun = Jemand hat damit angefangen
admin-pass-by = Angefordert von
admin-pass-until = Gilt bis
admin-pass-take-back = Link zurückziehen
admin-pass-taken-back = Der Link ist zurückgezogen: Er gilt nicht mehr.
admin-pass-gone = Dieser Link ist schon vorbei, oder ein anderer ist an seine Stelle getreten. Sehen Sie nach, was jetzt da ist.

admin-person-held = Angehalten
admin-locked-title = Ausgesperrt
admin-locked-what = Nach vielen falschen Passwörtern oder Codes wird eine Zeit lang keiner angenommen. Browser, mit denen sich jemand schon angemeldet hat, zählen für sich, sodass Versuche Fremder die Inhaberin oder den Inhaber nicht aussperren. Eine Sperre endet von selbst oder auf der Seite der Person.
admin-locked-count = { $count ->
    [0] Niemand
    [one] 1 Person
   *[other] { $count } Personen
}
admin-held-title = Warten auf Hilfe
admin-held-unagreed = Wartet auf eine zweite Person aus der Verwaltung
admin-held-unagreed-what = Für diese Personen wurde ein Link beantragt. Sehen Sie sich jeden an und stimmen Sie zu, oder nehmen Sie ihn zurück; wer ihn beantragt hat, kann nicht zustimmen.
admin-held-unagreed-by = Beantragt am { $date }: { $by }
admin-held-held = Angehaltene Konten
admin-held-waiting = { $count ->
    [0] Niemand wartet auf Hilfe
    [one] Eine Person wartet auf Hilfe
   *[other] { $count } Personen warten auf Hilfe
}
admin-held-what = Diese Konten sind angehalten: Niemand kommt hinein, bis die Person mit einem Link zurückgekehrt ist. Sprechen Sie persönlich mit ihr, bevor Sie helfen, und nicht über die E-Mail-Adresse des Kontos.
admin-held-none = Kein Konto ist angehalten.
admin-held-since = Seit { $date }
admin-held-about = Hat „Das war ich nicht“ gesagt zu: { $notice }
admin-held-other = Meist, weil ein Link begonnen und nicht zu Ende gebracht wurde
admin-held-waits = Noch hat niemand geholfen
admin-held-helped = Hat einen Link, gültig bis { $date }

admin-history-title = Änderungen der Regeln
admin-history-what = Jede Änderung wird aufbewahrt, mit der Liste der Regeln, wie sie danach war.
admin-history-none = Es wurde noch nichts geändert.
admin-history-added = entworfen
admin-history-removed = entfernt
admin-history-defined = geändert
admin-history-moved = verschoben
admin-history-excepted = Ausnahmen geändert
admin-history-switched = geschaltet auf: { $mode }
admin-history-older = Ältere Änderungen
admin-history-revision-title = Die Regeln, wie sie waren
admin-history-since = Seit { $date }

admin-nav-groups = Gruppen
admin-nav-roles = Rollen
admin-groups-title = Gruppen
admin-groups-what = Abteilungen, Regionen, Teams und Projekte. Was einer Gruppe gegeben ist, haben alle in ihr und unter ihr, bis sie endet.
admin-groups-none = Es gibt noch keine Gruppen.
admin-group-project = Projekt
admin-group-custom = Andere Gruppe
admin-group-title = Gruppe
admin-group-new = Neue Gruppe
admin-group-new-what = Eine Gruppe ist für Menschen, die zusammenarbeiten, oder für einen Ort in der Organisation. Art und Name bleiben; alles andere lässt sich ändern.
admin-group-about = Über die Gruppe
admin-group-field-kind = Art
admin-group-field-kind-hint = Gruppen einer Art stehen untereinander.
admin-group-field-name = Name für Token und Richtlinien
admin-group-field-name-hint = Kleinbuchstaben, Ziffern, Binde- und Unterstriche, etwa spring-launch. Er lässt sich nicht ändern.
admin-group-field-title = Titel
admin-group-field-purpose = Wofür sie ist
admin-group-field-parent = Gehört zu
admin-group-field-parent-hint = Der Name einer Gruppe derselben Art. Leer: sie steht ganz oben.
admin-group-field-ends = Endet
admin-group-field-ends-hint = Ein Tag, etwa 2026-12-31 (bis zu seinem Ende, UTC), oder ein Zeitpunkt, etwa 2026-12-31T18:00:00Z. Leer: ohne Ende.
admin-group-field-owners = Verantwortliche
admin-group-field-owners-hint = Benutzernamen, einer je Zeile. Sie sagen, wer in der Gruppe ist.
admin-group-field-member = Wer
admin-access-holder-hint = Ein Benutzername, eine Gruppe wie team:care, wo eine Rolle gegeben wird, service_account: und sein Name oder client: und die Kennung.
admin-group-members-title = In dieser Gruppe
admin-group-empty = In dieser Gruppe selbst ist niemand.
admin-group-join-title = Jemanden hinzufügen
admin-group-leave = Herausnehmen
admin-group-leave-of = { $name } aus der Gruppe nehmen
admin-group-ends = endet { $date }
admin-group-done-added = Die Gruppe ist angelegt.
admin-group-done-joined = Die Person ist in der Gruppe.
admin-group-done-left = Die Person ist nicht mehr in der Gruppe.
admin-access-done = Die Änderung ist gemacht.
admin-access-from = ab { $date }
admin-access-until = bis { $date }
admin-access-field-until = Bis
admin-access-look = Zeigen, was sich ändern würde
admin-access-apply = Ändern
admin-access-effect = Was sich ändern würde
admin-access-effect-none = Niemand gewinnt oder verliert eine Berechtigung.
admin-access-effect-gain = { $people }: bekäme { $permission } ({ $application })
admin-access-effect-lose = { $people }: verlöre { $permission } ({ $application })
admin-access-effect-elsewhere = { $people }: hätte { $permission } ({ $application }) an anderen Orten als jetzt
admin-roles-title = Rollen
admin-roles-what = Eine Rolle sind die Berechtigungen, die jemand für eine Arbeit braucht. Sie wird Personen und Gruppen gegeben, an Orten und auf Zeit.
admin-roles-none = Es gibt noch keine Rollen.
admin-role-title = Rolle
admin-role-new = Neue Rolle
admin-role-new-what = In eine Rolle können Sie legen, was Sie selbst überall haben.
admin-role-about = Über die Rolle
admin-role-gives = Was sie gibt
admin-role-field-name-hint = Kleinbuchstaben, Ziffern, Binde- und Unterstriche, etwa support_agent. Er lässt sich nicht ändern.
admin-role-field-purpose-hint = In einfachen Worten: das liest, wer die Rolle beantragt und wer sie prüft.
admin-role-field-owner = Wer für sie einsteht
admin-role-field-owner-hint = Ein Benutzername.
admin-role-field-risk = Risiko
admin-role-risk-low = Geringes Risiko
admin-role-risk-medium = Mittleres Risiko
admin-role-risk-high = Hohes Risiko
admin-role-field-longest = Höchstens so viele Tage gegeben
admin-role-field-longest-hint = Leer: ohne Grenze.
admin-role-field-review = Nach je so vielen Tagen ist zu prüfen, wer sie hat
admin-role-field-also = Außerdem
admin-role-field-second-factor = Wer sie hat, meldet sich mit zweitem Faktor an
admin-role-field-requestable = Kann beantragt werden
admin-role-field-rights = Rechte über Doorward
admin-role-field-includes = Schließt die Rollen ein
admin-role-field-may-give = Wer sie hat, darf geben
admin-role-field-may-give-hint = Eine Rolle je Zeile, etwa support_agent 30: für höchstens 30 Tage, an den Orten der eigenen Rolle.
admin-role-remove = Diese Rolle entfernen
admin-role-done-added = Die Rolle ist angelegt.
admin-role-done-removed = Die Rolle ist entfernt.
admin-give-title = Eine Rolle geben
admin-give-what = Eine Zuweisung ist ein Satz: wer welche Rolle hat, wo, bis wann und warum. Sie beginnt sofort und endet von selbst.
admin-give-holder = Wem
admin-give-role = Rolle
admin-give-within = Wo
admin-give-within-hint = Gruppen, eine je Zeile, etwa region:dach. Mehrere einer Art erweitern, verschiedene Arten schränken ein. Leer: überall.
admin-give-reason-hint = Das liest, wer es prüft.
admin-give-done = Die Rolle ist gegeben.
admin-holding-title = Zugriff einer Person
admin-holding-none = Dieser Person wurde nichts gegeben.
admin-holding-everywhere = Überall
admin-holding-through = Durch
admin-holding-begins = Beginnt
admin-holding-since = Seit
admin-holding-why = Warum es endet
admin-holding-end = Jetzt beenden
admin-holding-end-of = Die Rolle { $role } beenden
admin-holding-done = Die Zuweisung ist beendet.
admin-holding-link = Was ihr gegeben wurde
admin-access-wrong = So geht es nicht. Sehen Sie jedes Feld noch einmal an.
admin-access-wrong-name = Ein Name hat 1 bis 60 Kleinbuchstaben, Ziffern, Binde- und Unterstriche und beginnt mit einem Buchstaben.
admin-access-wrong-taken = Dieser Name ist vergeben.
admin-access-wrong-words = Ein Titel ist nötig, mit höchstens 200 Zeichen; ein Zweck hat höchstens 2000.
admin-access-wrong-above = Eine Gruppe gehört zu einer ihrer Art, die nicht unter ihr steht.
admin-access-wrong-ended = Diese Gruppe ist zu Ende: durch sie gilt nichts mehr.
admin-access-wrong-owner = Verantwortlich ist eine Person Ihrer Organisation.
admin-access-wrong-days = Eine Zahl von Tagen ist 1 bis 36500.
admin-access-wrong-reversed = Es würde enden, bevor es beginnt.
admin-access-wrong-reason = Sagen Sie, warum.
admin-access-wrong-given = Diese Rolle ist oder war jemandem gegeben und bleibt darum für das Protokoll. Beenden Sie stattdessen die Zuweisungen.
admin-access-wrong-not-owner = Sie dürfen nicht sagen, wer in dieser Gruppe ist.
admin-access-wrong-circle = Die Rolle { $name } würde sich selbst einschließen.
admin-access-wrong-for-people = Der Client { $name } handelt nur für Menschen: Erlauben Sie ihm client_credentials, bevor er eigenen Zugriff bekommt.
admin-access-wrong-used = Die Rolle { $name } schließt sie ein oder lässt sie geben. Ändern Sie das zuerst.
admin-access-wrong-unknown = { $name } ist in Ihrer Organisation nicht bekannt.
admin-access-wrong-moment = { $written } ist kein Tag und kein Zeitpunkt. Schreiben Sie 2026-12-31 oder 2026-12-31T18:00:00Z.
admin-access-wrong-long = { $role } darf für höchstens { $days } Tage gegeben werden.
admin-access-wrong-inactive = Ihr Konto ist nicht aktiv.
admin-access-wrong-no-right = Keine Ihrer Rollen lässt Sie { $role } geben.
admin-access-wrong-outside = Sie dürfen { $role } nur in { $within } geben.
admin-access-wrong-exceeds = { $role } gibt { $permission }, was Sie dort selbst nicht haben.
admin-group-members = { $count ->
    [one] { $count } Mitglied
   *[other] { $count } Mitglieder
}
admin-access-more = { $count ->
    [one] und noch eine Person
   *[other] und { $count } weitere
}
admin-role-days = { $count ->
    [one] ein Tag
   *[other] { $count } Tage
}
admin-groups-count = { $count ->
    [one] eine Gruppe
   *[other] { $count } Gruppen
}
admin-roles-count = { $count ->
    [one] eine Rolle
   *[other] { $count } Rollen
}
admin-nav-given = Von mir vergeben
admin-given-title = Von mir vergeben
admin-given-what = Was Sie anderen gegeben haben und noch gilt. Jedes endet von selbst, oder hier und jetzt.
admin-given-none = Sie haben nichts vergeben, was noch gilt.
admin-given-next = Ältere
admin-groups-owned = { $count ->
    [one] { $count } gehört Ihnen
   *[other] { $count } gehören Ihnen
}
admin-given-count = { $count ->
    [0] Zurzeit nichts vergeben
    [one] Zurzeit { $count } Zuweisung
   *[other] Zurzeit { $count } Zuweisungen
}
admin-give-longest = { $count ->
    [one] höchstens { $count } Tag
   *[other] höchstens { $count } Tage
}
admin-give-within-boxes = Es gilt an diesen Orten und denen darunter. Mehrere einer Art erweitern, verschiedene Arten engen ein.
