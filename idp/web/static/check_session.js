"use strict";
// OpenID Connect Session Management 1.0, section 3.2. A frame of a client asks with
// "<client_id> <session_state>" and is told "unchanged", "changed" or "error".
const cookieName = document.currentScript.dataset.cookie;
const question = /^(.+) ([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{1,64})$/;

function browserState() {
  for (const pair of document.cookie.split("; ")) {
    if (pair.startsWith(`${cookieName}=`)) return pair.slice(cookieName.length + 1);
  }
  return "";
}

async function hashed(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const binary = String.fromCharCode(...new Uint8Array(digest));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function answer(message, origin) {
  const parts = typeof message === "string" ? question.exec(message) : null;
  // Without a secure context around this frame there is nothing to compute with.
  if (!parts || !globalThis.crypto?.subtle) return "error";
  const [, clientId, state, salt] = parts;
  const now = await hashed(`${clientId} ${origin} ${browserState()} ${salt}`);
  return now === state ? "unchanged" : "changed";
}

// "The OP iframe MUST enforce that the caller has the same origin as its parent frame."
function isFromParent(event) {
  if (parent === window || !event.source || event.origin === "null") return false;
  const origins = location.ancestorOrigins;
  if (origins) return event.origin === origins[0];
  // Where the browser does not tell the parent's origin: the parent itself or a frame beside this
  // one. The origin is part of what is hashed in any case.
  return event.source === parent || event.source.parent === parent;
}

addEventListener("message", async (event) => {
  if (!isFromParent(event)) return;
  event.source.postMessage(await answer(event.data, event.origin), event.origin);
});
