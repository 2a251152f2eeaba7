// Draws one operation, and the overview of all.

import { bodyOf, contentOf, nameOf, resolved } from "./contract.js";
import { block, el, inline, method, prose, unfold } from "./elements.js";
import { addressView, requestView } from "./request.js";
import { sampleOf, written } from "./sample.js";
import { limits, schemaView, typeOf } from "./schema.js";

/** The description of an operation, and next to it the form to try it. */
export function operationView(entry) {
  const { operation } = entry;
  const body = bodyOf(operation);
  return el("article", { class: "operation" },
    el("div", { class: "description" },
      el("p", { class: "quiet" }, el("a", { href: `#tag/${encodeURIComponent(entry.tag)}` }, entry.tag)),
      el("h1", null, entry.title, " ", el("a", { class: "anchor", href: `#${entry.id}`, "aria-label": "Link to this operation" }, "#")),
      addressView(entry),
      prose(operation.description),
      el("p", { class: "quiet" }, el("code", null, entry.id), operation.deprecated ? " · deprecated" : ""),
      parametersView(entry.parameters),
      body ? [el("h2", null, "Body"), contentView(body, false)] : null,
      el("h2", null, "Responses"),
      Object.entries(operation.responses ?? {}).map(([status, answer]) => answerView(status, resolved(answer)))),
    requestView(entry));
}

function parametersView(parameters) {
  if (!parameters.length) return null;
  return [el("h2", null, "Parameters"), el("ul", { class: "members" }, parameters.map(parameterView))];
}

function parameterView({ name, in: place, schema, required: isRequired, description }) {
  return el("li", null,
    el("div", null, el("code", { class: "name" }, name), " ", el("span", { class: "type" }, `${typeOf(schema)}, ${place}`),
      isRequired ? el("span", { class: "required" }, "required") : null),
    description ? el("div", null, inline(description)) : null,
    limits(schema));
}

function answerView(status, answer) {
  const content = contentOf(answer);
  const title = el("span", null, el("strong", { class: `status s${status[0]}` }, status), " ", inline(answer.description));
  const body = () => (content ? contentView(content, true) : el("p", { class: "quiet" }, "No body."));
  return unfold(title, () => [headersView(answer.headers), body()].filter(Boolean), status.startsWith("2"));
}

function headersView(headers) {
  const known = Object.entries(headers ?? {});
  if (!known.length) return null;
  return el("ul", { class: "members" }, known.map(([name, header]) => el("li", null,
    el("code", { class: "name" }, name), " ", el("span", { class: "type" }, "header"), el("div", null, inline(resolved(header).description)))));
}

/** A body: its schema and an example. The example of an answer has every member. */
function contentView(content, whole) {
  if (!/json/.test(content.kind)) return el("p", null, el("code", null, content.kind));
  return el("div", null,
    el("p", { class: "quiet" }, content.kind, nameOf(content.schema) ? ` · ${nameOf(content.schema)}` : ""),
    schemaView(content.schema ?? {}),
    unfold("Example", () => block("Example", written(sampleOf(content, whole))), true));
}

/** What the service is, and every operation by its tag. */
export function overview(contract, entries) {
  const byTag = Map.groupBy(entries, (entry) => entry.tag);
  const descriptions = new Map((contract.tags ?? []).map((tag) => [tag.name, tag.description]));
  return el("article", { class: "overview" },
    el("p", { id: "unknown", class: "problem", role: "alert" }),
    el("h1", null, `${contract.info.title} API`),
    prose(contract.info.description),
    [...byTag].map(([tag, inside]) => groupView(tag, descriptions.get(tag), inside)));
}

function groupView(tag, description, entries) {
  const link = (entry) => el("a", { href: `#${entry.id}` },
    method(entry.method), el("span", null, entry.title), el("code", { class: "quiet" }, entry.path));
  return el("section", { id: `tag/${tag}` },
    el("h2", null, el("a", { href: `#tag/${encodeURIComponent(tag)}` }, tag)),
    prose(description),
    el("ul", { class: "operations" }, entries.map((entry) => el("li", null, link(entry)))));
}
