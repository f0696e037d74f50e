// Sends the form of the page on; it carries an answer to an application.
document.querySelector("form[data-send]")?.submit();
