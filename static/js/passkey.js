// Passkeys: shows the page's passkey form where the browser knows them, lets it ask, and sends the answer; tells the keeper
// of passkeys what became of them.
const known = window.PublicKeyCredential;
if (known) {
  for (const form of document.querySelectorAll("form[data-passkey]")) serve(form);
  for (const told of document.querySelectorAll("[data-passkey-signal]")) signal(told.dataset);
}
// Whether this browser could make one: asked before a sign-in offers to.
const possible = document.querySelector("input[name=passkeys]");
if (possible && known) {
  known.isUserVerifyingPlatformAuthenticatorAvailable?.().then((can) => (possible.value = can ? "yes" : ""));
}

function serve(form) {
  const creates = form.dataset.passkey === "create";
  const options = read(JSON.parse(form.dataset.options));
  let waiting = new AbortController();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask({});
  });
  offer();

  // What the browser offers in the field of the username, without a word (WebAuthn section 5.1.4).
  async function offer() {
    if (creates || !document.querySelector("input[autocomplete~=webauthn]")) return;
    if (await known.isConditionalMediationAvailable?.()) ask({ mediation: "conditional" });
  }

  async function ask(more) {
    // One request at a time: the one that waits in the fields gives way.
    waiting.abort();
    waiting = new AbortController();
    const request = { publicKey: options, signal: waiting.signal, ...more };
    if (!more.mediation) for (const said of form.querySelectorAll("[data-said]")) said.hidden = true;
    try {
      const credentials = navigator.credentials;
      const made = await (creates ? credentials.create(request) : credentials.get(request));
      form.elements.answer.value = JSON.stringify(written(made));
      sessionStorage.setItem("passkey", made.id);
      form.submit();
    } catch (error) {
      if (error.name === "AbortError" || more.mediation) return;
      // Cancelled, or nothing fits: the person may try again, or go another way.
      const present = error.name === "InvalidStateError" && form.querySelector("[data-said=present]");
      (present || form.querySelector("[data-said=failed]")).hidden = false;
      offer();
    }
  }
}

// What the keeper of passkeys should know (WebAuthn section 5.1.10): which there are, whose, and which one is not known here.
function signal({ passkeySignal, options }) {
  const told = JSON.parse(options);
  if (passkeySignal === "signalUnknownCredential") told.credentialId = sessionStorage.getItem("passkey");
  known[passkeySignal]?.(told).catch(() => {});
}

// The options as the browser takes them: what is base64url there is bytes here.
function read(options) {
  const parse = options.rp ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (known[parse]) return known[parse](options);
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
