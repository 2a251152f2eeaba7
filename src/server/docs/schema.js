// Draws a schema: its members with types, limits and descriptions. Nested members are drawn when they are opened.

import { nameOf, plain } from "./contract.js";
import { el, inline, unfold } from "./elements.js";

/** The bounds that come in pairs, and what they count. */
const BOUNDS = [["minimum", "maximum", ""], ["minLength", "maxLength", " characters"], ["minItems", "maxItems", " items"]];

/** The type of a schema in words. */
export function typeOf(schema) {
  const known = plain(schema);
  if (known.choices) return known.choices.map((choice) => nameOf(choice) ?? typeOf(choice)).join(" or ");
  const format = known.format ? ` (${known.format})` : "";
  return ownType(known, schema) + format + (known.nullable ? " or null" : "");
}

function ownType(known, schema) {
  if (known.type === "array") return `list of ${typeOf(known.items ?? {})}`;
  if (known.type === "object") return nameOf(schema) ?? "object";
  return known.type ?? "anything";
}

/** What limits a value: its bounds, its form, its values. */
export function limits(schema) {
  const known = plain(schema);
  const found = BOUNDS.map(([least, most, unit]) => bound(known[least], known[most], unit)).filter(Boolean);
  if (known.pattern) found.push(["matches ", el("code", null, known.pattern)]);
  if (known.default !== undefined && known.default !== null) found.push(["default ", el("code", null, String(known.default))]);
  const values = known.enum ?? plain(known.items ?? {}).enum;
  if (values) found.push(["one of ", values.flatMap((value, index) => [index ? ", " : "", el("code", null, String(value))])]);
  if (!found.length) return null;
  return el("div", { class: "limits quiet" }, found.map((words) => el("span", { class: "limit" }, [words].flat(2))),
    meaningsView(known.meanings ?? plain(known.items ?? {}).meanings));
}

/** What each value of an enumeration means. */
function meaningsView(meanings) {
  if (!meanings?.length) return null;
  const lines = () => el("ul", null, meanings.map(([value, meaning]) => el("li", null, el("code", null, value), " ", inline(meaning))));
  return unfold("Values", lines);
}

function bound(least, most, unit) {
  const [from, to] = [least ?? null, most ?? null];
  if (from === null && to === null) return null;
  if (to === null) return `at least ${from}${unit}`;
  return from === null || from === to ? `${from === null ? "at most " : ""}${to}${unit}` : `${from} to ${to}${unit}`;
}

/** A schema as a list of its members, or one line when it has none. */
export function schemaView(schema) {
  const known = plain(schema);
  if (known.choices) return known.choices.map((choice) => unfold(nameOf(choice) ?? typeOf(choice), () => schemaView(choice)));
  if (known.type === "array") return el("div", null, el("p", { class: "quiet" }, typeOf(schema)), schemaView(known.items ?? {}));
  const isRequired = (name) => Boolean(known.required?.includes(name));
  const members = Object.entries(known.properties ?? {}).sort(([one], [other]) => isRequired(other) - isRequired(one));
  if (!members.length) return el("div", null, el("span", { class: "type" }, typeOf(schema)), limits(schema));
  return el("ul", { class: "members" }, members.map(([name, member]) => memberView(name, member, isRequired(name))));
}

function memberView(name, schema, isRequired) {
  const known = plain(schema);
  return el("li", null,
    el("div", null, el("code", { class: "name" }, name), " ", el("span", { class: "type" }, typeOf(schema)),
      isRequired ? el("span", { class: "required" }, "required") : null),
    known.description ? el("div", null, inline(known.description)) : null,
    limits(schema),
    hasInside(known) ? unfold("Members", () => schemaView(known.type === "array" ? known.items : schema)) : null);
}

function hasInside(known) {
  if (known.choices) return known.choices.some((choice) => hasInside(plain(choice)));
  return Boolean(known.properties) || (known.type === "array" && hasInside(plain(known.items ?? {})));
}
