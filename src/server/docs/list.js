// The list of operations at the side, grouped by tag, and the search in it.

import { el, method } from "./elements.js";

/** Draws the list. A group is open when it has results of the search or contains the current operation. */
export function drawList(place, entries, words, current) {
  const terms = words.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text) => terms.every((word) => text.toLowerCase().includes(word));
  // A search for appointments shows the group of that name first, and the operations that only mention them last.
  const named = (entry) => terms.length > 0 && has(entry.tag);
  const near = entries.filter((entry) => has(entry.near)).sort((one, other) => named(other) - named(one));
  const far = entries.filter((entry) => !has(entry.near) && has(`${entry.near} ${entry.far}`));
  const shown = current ?? entries[0];
  const groups = [...Map.groupBy(near, (entry) => entry.tag)].map(([tag, inside]) =>
    group(tag, inside, current, terms.length > 0 || shown?.tag === tag));
  if (far.length) groups.push(group("Mentioned in descriptions", far, current, true));
  place.replaceChildren(...groups);
  place.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  return { found: near.length + far.length, first: near[0] ?? far[0] };
}

function group(title, entries, current, isOpen) {
  return el("details", { open: isOpen },
    el("summary", null, title, el("span", { class: "quiet count" }, String(entries.length))),
    el("ul", null, entries.map((entry) => el("li", null, link(entry, current)))));
}

function link(entry, current) {
  const marks = { title: `${entry.method.toUpperCase()} ${entry.path}`, "aria-current": entry === current ? "page" : null };
  return el("a", { href: `#${entry.id}`, ...marks }, method(entry.method), el("span", null, entry.title));
}
