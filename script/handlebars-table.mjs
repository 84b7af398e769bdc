// What the JavaScript library of Handlebars makes of the table of templates that it shares with the engine's tests
// (engine/tests/handlebars/cases.json): node script/handlebars-table.mjs FILE writes each case with its `expected` text,
// or with `error` where the library refuses. The helpers are written anew here, in words of the platform (Intl), so that
// the engine's are held against something else than themselves.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Handlebars from "handlebars";

const file = process.argv[2];
if (file === undefined) throw new Error("use: node script/handlebars-table.mjs FILE");
const cases = JSON.parse(readFileSync(new URL("../engine/tests/handlebars/cases.json", import.meta.url), "utf8"));

const blank = (value) => value === undefined || value === null || (typeof value === "string" && value.trim() === "");
const truthy = (value) => !Handlebars.Utils.isEmpty(value) && value !== 0;
const number = (value) => {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value.trim())) return Number(value);
  return undefined;
};
const text = (value) => (value === undefined || value === null ? "" : String(value));
const equal = (a, b) => {
  const [x, y] = [number(a), number(b)];
  return x !== undefined && y !== undefined ? x === y : text(a) === text(b);
};
const compared = (holds) => (a, b) => {
  if (blank(a) || blank(b)) return false;
  const [x, y] = [number(a), number(b)];
  const [left, right] = x !== undefined && y !== undefined ? [x, y] : [text(a), text(b)];
  return holds(left < right ? -1 : left > right ? 1 : 0);
};
/** As a block it chooses, else it gives its answer. */
const condition = (holds) =>
  function (...given) {
    const options = given.pop();
    const held = holds(...given);
    if (options.fn === undefined) return held;
    return held ? options.fn(this) : options.inverse(this);
  };
const decimals = (value) => (value === undefined ? {} : { minimumFractionDigits: value, maximumFractionDigits: value });

const helpers = {
  uppercase: (value) => text(value).toUpperCase(),
  lowercase: (value) => text(value).toLowerCase(),
  capitalize: (value) => {
    const [first = "", ...rest] = text(value);
    return first.toUpperCase() + rest.join("");
  },
  default: (value, fallback) => (blank(value) ? fallback : value),
  formatCurrency: (value, { hash }) =>
    new Intl.NumberFormat("en-US", { style: "currency", currency: hash.currency ?? "USD", ...decimals(hash.decimals) }).format(number(value)),
  formatNumber: (value, { hash }) => new Intl.NumberFormat("en-US", decimals(hash.decimals)).format(number(value)),
  formatDate: (value, { hash, data }) => {
    const moment = /T.*(Z|[+-]\d\d:\d\d)$/.test(value);
    const timeZone = moment ? (data.root.time_zone ?? "UTC") : "UTC";
    const language = hash.language ?? data.root.language ?? "en-US";
    const known = Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0 ? language : "en-US";
    return new Intl.DateTimeFormat(known, { dateStyle: "long", timeZone }).format(new Date(value));
  },
  pluralize: (count, one, several) => (number(count) === 1 ? one : typeof several === "string" ? several : `${one}s`),
  raw: function (options) {
    return options.fn(this);
  },
  if_equals: condition(equal),
  eq: condition(equal),
  ne: condition((a, b) => !equal(a, b)),
  gt: condition(compared((order) => order > 0)),
  gte: condition(compared((order) => order >= 0)),
  lt: condition(compared((order) => order < 0)),
  lte: condition(compared((order) => order <= 0)),
  and: condition((...all) => all.every(truthy)),
  or: condition((...all) => all.some(truthy)),
  not: condition((value) => !truthy(value)),
};
for (const [name, helper] of Object.entries(helpers)) Handlebars.registerHelper(name, helper);

const rendered = cases.map((one) => {
  const { template, data, text: plain = false, strict = false } = one;
  try {
    return { ...one, expected: Handlebars.compile(template, { noEscape: plain, strict })(data) };
  } catch (error) {
    if (!strict) throw new Error(`${one.name}: ${error}`);
    return { ...one, error: true };
  }
});
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(rendered, null, 1));
