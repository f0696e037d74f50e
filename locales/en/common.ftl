# Sentences of all faces: the frame of pages, and pages that say what went wrong.

frame-product = Doorward
frame-skip = Skip to content
frame-languages = Language

error-request-title = That did not work
error-request-what = The request was incomplete or could not be read.
error-request-next = Go back to the application and start again. If it happens once more, tell its support the reference below.
error-forbidden-title = You cannot do this here
error-forbidden-what = This page is not open to you.
error-forbidden-next = Go back to the application and sign in with the right account, or ask your administrator for access.
error-stale-title = This page is out of date
error-stale-what = This page was open for too long, or another tab or a restart of the browser has taken its place. Nothing was changed.
error-stale-next = Open the application in this tab and start again. What you did elsewhere stays as it is.
error-not-found-title = There is no such page
error-not-found-what = The address may be mistyped, or the page has moved.
error-not-found-next = Check the address, or go back to the application you came from.
error-method-title = This page cannot be opened like that
error-method-what = The address exists, but not for this kind of request.
error-method-next = Go back to the application and start again.
error-too-large-title = That was too much at once
error-too-large-what = What was sent is larger than the server accepts.
error-too-large-next = Go back, shorten what you entered and send it again.
error-type-title = The server cannot read this
error-type-what = What was sent is in a format that this page does not take.
error-type-next = Go back to the application and start again from its own page.
error-too-many-title = Please wait a moment
error-too-many-what = There have been too many attempts in a short time.
error-too-many-next = Wait a minute, then go back and try again.
error-fault-title = Something went wrong on our side
error-fault-what = The mistake is ours, not yours. Nothing was changed.
error-fault-next = Try again in a few minutes. If it stays, tell support the reference below.
error-busy-title = We will be back in a moment
error-busy-what = The service is very busy or restarting. Nothing was changed.
error-busy-next = Wait a few seconds and load the page again.
error-correlation = Reference: { $id }
