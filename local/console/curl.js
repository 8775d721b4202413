// A call as a line for curl. What is secret in it is a shell variable, so that the line can be shown and shared.

import { variableOfField, variableOfHeader } from "./secrets.js";

/** Text as it stands between single quotes. */
const escaped = (text) => text.replaceAll("'", "'\\''");

const quoted = (text) => `'${escaped(text)}'`;

function header([name, value]) {
  const variable = variableOfHeader(name);
  return variable ? `--header "${name}: $${variable}"` : `--header ${quoted(`${name}: ${value}`)}`;
}

/** JSON in single quotes, which a variable interrupts. */
export const json = (body) => `'${written(body)}'`;

/** JSON as it stands between single quotes. */
function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (value === null || typeof value !== "object") return plain(value);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([name, inner]) => `${plain(name)}:${field(name, inner)}`).join(",")}}`;
}

function field(name, value) {
  const variable = typeof value === "string" && variableOfField(name);
  return variable ? `"'"$${variable}"'"` : written(value);
}

/** The control characters that JSON lets stand: pasted into a terminal, they would edit the line. */
const CONTROL = /[\u007f-\u009f]/g;

/** A value without fields, or a field's name. */
const plain = (value) =>
  escaped(JSON.stringify(value).replaceAll(CONTROL, (character) => `\\u00${character.charCodeAt(0).toString(16)}`));

/** The line for a call that has a method, a url, headers by name, and perhaps a body. */
export function curl({ method, url, headers, body }) {
  const hasBody = body !== undefined && body !== null;
  const isImplied = method === (hasBody ? "POST" : "GET");
  const parts = [
    `curl${isImplied ? "" : ` --request ${quoted(method)}`} ${quoted(url)}`,
    ...Object.entries(headers).map(header),
    hasBody && `--data ${json(body)}`,
  ];
  return parts.filter(Boolean).join(" \\\n  ");
}
