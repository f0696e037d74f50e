// Passkeys: shows the page's passkey form where the browser knows them, lets it ask, and sends the answer.
const form = document.querySelector("form[data-passkey]");
if (form && window.PublicKeyCredential) {
  const creates = form.dataset.passkey === "create";
  const options = read(JSON.parse(form.dataset.options));
  const failed = form.querySelector("#passkey-failed");
  let waiting = new AbortController();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    // One request at a time: the one that waits in the fields gives way.
    waiting.abort();
    waiting = new AbortController();
    ask({});
  });
  // What the browser offers in the field of the username, without a word (WebAuthn section 5.1.4).
  const conditional = PublicKeyCredential.isConditionalMediationAvailable?.();
  if (!creates && document.querySelector("input[autocomplete~=webauthn]")) {
    conditional?.then((offers) => offers && ask({ mediation: "conditional" }));
  }

  async function ask(more) {
    const request = { publicKey: options, signal: waiting.signal, ...more };
    failed.hidden = true;
    try {
      const credentials = navigator.credentials;
      const made = await (creates ? credentials.create(request) : credentials.get(request));
      form.elements.answer.value = JSON.stringify(written(made));
      form.submit();
    } catch (error) {
      // Cancelled, or nothing fits: the person may try again, or go another way.
      if (error.name !== "AbortError" && !more.mediation) failed.hidden = false;
    }
  }
}

// The options as the browser takes them: what is base64url there is bytes here.
function read(options) {
  const parse = options.rp ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (PublicKeyCredential[parse]) return PublicKeyCredential[parse](options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const one of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])]) one.id = bytes(one.id);
  return options;
}

// An answer as it is sent.
function written(made) {
  if (made.toJSON) return made.toJSON();
  const { id, type, response } = made;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = Object.fromEntries(parts.filter((name) => response[name]).map((name) => [name, text(response[name])]));
  return { id, rawId: id, type, response: sent, clientExtensionResults: made.getClientExtensionResults() };
}

function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
