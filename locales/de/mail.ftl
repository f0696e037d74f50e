# Mails an Personen.

mail-greeting = Guten Tag { $name },
mail-foot = Diese Mail ging an { $address }, weil Ihnen ein Konto bei { $issuer } gehört. Ein Programm hat sie geschrieben: Antworten liest niemand.
mail-to = An
mail-at = Geschrieben
mail-outbox-title = Mails
mail-outbox-what = Diese Vorführung verschickt keine Mails. Was sie verschicken würde, steht hier, das Neueste zuerst.
mail-outbox-none = Noch gibt es keine Mail.
mail-outbox-back = Alle Mails

notice-account = Konto
notice-when = Wann
notice-browser = Browser
notice-address-of = Adresse
notice-by = Durch
notice-by-administrator = Verwaltung
notice-fine = Wenn Sie davon wissen, ist nichts zu tun.
notice-not-me = Das war ich nicht
notice-not-me-what = Der Link öffnet eine Seite, auf der Sie alle Sitzungen beenden und das Konto anhalten lassen können, bis die Verwaltung Ihnen geholfen hat. Er gilt einmal, drei Tage lang.

notice-new-device-subject = Anmeldung mit einem neuen Browser
notice-new-device = Jemand hat sich bei Ihrem Konto mit einem Browser angemeldet, den Sie hier noch nicht benutzt haben.
notice-password-subject = Ihr Passwort wurde geändert
notice-password = Das Passwort Ihres Kontos wurde geändert.
notice-authenticator-added-subject = Eine Authenticator-App kam hinzu
notice-authenticator-added = Ihrem Konto wurde eine Authenticator-App hinzugefügt. Mit ihren Codes und Ihrem Passwort meldet sich an, wer sie hat.
notice-authenticator-removed-subject = Eine Authenticator-App wurde entfernt
notice-authenticator-removed = Eine Authenticator-App wurde aus Ihrem Konto entfernt.
notice-passkey-added-subject = Ein Passkey kam hinzu
notice-passkey-added = Ihrem Konto wurde ein Passkey hinzugefügt. Wer ihn hat, kann sich damit anmelden.
notice-passkey-removed-subject = Ein Passkey wurde entfernt
notice-passkey-removed = Ein Passkey wurde aus Ihrem Konto entfernt.
notice-codes-made-subject = Neue Wiederherstellungscodes
notice-codes-made = Für Ihr Konto wurden neue Wiederherstellungscodes gemacht. Die früheren gelten nicht mehr.
notice-code-used-subject = Ein Wiederherstellungscode wurde benutzt
notice-code-used = { $count ->
    [0] Mit einem Wiederherstellungscode hat sich jemand bei Ihrem Konto angemeldet. Es war der letzte: Machen Sie neue.
    [one] Mit einem Wiederherstellungscode hat sich jemand bei Ihrem Konto angemeldet. Einer ist übrig.
   *[other] Mit einem Wiederherstellungscode hat sich jemand bei Ihrem Konto angemeldet. { $count } sind übrig.
}
notice-locked-subject = Viele vergebliche Anmeldungen
notice-locked = Jemand hat für Ihr Konto viele Male hintereinander falsche Passwörter oder Codes angegeben. Eine Weile lang wird nun keines angenommen.
notice-wrong-codes-subject = Falsche Codes nach Ihrem Passwort
notice-wrong-codes = Jemand, der am Passwort Ihres Kontos schon vorbei war, hat mehrmals hintereinander falsche Codes eingegeben. Wenn Sie es nicht waren, kennt jemand Ihr Passwort oder hat ein Gerät, auf dem Sie angemeldet sind.
notice-unfinished-subject = Ihr Passwort wurde eingegeben, danach nichts mehr
notice-unfinished = Jemand hat mit einem Browser, den Sie hier noch nicht benutzt haben, das richtige Passwort Ihres Kontos eingegeben und die Anmeldung nicht beendet. Wenn Sie es nicht waren, kennt jemand Ihr Passwort.
notice-unusual-subject = Eine ungewöhnliche Anmeldung
notice-unusual = Jemand hat sich bei Ihrem Konto angemeldet, und vieles daran ist für Sie ungewöhnlich, etwa der Ort, die Zeit oder der Browser.
notice-unusual-refused-subject = Eine ungewöhnliche Anmeldung wurde abgelehnt
notice-unusual-refused = Jemand, der sich als Sie ausgewiesen hat, wollte sich bei Ihrem Konto anmelden. Vieles daran war für Sie ungewöhnlich, etwa der Ort, die Zeit oder der Browser, und eine Regel Ihrer Organisation hat es abgelehnt.
notice-passkey-copied-subject = Einer Ihrer Passkeys wurde vielleicht kopiert
notice-passkey-copied = Ein Passkey Ihres Kontos wurde abgelehnt: Er zählte weniger Verwendungen als zuvor, wie es eine Kopie täte. Entfernen Sie ihn, wenn er nicht in Ihren Händen ist, und legen Sie einen neuen an.
notice-address-subject = Ihre E-Mail-Adresse wurde geändert
notice-address = Die E-Mail-Adresse Ihres Kontos ist jetzt { $address }. Dorthin gehen Mails von nun an.
notice-recovery-begun-subject = Ihr Konto wird wiederhergestellt
notice-recovery-begun = Es wurde ein Einmal-Link ausgestellt, mit dem das Konto ein neues Passwort und neue Passkeys bekommen kann. Die alten enden damit.
notice-recovered-subject = Ihr Konto wurde wiederhergestellt
notice-recovered = Ihr Konto hat ein neues Passwort oder einen neuen Passkey, gesetzt über einen Einmal-Link. Was vorher da war, gilt nicht mehr.

