// The form to try an operation: it is filled in with examples and sent to this service, and the answer is shown.

import { base, bodyOf, isSecured, plain, secretMembers } from "./contract.js";
import { block, el, method } from "./elements.js";
import { sample, sampleOf, written } from "./sample.js";
import { hint, token } from "./session.js";

/** The form of an operation. */
export function requestView(entry) {
  const body = bodyOf(entry.operation);
  const fields = entry.parameters.map((parameter) => ({ parameter, input: inputOf(parameter) }));
  const text = body ? el("textarea", { spellcheck: "false", "aria-label": "Body" }) : null;
  if (text) fill(text, body, false);
  const form = { entry, fields, text, kind: body?.kind };
  const curl = block("Command", "", { class: "curl" });
  const answer = el("div", { "aria-live": "polite" });
  const secrets = body ? secretMembers(body.schema) : [];
  const refresh = () => { curl.textContent = asCurl(made(form), secrets); };
  const session = el("div");
  const showSession = () => session.replaceChildren(isSecured(entry.operation) ? hint() : el("p", { class: "quiet" }, "Needs no token."));
  // The listener is removed when the form is no longer in the page.
  document.addEventListener("session", function update() {
    if (session.isConnected) showSession();
    else document.removeEventListener("session", update);
  });
  showSession();
  refresh();
  return el("form", { class: "try", input: refresh, change: refresh, submit: (event) => { event.preventDefault(); send(form, answer); } },
    el("h2", null, "Try it"), session,
    fields.map(fieldView),
    text ? bodyView(body, text, refresh) : null,
    el("button", { class: "primary" }, "Send"),
    answer,
    el("h3", null, "As a command"), curl);
}

function inputOf(parameter) {
  const schema = plain(parameter.schema);
  const values = schema.enum ?? (schema.type === "boolean" ? [true, false] : null);
  const example = parameter.example ?? sample(parameter.schema, false, parameter.name);
  const common = { name: parameter.name, required: parameter.required };
  if (values) {
    const choices = values.map((value) => el("option", { value, selected: parameter.required && value === example }, String(value)));
    return el("select", common, parameter.required ? null : el("option", { value: "" }, "—"), choices);
  }
  const shown = [example].flat().join(",");
  const value = parameter.required ? shown : "";
  return el("input", { ...common, value, placeholder: `e.g. ${shown}`, autocomplete: "off", spellcheck: "false" });
}

function fieldView({ parameter, input }) {
  return el("label", { class: "field" },
    el("span", null, el("code", null, parameter.name), " ", el("span", { class: "type" }, parameter.in),
      parameter.required ? el("span", { class: "required" }, "required") : null),
    input);
}

/** Fills in the example, with one spare line. */
function fill(text, body, whole) {
  text.value = written(sampleOf(body, whole));
  text.rows = Math.min(20, text.value.split("\n").length + 1);
}

function bodyView(body, text, refresh) {
  const filling = (whole) => () => {
    fill(text, body, whole);
    refresh();
  };
  return el("div", null,
    el("div", { class: "row" }, el("strong", null, "Body"), el("span", { class: "quiet" }, body.kind), el("span", { class: "gap" }),
      el("button", { type: "button", class: "link", click: filling(false) }, "example"),
      el("button", { type: "button", class: "link", click: filling(true) }, "every member")),
    text);
}

/** The request that the form describes, without the token. */
function made({ entry, fields, text, kind }) {
  const filled = fields.filter(({ input }) => input.value !== "");
  const of = (place) => filled.filter(({ parameter }) => parameter.in === place).map(({ parameter, input }) => [parameter, input.value]);
  const path = of("path").reduce((path, [{ name }, value]) => path.replace(`{${name}}`, encodeURIComponent(value)), entry.path);
  const query = new URLSearchParams(of("query").flatMap(([parameter, value]) => {
    const isList = plain(parameter.schema).type === "array";
    return isList ? value.split(",").map((one) => [parameter.name, one.trim()]) : [[parameter.name, value]];
  }));
  const headers = Object.fromEntries(of("header").map(([{ name }, value]) => [name, value]));
  if (text?.value) headers["Content-Type"] = kind;
  const address = base() + path + (query.size ? `?${query}` : "");
  return { address, method: entry.method.toUpperCase(), headers, body: text?.value || undefined, isSecured: isSecured(entry.operation) };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A body without the values of secret members. It is read as text, because it need not be valid while it is typed. */
function masked(body, secrets) {
  if (!secrets.length) return body;
  const values = new RegExp(`("(?:${secrets.join("|")})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*("|$)`, "gs");
  return body.replace(values, '$1"…"');
}

/** The same request for a shell. People copy commands to places where others can read them: the token is a variable, and passwords
 * and tokens of the body are left out. */
function asCurl(request, secrets) {
  const lines = [`curl -X ${request.method} ${quoted(new URL(request.address, location.origin).href)}`];
  if (request.isSecured) lines.push('-H "Authorization: Bearer $TOKEN"');
  lines.push(...Object.entries(request.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`));
  if (request.body) lines.push(`-d ${quoted(masked(request.body, secrets))}`);
  return lines.join(" \\\n  ");
}

async function send(form, place) {
  place.replaceChildren(el("p", { class: "quiet" }, "Sending …"));
  try {
    const request = made(form);
    const access = request.isSecured ? await token() : null;
    const headers = access ? { ...request.headers, Authorization: `Bearer ${access}` } : request.headers;
    const begun = performance.now();
    const { address, method, body } = request;
    const answer = await fetch(address, { method, headers, body, cache: "no-store", credentials: "omit" });
    const bytes = await answer.blob();
    place.replaceChildren(...await answerView(answer, bytes, Math.round(performance.now() - begun)));
    place.scrollIntoView({ block: "nearest" });
  } catch (error) {
    place.replaceChildren(el("p", { class: "problem" }, `There was no answer: ${error.message}`));
  }
}

async function answerView(answer, bytes, milliseconds) {
  const kind = answer.headers.get("content-type") ?? "";
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    el("h3", null, "Answer"),
    el("p", null, el("strong", { class: `status s${String(answer.status)[0]}`, id: "status" }, String(answer.status)),
      ` ${answer.statusText} `, el("span", { class: "quiet" }, `${milliseconds} ms, ${bytes.size} bytes`)),
    el("details", null, el("summary", null, "Headers"), block("Headers", headers)),
    bytes.size ? await bodyOfAnswer(kind, bytes) : el("p", { class: "quiet" }, "No body.")
  ];
}

async function bodyOfAnswer(kind, bytes) {
  if (/json/.test(kind)) return block("Body of the answer", written(JSON.parse(await bytes.text())));
  if (/^text\//.test(kind)) return block("Body of the answer", await bytes.text());
  return el("p", null, el("button", { type: "button", class: "link", click: () => save(bytes) }, `Save it (${kind})`));
}

/** Saves a file. The browser keeps it in memory as long as it has an address, so the address is revoked when the file is written. */
function save(bytes) {
  const address = URL.createObjectURL(bytes);
  el("a", { href: address, download: "answer" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The first line of an operation: its method and path. */
export function addressView(entry) {
  return el("p", { class: "address" }, method(entry.method), el("code", null, entry.path));
}
