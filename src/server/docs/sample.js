// Makes examples of schemas. A value in the schema (an example, a default, a value of an enumeration) is preferred to an invented
// one.

import { plain } from "./contract.js";

/** Texts for schemas with a pattern: the first that matches is used. A test tries them with every pattern of the document. */
const TEXTS = [
  "4fJ2kQ8sT1vX7yZ0bD3gH5mN9pR6wL_cE-aUoIiKjXs",
  "07700 900123",
  "09:00",
  "2027-01",
  "12.50",
  "https://example.org/leaflet",
  "cy",
  "a_code",
  "1234567",
  "SW1A 1AA",
  "6A1B2C",
  "12-34-56",
  "RX2Q4",
  "SW1A"
];

const DAY = 24 * 60 * 60 * 1000;
/** Tomorrow is in the future, as most times that are sent must be. A window ends a week after it begins. */
const instant = (name) => `${new Date(Date.now() + (ends(name) ? 8 : 1) * DAY).toISOString().slice(0, 13)}:00:00Z`;
const ends = (name) => /(^|_)(to|until|end|ends_at)$/.test(name);

const FORMATS = {
  uuid: () => "01975b2c-7a5e-7c3d-9e4f-0123456789ab",
  email: () => "ada@demo.example",
  date: (name) => instant(name).slice(0, 10),
  "date-time": instant,
  time: () => "09:00:00",
  uri: () => "https://example.org/leaflet",
  password: () => "quiet harbour lamp eleven"
};

/** Examples by name, for texts whose schema does not give one. */
const NAMES = {
  "If-Match": "*",
  "If-None-Match": '"v1"',
  "Idempotency-Key": "my-first-request",
  cursor: "MDE5NzViMmMtN2E1ZQ",
  name: "Rowena Skye",
  legal_name: "Rowena Skye",
  pseudonym: "Roe",
  relationship: "brother",
  registration_number: "7012345",
  employer_ods: "RX2Q4",
  icb_code: "QWU",
  outcode: "SW1A",
  place: "Leeds",
  town: "Leeds"
};

/** The day that the examples of the document take place around. Here it is tomorrow. */
const EXAMPLE_DAY = Date.parse("2027-03-01");

/** A value with its days moved, so that what is to come in the example still is. A day long ago, such as one of birth, stays. */
function moved(value) {
  if (Array.isArray(value)) return value.map(moved);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, moved(inside)]));
  const [day] = /^20(2[6-9]|3\d)-\d\d-\d\d(?=T|$)/.exec(value) ?? [];
  if (!day) return value;
  const days = Math.round((Date.parse(day) - EXAMPLE_DAY) / DAY) + 1;
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10) + value.slice(10);
}

/** An example of a schema: what the document gives; `whole`: with every other member too. Without an example in the document it has
 * the required members. */
export function sample(schema, whole, name = "", depth = 0) {
  const known = plain(schema);
  if (known.type === "object" && known.properties) return ofMembers(known, whole, depth);
  const values = [known.const, known.example, known.examples?.[0], known.default, known.enum?.[0]];
  const first = values.find((value) => value !== undefined && value !== null);
  if (first !== undefined) return moved(first);
  if (depth > 8) return null;
  if (known.choices) return sample(known.choices[0], whole, name, depth + 1);
  switch (known.type) {
    case "object": return {};
    case "array": return Array.from({ length: Math.max(1, known.minItems ?? 0) }, () => sample(known.items ?? {}, whole, name, depth + 1));
    case "integer": case "number": return known.minimum ?? 1;
    case "boolean": return true;
    case "string": return text(known, name);
    default: return null;
  }
}

function ofMembers(schema, whole, depth) {
  const given = moved(schema.example ?? {});
  if (schema.example && !whole) return given;
  if (depth > 8) return null;
  const members = Object.entries(schema.properties);
  const needed = members.filter(([name]) => schema.required?.includes(name));
  const taken = whole || needed.length === 0 ? members : needed;
  const isShown = (value) => value !== undefined && value !== null && value.length !== 0;
  return Object.fromEntries(taken.map(([name, member]) =>
    [name, isShown(given[name]) ? given[name] : sample(member, whole, name, depth + 1)]));
}

function text(schema, name) {
  if (FORMATS[schema.format]) return FORMATS[schema.format](name);
  const { minLength: least = 0, maxLength: most = Infinity } = schema;
  if (schema.pattern) {
    const pattern = new RegExp(schema.pattern, "u");
    return [NAMES[name] ?? "", ...TEXTS].find((text) => pattern.test(text) && text.length >= least && text.length <= most) ?? "";
  }
  const words = NAMES[name] ?? (name.replaceAll("_", " ") || "text");
  return words.padEnd(least, `-${words}`).slice(0, most);
}

/** The example of a body or an answer: the one that the document gives, or one made of the schema. */
export function sampleOf(content, whole) {
  const given = content.example ?? Object.values(content.examples ?? {})[0]?.value;
  return given ?? sample(content.schema ?? {}, whole);
}

/** A value as text for a field or a block. */
export function written(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
