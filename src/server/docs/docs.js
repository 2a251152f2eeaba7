// The page of the API: reads the document and shows the operation that the address names. Every operation has its own link.

import { load, operations } from "./contract.js";
import { el } from "./elements.js";
import { drawList } from "./list.js";
import { operationView, overview } from "./operation.js";
import { start as startSession } from "./session.js";

const at = (id) => document.getElementById(id);
const search = at("search");
const main = at("main");

let contract;
let entries = [];
/** Whether the overview is shown. It is long, so a link to a tag only scrolls. */
let isOverview = false;

/** The name after the `#`. What cannot be decoded, such as a single `%`, is a name as it is. */
function named() {
  const name = location.hash.slice(1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const current = () => entries.find((entry) => entry.id === named());

function list() {
  const words = search.value.trim();
  const { found } = drawList(at("list"), entries, words, current());
  at("found").textContent = words ? `${found} of ${entries.length} operations` : `${entries.length} operations`;
}

function show() {
  const entry = current();
  if (entry) main.replaceChildren(operationView(entry));
  else if (!isOverview) main.replaceChildren(overview(contract, entries));
  isOverview = !entry;
  document.title = entry ? `${entry.title} · ${contract.info.title} API` : `${contract.info.title} API`;
  list();
  const section = entry ? null : at(named());
  if (!entry) at("unknown").textContent = section || !named() ? "" : `There is no operation with the name ${named()}.`;
  if (section) section.scrollIntoView();
  else main.scrollTo(0, 0);
  // On a narrow page the list is above: what was chosen is shown.
  if (entry) main.scrollIntoView();
}

/** Keyboard: a slash focuses the search, Enter opens the first result, Escape clears the search. */
function keys(event) {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    search.focus();
  } else if (event.target === search && event.key === "Enter") {
    at("list").querySelector("a")?.click();
  } else if (event.target === search && event.key === "Escape") {
    search.value = "";
    list();
  }
}

function listen() {
  search.addEventListener("input", list);
  document.addEventListener("keydown", keys);
  addEventListener("hashchange", () => {
    show();
    main.focus({ preventScroll: true });
  });
  at("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
}

async function start() {
  startSession();
  contract = await load();
  entries = operations();
  at("version").textContent = contract.info.version;
  listen();
  show();
}

start().catch((error) => main.replaceChildren(el("p", { class: "problem", role: "alert" }, `The page cannot be shown: ${error.message}`)));
