# Sätze aller Seiten: der Rahmen, und Seiten, die sagen, was schiefging.

frame-product = Doorward
frame-skip = Zum Inhalt springen
frame-languages = Sprache

error-request-title = Das hat nicht geklappt
error-request-what = Die Anfrage war unvollständig oder nicht lesbar.
error-request-next = Gehen Sie zur Anwendung zurück und beginnen Sie von vorn. Wenn es wieder geschieht, nennen Sie deren Support die Referenz unten.
error-forbidden-title = Das ist hier nicht möglich
error-forbidden-what = Diese Seite ist für Sie nicht freigegeben.
error-forbidden-next = Gehen Sie zur Anwendung zurück und melden Sie sich mit dem richtigen Konto an, oder bitten Sie Ihre Administration um Zugang.
error-stale-title = Diese Seite ist nicht mehr aktuell
error-stale-what = Diese Seite war zu lange offen, oder ein anderer Tab oder ein Neustart des Browsers hat sie abgelöst. Es wurde nichts geändert.
error-stale-next = Öffnen Sie die Anwendung in diesem Tab und beginnen Sie von vorn. Was Sie anderswo getan haben, bleibt bestehen.
error-not-found-title = Diese Seite gibt es nicht
error-not-found-what = Vielleicht ist die Adresse falsch geschrieben oder die Seite umgezogen.
error-not-found-next = Prüfen Sie die Adresse, oder gehen Sie zu der Anwendung zurück, von der Sie kamen.
error-method-title = So lässt sich diese Seite nicht öffnen
error-method-what = Die Adresse gibt es, aber nicht für diese Art von Anfrage.
error-method-next = Gehen Sie zur Anwendung zurück und beginnen Sie von vorn.
error-too-large-title = Das war zu viel auf einmal
error-too-large-what = Was gesendet wurde, ist größer, als der Server annimmt.
error-too-large-next = Gehen Sie zurück, kürzen Sie Ihre Eingabe und senden Sie sie noch einmal.
error-type-title = Das kann der Server nicht lesen
error-type-what = Was gesendet wurde, hat ein Format, das diese Seite nicht annimmt.
error-type-next = Gehen Sie zur Anwendung zurück und beginnen Sie von deren Seite aus neu.
error-too-many-title = Bitte warten Sie einen Moment
error-too-many-what = Es gab in kurzer Zeit zu viele Versuche.
error-too-many-next = Warten Sie eine Minute, gehen Sie dann zurück und versuchen Sie es erneut.
error-fault-title = Bei uns ist etwas schiefgegangen
error-fault-what = Der Fehler liegt bei uns, nicht bei Ihnen. Es wurde nichts geändert.
error-fault-next = Versuchen Sie es in einigen Minuten noch einmal. Wenn es so bleibt, nennen Sie dem Support die Referenz unten.
error-busy-title = Wir sind gleich wieder da
error-busy-what = Der Dienst ist stark ausgelastet oder startet neu. Es wurde nichts geändert.
error-busy-next = Warten Sie einige Sekunden und laden Sie die Seite neu.
error-correlation = Referenz: { $id }
