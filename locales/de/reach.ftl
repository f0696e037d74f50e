# Warum jemand etwas darf, und wer etwas darf.

admin-nav-why = Warum
admin-nav-who = Wer darf

admin-reach-form = Die Frage
admin-reach-action = Was getan werden soll
admin-reach-type = Art der Ressource
admin-reach-type-hint = In den Worten der Anwendung, etwa feedback.
admin-reach-id = Ihre Kennung
admin-reach-id-hint = Zum Beispiel f-101. Wenn es gleichgültig ist, welche, irgendein Text.
admin-reach-properties = Was von ihr bekannt ist
admin-reach-properties-hint = Eines je Zeile, etwa region = emea. Die Organisation muss nicht genannt werden.
admin-reach-context = Umstände
admin-reach-context-hint = Was die Anwendung sonst noch mitteilt, für Richtlinien, eines je Zeile. Kann leer bleiben.
admin-reach-wrong-action = Wählen Sie, was getan werden soll.
admin-reach-wrong-word = Art und Kennung der Ressource haben je 1 bis 256 Zeichen.
admin-reach-wrong-line = „{ $what }“ ist nicht zu lesen. Schreiben Sie einen Namen, = und einen Wert, etwa region = emea.

admin-why-title = Warum, oder warum nicht
admin-why-what = Ob jemand etwas darf, so wie es eine Anwendung erfährt, mit dem, was dieser Person gegeben wurde, und dem, was die Antwort ändern würde. Wer gefragt hat, wird aufgezeichnet.
admin-why-state = Darf jemand etwas, und warum
admin-why-link = Warum diese Person etwas darf
admin-why-yes = Ja
admin-why-no = Nein
admin-why-about = { $person }: { $action } von { $resource }
admin-why-granted = Hier gegeben durch: { $by }.
admin-why-granted-by-policy = Eine Richtlinie erlaubt es hier: { $by }.
admin-why-no-grant = Keine Rolle dieser Person gibt es, und keine Richtlinie.
admin-why-outside-scope = Eine Rolle gibt es, aber nicht dort, wo diese Ressource ist: { $by }.
admin-why-forbidden-by-policy = Eine Richtlinie verbietet es hier, was auch immer Rollen geben: { $by }.
admin-why-policy-error = Eine Richtlinie konnte nicht ausgewertet werden, deshalb ist nichts erlaubt: { $by }.
admin-why-unusable-attribute = Ein Attribut der Person oder der Ressource hat einen Wert, mit dem Richtlinien nicht umgehen können.
admin-why-subject-inactive = Das Konto oder seine Organisation ist nicht aktiv.
admin-why-other-organisation = Die Ressource gehört einer anderen Organisation.
admin-why-application-retired = Die Anwendung ist stillgelegt. Sie gibt nichts, bis sie wieder in Betrieb genommen wird.
admin-why-cures = Was die Antwort ändern würde
admin-why-cure-wait = Nichts als warten: Am { $date } beginnt eine Rolle zu gelten.
admin-why-cure-give = Eine dieser Rollen, überall gegeben: { $roles }.
admin-why-cure-give-in = Eine dieser Rollen, gegeben in { $places }: { $roles }.
admin-why-cure-policy = Eine andere Richtlinie: Solange { $policies } gilt, hilft nichts, was der Person gegeben wird.
admin-why-cure-activate = Ein aktives Konto in einer aktiven Organisation.
admin-why-cure-restore = Die Anwendung wieder in Betrieb nehmen.
admin-why-counts = Gilt hier
admin-why-elsewhere = Gilt anderswo
admin-why-later = Hat noch nicht begonnen
admin-why-others = Wer das darf
admin-why-person = Zur Person
admin-why-as-of = So, wie es war am
admin-why-as-of-hint = Ein Tag wie 2026-11-20 (sein Anfang, UTC) oder ein Zeitpunkt wie 2026-11-20T14:00:00Z. Leer: jetzt.
admin-why-was = So, wie es war am { $date }.
admin-why-wrong-as-of = Ein Tag oder Zeitpunkt in der Vergangenheit wird gebraucht, etwa 2026-11-20 oder 2026-11-20T14:00:00Z.
admin-why-step-up-required = Ja, sobald mehr oder noch einmal bewiesen ist, wer es ist: { $by } verlangt es.
admin-why-cure-phishing-resistant = Eine Anmeldung mit Passkey oder Sicherheitsschlüssel, die nicht abgefangen werden kann.
admin-why-cure-two = Eine Anmeldung mit zweitem Faktor.
admin-why-cure-one = Eine Anmeldung.
admin-why-cure-fresh = { $count ->
    [one] Sie zählt eine Minute lang.
   *[other] Sie zählt { $count } Minuten lang.
}

admin-who-title = Wer darf
admin-who-what = Wer etwas darf, und durch welche Rollen und Richtlinien: genau die, bei denen eine Anwendung ein Ja erfährt. Wer gefragt hat, wird aufgezeichnet.
admin-who-state = Alle, die etwas dürfen, und wodurch
admin-who-about = { $action } von { $resource }
admin-who-subjects = Wer gesucht wird
admin-who-people = Personen
admin-who-service-accounts = Dienstkonten
admin-who-nobody = Niemand darf das.
admin-who-none-yet = Niemand von denen, die geprüft wurden. Es sind noch mehr zu prüfen.
admin-who-next = Weiter
