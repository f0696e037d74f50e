# Roll-outs of a factor: the mails that remind people, the console's pages, exceptions with an end.

reminder-subject-any = Please set up a second factor
reminder-subject-passkey = Please add a passkey
reminder-last-subject-any = Last day to set up a second factor: { $date }
reminder-last-subject-passkey = Last day to add a passkey: { $date }
reminder-ask-any = { $organisation } asks you to set up a second factor for your account: a passkey, or an authenticator app on your phone. It takes two minutes.
reminder-ask-passkey = { $organisation } asks you to add a passkey to your account: you then sign in with your fingerprint, your face or the PIN of your device. It takes two minutes.
reminder-until = The last day for it is { $date }. After that you are asked for it when you sign in.
reminder-over = The time for it is over: you are asked for it when you next sign in, and set it up on the way.
reminder-passkey = Add a passkey
reminder-authenticator = Set up an authenticator app
reminder-sure = The links lead to your account, where you sign in as always. If you are not sure about this mail, open your account by yourself: it says the same.

admin-nav-roll-outs = Roll-outs
admin-roll-outs-title = Roll-outs
admin-roll-outs-what = A roll-out is a rule that asks people to set up a factor. While its grace runs, mails and their account page remind those who are left; afterwards the sign-in asks, and nobody is locked out.
admin-roll-outs-none = Nothing is rolled out yet.
admin-roll-outs-on = { $count ->
    [0] None is on
    [one] One is on
   *[other] { $count } are on
}
admin-roll-out-title = Roll-out
admin-roll-out-new-title = New roll-out
admin-roll-out-new-what = It becomes a rule, as a draft that does nothing. You can see whom it means before you switch it on.
admin-roll-out-name-hint = So that colleagues find it among the rules.
admin-roll-out-whom = Who
admin-roll-out-whom-hint = All that is filled in must hold; of several entries in one field, one is enough. Leave everything empty for everybody.
admin-roll-out-what = What, and until when
admin-roll-out-what-hint = Mails go to people at the start, at half of the time, three days and one day before its end.
admin-roll-out-start = Start
admin-roll-out-start-hint = The day begins in UTC. Empty: as soon as it is switched on.
admin-roll-out-progress = { $has } of { $people } have it ({ $percent } %)
admin-roll-out-begins = starts on { $date }
admin-roll-out-over = the grace is over, the sign-in asks
admin-roll-out-days = { $count ->
    [one] one day left
   *[other] { $count } days left
}
admin-roll-out-fact-progress = Progress
admin-roll-out-fact-time = Time
admin-roll-out-fact-ends = The grace ends
admin-roll-out-fact-called = All were reminded
admin-roll-out-pause = Pause
admin-roll-out-rule = Change the rule
admin-roll-out-switch-what = Paused, it asks nobody. Switched on again, the grace begins anew.
admin-roll-out-meant = Whom it means
admin-roll-out-has = Have it
admin-roll-out-excepted = Excepted
admin-roll-out-left = Left
admin-roll-out-nobody = Nobody is left.
admin-roll-out-due = until { $date }
admin-roll-out-reminded = reminded on { $date }
admin-roll-out-not-reminded = not reminded yet
admin-roll-out-unreachable = gets no mail: no proven address
admin-roll-out-remind = Remind everybody who is left
admin-roll-out-remind-what = A mail goes to everybody who is left and has a proven address. You can do this once a day.
admin-roll-out-done-reminded = The mails are on their way.
admin-roll-out-wrong-not-running = It is not on yet, so that nobody is to be reminded.
admin-roll-out-wrong-no-mail = No mail is sent from here. The operator can set it up.
admin-roll-out-wrong-too-soon = Everybody was reminded a short while ago. You can do it again from { $date } on.
admin-coverage-roll-outs = Roll-outs

admin-exceptions = Exceptions with an end
admin-exceptions-what = The rule passes over these people until their day is over. Everybody who may see rules sees this list, and each change of it is on record.
admin-exceptions-none = There is none.
admin-exception-until-day = until the end of { $date }
admin-exception-why = { $reason } (given by { $by })
admin-exception-operator = the operator
admin-exception-end = End
admin-exception-end-of = End the exception of { $person }
admin-exception-new = Make an exception
admin-exception-person = User name
admin-exception-until = Last day
admin-exception-until-hint = Within a year. The day ends in UTC.
admin-exception-reason = Reason
admin-exception-reason-hint = It is kept with your name.
admin-exception-give = Make the exception
admin-exception-done-given = The exception holds.
admin-exception-done-ended = The exception is ended.
admin-exception-wrong-day = Write the last day as a date, like 2026-12-31.
admin-exception-wrong-past = This day is over already.
admin-exception-wrong-far = An exception lasts a year at most. Renew it when it ends.
admin-exception-wrong-reason = Write a reason, of at most 200 characters.
admin-exception-wrong-many = There are too many exceptions from this rule. Name a group under “Unless” instead.
admin-exception-wrong-none = There is no exception for this person any more.

admin-rule-start = Start
admin-rule-start-hint = A day or a moment: 2026-12-01 or 2026-12-01T09:00:00Z. Before it the rule asks nothing. Empty: at once.
admin-rule-from = from { $date } on
admin-rule-wrong-start = Write the start as a day or a moment, like 2026-12-01 or 2026-12-01T09:00:00Z.
admin-rule-wrong-start-far = The start lies more than a year ahead.
admin-rule-excepted = Not until the end of the day: { $who }
