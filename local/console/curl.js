// A call as a line for curl. What is secret in it is a shell variable, so that the line can be shown and shared.

import { variableOfField, variableOfHeader } from "./secrets.js";

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function header([name, value]) {
  const variable = variableOfHeader(name);
  return variable ? `--header "${name}: $${variable}"` : `--header ${quoted(`${name}: ${value}`)}`;
}

/** JSON in single quotes, which a variable interrupts. */
export function json(body) {
  const marks = new Map();
  const marked = JSON.stringify(body, (name, value) => {
    const variable = typeof value === "string" && variableOfField(name);
    if (!variable) return value;
    const mark = `\u0000${variable}\u0000`;
    marks.set(JSON.stringify(mark).slice(1, -1), variable);
    return mark;
  });
  let text = quoted(marked);
  for (const [mark, variable] of marks) text = text.replaceAll(mark, `'"$${variable}"'`);
  return text;
}

/** The line for a call that has a method, a url, headers by name, and perhaps a body. */
export function curl({ method, url, headers, body }) {
  const hasBody = body !== undefined && body !== null;
  const isImplied = method === (hasBody ? "POST" : "GET");
  const parts = [
    `curl${isImplied ? "" : ` --request ${method}`} ${quoted(url)}`,
    ...Object.entries(headers).map(header),
    hasBody && `--data ${json(body)}`,
  ];
  return parts.filter(Boolean).join(" \\\n  ");
}