break-glass-subject = Ein Notfallkonto wurde benutzt
break-glass-sign-in = Jemand hat sich mit einem Konto angemeldet, das für Notfälle da ist.
break-glass-pass = Jemand hat einen Link benutzt, um neue Faktoren für ein Notfallkonto einzurichten.
break-glass-attempt = Jemand versucht, sich mit einem Konto für Notfälle anzumelden: Passwörter oder Codes waren falsch.
break-glass-attempt-subject = Anmeldeversuche bei einem Notfallkonto
break-glass-unmarked = Jemand hat einem Notfallkonto das Kennzeichen genommen: Was damit getan wird, wird von nun an nicht mehr gemeldet.
break-glass-client = Anwendung
break-glass-do = Wenn Sie von keinem Notfall wissen, beenden Sie seine Sitzungen und finden Sie heraus, wer es war. Halten Sie in jedem Fall fest, was Sie finden.
break-glass-review = Prüfen

recovery-rule-subject = Wer einer Wiederherstellung zustimmen muss, ist geändert
recovery-rule-what = Es wurde geändert, vor wessen Wiederherstellung zwei Personen aus der Verwaltung zustimmen müssen. Wer allein hilft, könnte ein Konto übernehmen.
recovery-rule-before = Vorher
recovery-rule-after = Jetzt
recovery-rule-nobody = niemand
recovery-rule-administrators = wer ein Recht über Doorward hat
recovery-rule-everybody = alle
recovery-rule-counts = Gilt ab
recovery-rule-do = Wenn Sie nicht wissen, warum, fragen Sie die anderen in der Verwaltung; das Prüfprotokoll nennt, wer es war.
recovery-rule-look = Ansehen

alarm-subject = Jemand meldet: Das war ich nicht
alarm-what = Die Person, der ein Konto gehört, hat in einer Mail „Das war ich nicht“ gewählt. Das Konto ist gesperrt: Seine Sitzungen sind beendet, sein Passwort ist wertlos.
alarm-about = Darum ging es in der Mail
alarm-do = Sprechen Sie persönlich mit ihr, und helfen Sie dann, neue Faktoren einzurichten. Bis dahin kommt niemand hinein.
alarm-help = Helfen

waits-subject = Hilfe für ein Konto wartet auf Ihre Zustimmung
waits-what = Jemand anderes aus der Verwaltung hat einen einmaligen Link für jemanden verlangt, der sich nicht mehr anmelden kann. Bevor er ausgestellt wird, müssen zwei zustimmen.
waits-reason = Grund
waits-by = Verlangt von
waits-do = Vergewissern Sie sich, dass wirklich diese Person darum bittet, und stimmen Sie zu, oder nehmen Sie es zurück.
waits-link = Ansehen
