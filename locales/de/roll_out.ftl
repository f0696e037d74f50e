# Einführung eines Faktors: die Mails, die erinnern, die Seiten der Konsole, Ausnahmen mit Ende.

reminder-subject-any = Bitte richten Sie einen zweiten Faktor ein
reminder-subject-passkey = Bitte fügen Sie einen Passkey hinzu
reminder-last-subject-any = Letzter Tag für den zweiten Faktor: { $date }
reminder-last-subject-passkey = Letzter Tag für den Passkey: { $date }
reminder-ask-any = { $organisation } bittet Sie, für Ihr Konto einen zweiten Faktor einzurichten: einen Passkey oder eine Authenticator-App auf Ihrem Telefon. Es dauert zwei Minuten.
reminder-ask-passkey = { $organisation } bittet Sie, Ihrem Konto einen Passkey hinzuzufügen: Sie melden sich dann mit Fingerabdruck, Gesicht oder der PIN Ihres Geräts an. Es dauert zwei Minuten.
reminder-until = Der letzte Tag dafür ist { $date }. Danach werden Sie beim Anmelden darum gebeten.
reminder-over = Die Zeit dafür ist abgelaufen: Sie werden bei der nächsten Anmeldung darum gebeten und richten ihn dabei ein.
reminder-passkey = Passkey hinzufügen
reminder-authenticator = Authenticator-App einrichten
reminder-sure = Die Links führen zu Ihrem Konto, wo Sie sich wie immer anmelden. Wenn Sie bei dieser Mail unsicher sind, öffnen Sie Ihr Konto selbst: dort steht dasselbe.

admin-nav-roll-outs = Einführungen
admin-roll-outs-title = Einführungen
admin-roll-outs-what = Eine Einführung ist eine Regel, die Personen bittet, einen Faktor einzurichten. Während der Frist erinnern Mails und die Kontoseite, wer noch fehlt; danach fragt die Anmeldung, und niemand wird ausgesperrt.
admin-roll-outs-none = Noch wird nichts eingeführt.
admin-roll-outs-on = { $count ->
    [0] Keine ist eingeschaltet
    [one] Eine ist eingeschaltet
   *[other] { $count } sind eingeschaltet
}
admin-roll-out-title = Einführung
admin-roll-out-new-title = Neue Einführung
admin-roll-out-new-what = Sie wird eine Regel, als Entwurf, der nichts bewirkt. Sie können sehen, wen sie meint, bevor Sie sie einschalten.
admin-roll-out-name-hint = Damit Kolleginnen und Kollegen sie unter den Regeln finden.
admin-roll-out-whom = Wer
admin-roll-out-whom-hint = Alles Ausgefüllte muss zutreffen; von mehreren Einträgen in einem Feld genügt einer. Lassen Sie alles leer für alle.
admin-roll-out-what = Was, und bis wann
admin-roll-out-what-hint = Mails gehen am Anfang, nach der halben Zeit, drei Tage und einen Tag vor dem Ende an die Personen.
admin-roll-out-start = Beginn
admin-roll-out-start-hint = Der Tag beginnt in UTC. Leer: sobald sie eingeschaltet ist.
admin-roll-out-progress = { $has } von { $people } haben ihn ({ $percent } %)
admin-roll-out-begins = beginnt am { $date }
admin-roll-out-over = die Frist ist vorbei, die Anmeldung fragt
admin-roll-out-days = { $count ->
    [one] noch ein Tag
   *[other] noch { $count } Tage
}
admin-roll-out-fact-progress = Fortschritt
admin-roll-out-fact-time = Zeit
admin-roll-out-fact-ends = Ende der Frist
admin-roll-out-fact-called = Alle wurden erinnert
admin-roll-out-pause = Anhalten
admin-roll-out-rule = Regel ändern
admin-roll-out-switch-what = Angehalten fragt sie niemanden. Wieder eingeschaltet beginnt die Frist von vorn.
admin-roll-out-meant = Wen sie meint
admin-roll-out-has = Haben ihn
admin-roll-out-excepted = Ausgenommen
admin-roll-out-left = Fehlen
admin-roll-out-nobody = Niemand fehlt.
admin-roll-out-due = bis { $date }
admin-roll-out-reminded = erinnert am { $date }
admin-roll-out-not-reminded = noch nicht erinnert
admin-roll-out-unreachable = bekommt keine Mail: keine bestätigte Adresse
admin-roll-out-remind = Alle erinnern, die fehlen
admin-roll-out-remind-what = Eine Mail geht an alle, die fehlen und eine bestätigte Adresse haben. Das geht einmal am Tag.
admin-roll-out-done-reminded = Die Mails sind unterwegs.
admin-roll-out-wrong-not-running = Sie ist noch nicht eingeschaltet, so dass niemand zu erinnern ist.
admin-roll-out-wrong-no-mail = Von hier wird keine Mail gesendet. Der Betreiber kann das einrichten.
admin-roll-out-wrong-too-soon = Alle wurden vor Kurzem erst erinnert. Ab { $date } geht es wieder.
admin-coverage-roll-outs = Einführungen

admin-exceptions = Ausnahmen mit Ende
admin-exceptions-what = Die Regel übergeht diese Personen, bis ihr Tag vorbei ist. Wer Regeln sehen darf, sieht diese Liste, und jede Änderung daran wird festgehalten.
admin-exceptions-none = Es gibt keine.
admin-exception-until-day = bis zum Ende des { $date }
admin-exception-why = { $reason } (gegeben von: { $by })
admin-exception-operator = Betreiber
admin-exception-end = Beenden
admin-exception-end-of = Ausnahme von { $person } beenden
admin-exception-new = Ausnahme machen
admin-exception-person = Benutzername
admin-exception-until = Letzter Tag
admin-exception-until-hint = Innerhalb eines Jahres. Der Tag endet in UTC.
admin-exception-reason = Grund
admin-exception-reason-hint = Er wird mit Ihrem Namen aufbewahrt.
admin-exception-give = Ausnahme machen
admin-exception-done-given = Die Ausnahme gilt.
admin-exception-done-ended = Die Ausnahme ist beendet.
admin-exception-wrong-day = Schreiben Sie den letzten Tag als Datum, etwa 2026-12-31.
admin-exception-wrong-past = Dieser Tag ist schon vorbei.
admin-exception-wrong-far = Eine Ausnahme dauert höchstens ein Jahr. Erneuern Sie sie, wenn sie endet.
admin-exception-wrong-reason = Schreiben Sie einen Grund mit höchstens 200 Zeichen.
admin-exception-wrong-many = Es gibt zu viele Ausnahmen von dieser Regel. Nennen Sie stattdessen eine Gruppe unter „Außer wenn“.
admin-exception-wrong-none = Für diese Person gibt es keine Ausnahme mehr.

admin-rule-start = Beginn
admin-rule-start-hint = Ein Tag oder ein Zeitpunkt: 2026-12-01 oder 2026-12-01T09:00:00Z. Vorher fragt die Regel nichts. Leer: sofort.
admin-rule-from = ab { $date }
admin-rule-wrong-start = Schreiben Sie den Beginn als Tag oder Zeitpunkt, etwa 2026-12-01 oder 2026-12-01T09:00:00Z.
admin-rule-wrong-start-far = Der Beginn liegt mehr als ein Jahr voraus.
admin-rule-excepted = Nicht bis zum Ende des Tages: { $who }
