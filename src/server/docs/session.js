// Who is signed in on this page. The tokens are in a variable and in no storage: they are gone when the page is left or loaded again.

import { addressOf } from "./contract.js";
import { el } from "./elements.js";

const at = (id) => document.getElementById(id);

let session = null;

function keep(changed) {
  session = changed;
  show();
}

function show() {
  at("who").textContent = session ? session.who : "";
  at("sign-out").hidden = !session;
  at("sign-in").hidden = Boolean(session);
  document.dispatchEvent(new Event("session"));
}

/** Whether requests carry a token. */
export const isSignedIn = () => Boolean(session);

/** The token to send with a request; exchanged for a new one when it is about to expire. */
export async function token() {
  if (!session?.refresh || Date.now() < session.until) return session?.access ?? null;
  const { refresh, who } = session;
  const answer = await post("refreshSession", { refresh_token: refresh });
  keep(answer.ok ? { ...tokens(await answer.json()), who } : null);
  return session?.access ?? null;
}

/** Calls an operation by its id: the document has its address. */
function post(id, body) {
  return fetch(addressOf(id), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** Ten seconds early, so that a token does not expire on its way. */
function tokens(signed) {
  const until = Date.now() + (signed.expires_in - 10) * 1000;
  return { id: signed.session_id, access: signed.access_token, refresh: signed.refresh_token, until };
}

/** Ends the session. One that began here is also ended at the service: its tokens could still be used if they were only removed here. */
async function end() {
  const { id } = session;
  const access = await token().catch(() => null);
  keep(null);
  if (!id || !access) return;
  const address = addressOf("signOut").replace("{id}", id);
  await fetch(address, { method: "DELETE", headers: { Authorization: `Bearer ${access}` } }).catch(() => null);
}

async function byPassword(form) {
  const { email, password } = Object.fromEntries(new FormData(form));
  const answer = await post("signIn", { email, password, device: "API documentation" });
  const body = await answer.json();
  if (!answer.ok) return body.detail ?? body.title ?? `Answered with ${answer.status}.`;
  keep({ ...tokens(body), who: `${email} (${body.role.replaceAll("_", " ")})` });
  return null;
}

function byToken(form) {
  const access = new FormData(form).get("token").trim().replace(/^bearer\s+/i, "");
  // It is sent in a header, and the browser refuses characters that a token does not have.
  if (!/^[\w.~+/=-]+$/.test(access)) return "This is not an access token.";
  keep({ access, who: "with a token" });
  return null;
}

function listen(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await Promise.resolve(act(form)).catch((error) => error.message);
    at("session-problem").textContent = problem ?? "";
    if (!problem) {
      form.reset();
      at("session").close();
    }
  });
}

/** Opens the form to sign in. */
export function ask() {
  at("session-problem").textContent = "";
  at("session").showModal();
}

/** A line with a button to sign in, or that a token is sent. */
export function hint() {
  return isSignedIn()
    ? el("p", { class: "quiet" }, "Your token is sent.")
    : el("p", { class: "quiet" }, "Needs a token: ", el("button", { type: "button", class: "link", click: ask }, "sign in"), " first.");
}

/** Connects the buttons and forms of the page. */
export function start() {
  at("sign-in").addEventListener("click", ask);
  at("sign-out").addEventListener("click", end);
  at("session-close").addEventListener("click", () => at("session").close());
  listen(at("by-password"), byPassword);
  listen(at("by-token"), byToken);
  show();
}
