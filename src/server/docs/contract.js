// The OpenAPI document, with its references followed.

const METHODS = ["get", "post", "put", "patch", "delete"];

let root = {};

/** Reads the document. */
export async function load() {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`The document was answered with ${answer.status}.`);
  root = await answer.json();
  Object.values(root.components?.schemas ?? {}).forEach(splitMeanings);
  return root;
}

/** Separates the list of what each value of an enumeration means from the description, which a member may replace. */
function splitMeanings(schema) {
  if (!schema.enum || !schema.description) return;
  const items = [...schema.description.matchAll(/^- `(.+)`: (.+)$/gm)];
  schema.meanings = items.map(([, value, meaning]) => [value, meaning]);
  if (items.length) schema.description = schema.description.slice(0, items[0].index).trim();
}

/** The object that a reference points to. A member next to the reference replaces the same member of that object. */
export function resolved(thing) {
  if (!thing?.$ref) return thing ?? {};
  const { $ref: reference, ...own } = thing;
  const steps = reference.slice(2).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return resolved({ ...steps.reduce((at, step) => at?.[step], root), ...own });
}

/** The name of the schema that a reference points to. */
export function nameOf(schema) {
  return schema?.$ref?.split("/").pop();
}

/** A schema with its reference followed, one `type`, and `nullable` where null is allowed. */
export function plain(schema) {
  const found = resolved(schema);
  const choices = found.oneOf ?? found.anyOf;
  if (choices) {
    const others = choices.filter((choice) => choice.type !== "null");
    const { oneOf, anyOf, ...own } = found;
    if (others.length === 1) return { ...plain(others[0]), ...own, nullable: others.length < choices.length };
    return { ...own, choices: others, nullable: others.length < choices.length };
  }
  if (found.allOf) return found.allOf.map(plain).reduce(both, found);
  const types = [found.type ?? []].flat();
  return { ...found, type: types.find((type) => type !== "null"), nullable: types.includes("null") };
}

function both(one, other) {
  const required = [...(one.required ?? []), ...(other.required ?? [])];
  return { ...other, ...one, type: one.type ?? other.type, required, properties: { ...one.properties, ...other.properties } };
}

/** The names of the members of a body that hold a password or a token. */
export function secretMembers(schema) {
  const members = Object.entries(plain(schema ?? {}).properties ?? {});
  return members.filter(([name, member]) => plain(member).format === "password" || /(^|_)token$/.test(name)).map(([name]) => name);
}

/** Every operation in the order of the tags, with the text that a search looks in. */
export function operations() {
  const order = (root.tags ?? []).map((tag) => tag.name);
  const found = Object.entries(root.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((name) => item[name]).map((name) => described(path, name, item)));
  const place = (entry) => (order.includes(entry.tag) ? order.indexOf(entry.tag) : order.length);
  return found.sort((one, other) => place(one) - place(other));
}

/** The address of an operation without parameters. */
export function addressOf(id) {
  const paths = Object.entries(root.paths ?? {});
  const found = paths.find(([, item]) => METHODS.some((name) => item[name]?.operationId === id));
  if (!found) throw new Error(`The document has no ${id}.`);
  return base() + found[0];
}

function described(path, name, item) {
  const operation = item[name];
  const tag = operation.tags?.[0] ?? "Other";
  const id = operation.operationId ?? `${name}${path}`;
  const title = operation.summary ?? id;
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
  const near = [title, path, id, tag, name].join(" ").toLowerCase();
  return { id, title, path, method: name, tag, operation, parameters, near, far: (operation.description ?? "").toLowerCase() };
}

/** The request body of an operation: its media type and schema. */
export function bodyOf(operation) {
  return contentOf(resolved(operation.requestBody));
}

/** The first media type of a body or an answer, with its schema and examples. */
export function contentOf(holder) {
  const [kind, content] = Object.entries(holder.content ?? {})[0] ?? [];
  return kind ? { kind, ...content } : null;
}

/** Whether an operation needs a signed-in user. */
export function isSecured(operation) {
  return (operation.security ?? root.security ?? []).length > 0;
}

/** Where requests are sent: the first server of the document. */
export function base() {
  return (root.servers?.[0]?.url ?? "/").replace(/\/$/, "");
}
