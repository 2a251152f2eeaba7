// Elements of the page. Everything from the document or an answer is inserted as text and never as markup, so it cannot run code
// in the page.

/** An element with attributes and children. An attribute that is false or missing is left out; a function listens to an event. */
export function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A sentence with `code` in it. */
export function inline(text) {
  return String(text ?? "").split(/`([^`]+)`/).map((part, index) => (index % 2 ? el("code", null, part) : part));
}

/** The paragraphs of a description: an empty line separates two of them, and the lines of one are joined. */
export function prose(text) {
  return String(text ?? "").split(/\n\s*\n/).filter((part) => part.trim()).map((part) => el("p", null, inline(part)));
}

/** The name of a method, in its colour. */
export function method(name) {
  return el("span", { class: `method ${name}` }, name.toUpperCase());
}

/** Lines of text that scroll where they are too long. The keyboard reaches them, so that it can scroll them. */
export function block(title, text, attributes) {
  return el("pre", { ...attributes, tabindex: "0", role: "group", "aria-label": title }, text);
}

/** A section to open. Its content is drawn when it is first opened, because a document of hundreds of operations is too large to draw at once. */
export function unfold(title, draw, isOpen = false) {
  const details = el("details", null, el("summary", null, title));
  const fill = () => {
    if (details.open && details.childElementCount === 1) details.append(...[draw()].flat());
  };
  details.addEventListener("toggle", fill);
  details.open = isOpen;
  fill();
  return details;
}
