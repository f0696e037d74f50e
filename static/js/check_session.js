// The frame of a session check (OpenID Connect Session Management 1.0 section 3.2): an application's page asks whether the
// person at this browser is still the one it knows; answered with one word, never with who that is.
"use strict";

const name = document.currentScript.dataset.cookie;

function browserState() {
    const pairs = document.cookie.split(";").map((pair) => pair.trim().split("="));
    const found = pairs.find(([known]) => known === name);
    return found === undefined ? "" : found[1];
}

function base64url(bytes) {
    const text = String.fromCharCode(...bytes);
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function digest(text) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return base64url(new Uint8Array(bytes));
}

async function answer(origin, message) {
    const parts = typeof message === "string" ? message.split(" ") : [];
    const state = (parts[1] ?? "").split(".");
    const [hash, salt] = state;
    if (parts.length !== 2 || parts[0] === "" || state.length !== 2 || !hash || !salt) {
        return "error";
    }
    const expected = await digest([parts[0], origin, browserState(), salt].join(" "));
    return expected === hash ? "unchanged" : "changed";
}

window.addEventListener("message", async (event) => {
    if (event.source === null || event.source === window) {
        return;
    }
    let word = "error";
    try {
        word = await answer(event.origin, event.data);
    } finally {
        event.source.postMessage(word, event.origin);
    }
});
