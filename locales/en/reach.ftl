# Why somebody may do something, and who can.

admin-nav-why = Why
admin-nav-who = Who can

admin-reach-form = The question
admin-reach-action = What is to be done
admin-reach-type = Kind of resource
admin-reach-type-hint = In the words of the application, such as feedback.
admin-reach-id = Its id
admin-reach-id-hint = For instance f-101. Where it does not matter which one, any text.
admin-reach-properties = What is known of it
admin-reach-properties-hint = One a line, such as region = emea. The organisation need not be named.
admin-reach-context = Circumstances
admin-reach-context-hint = What the application tells besides, for policies, one a line. May stay empty.
admin-reach-wrong-action = Choose what is to be done.
admin-reach-wrong-word = The kind and the id of the resource have 1 to 256 characters each.
admin-reach-wrong-line = “{ $what }” cannot be read. Write a name, = and a value, such as region = emea.

admin-why-title = Why, or why not
admin-why-what = Whether somebody may do something, as an application would be told, with what was given to them and what would turn it. Who asked is on record.
admin-why-state = May somebody do something, and why
admin-why-link = Why they may do something
admin-why-yes = Yes
admin-why-no = No
admin-why-about = { $person }: { $action } of { $resource }
admin-why-granted = It is given here by: { $by }.
admin-why-granted-by-policy = A policy permits it here: { $by }.
admin-why-no-grant = No role that they hold gives it, and no policy.
admin-why-outside-scope = A role gives it, but not where this resource is: { $by }.
admin-why-forbidden-by-policy = A policy forbids it here, whatever roles give: { $by }.
admin-why-policy-error = A policy could not be evaluated, so nothing is allowed: { $by }.
admin-why-unusable-attribute = An attribute of the person or of the resource has a value that policies cannot use.
admin-why-subject-inactive = The account or its organisation is not active.
admin-why-other-organisation = The resource belongs to another organisation.
admin-why-application-retired = The application is retired. It gives nothing until it is brought back.
admin-why-cures = What would turn it
admin-why-cure-wait = Nothing but to wait: a grant begins on { $date }.
admin-why-cure-give = One of these roles, given everywhere: { $roles }.
admin-why-cure-give-in = One of these roles, given in { $places }: { $roles }.
admin-why-cure-policy = Another policy: while { $policies } stands, nothing that is given to the person helps.
admin-why-cure-activate = An active account in an active organisation.
admin-why-cure-restore = To bring the application back.
admin-why-counts = Counts here
admin-why-elsewhere = Counts elsewhere
admin-why-later = Has not begun
admin-why-others = Who can do this
admin-why-person = To the person
admin-why-as-of = As it was on
admin-why-as-of-hint = A day such as 2026-11-20 (its beginning, UTC) or a moment such as 2026-11-20T14:00:00Z. Empty: now.
admin-why-was = As it was on { $date }.
admin-why-wrong-as-of = A day or moment in the past is needed, such as 2026-11-20 or 2026-11-20T14:00:00Z.
admin-why-step-up-required = Yes, once more or again is proven of who it is: { $by } asks for it.
admin-why-cure-phishing-resistant = A sign-in with a passkey or security key, which cannot be phished.
admin-why-cure-two = A sign-in with a second factor.
admin-why-cure-one = A sign-in.
admin-why-cure-fresh = { $count ->
    [one] It counts for one minute.
   *[other] It counts for { $count } minutes.
}

admin-who-title = Who can
admin-who-what = Who may do something, and by which roles and policies: exactly those of whom an application would be told yes. Who asked is on record.
admin-who-state = All who may do something, and by what
admin-who-about = { $action } of { $resource }
admin-who-subjects = Who is looked for
admin-who-people = People
admin-who-service-accounts = Service accounts
admin-who-nobody = Nobody may do this.
admin-who-none-yet = Nobody among those who were looked at. There are more to look at.
admin-who-next = Further
