// The fields of a form: made of descriptions, read as values, and marked where something is wrong with them.
//
// A field is `{ name, label, type, value, hint, options, optional, number }`; `type` is that of an input, or `select`,
// `textarea` or `checkbox`.

import { fill, make } from "./dom.js";

function control(field, id) {
  const common = { id, name: field.name, "aria-describedby": `${id}-hint ${id}-problem`, autocomplete: field.autocomplete ?? "off" };
  if (field.type === "select") {
    const options = field.options.map(([value, text]) =>
      make("option", { value, selected: String(value) === String(field.value) }, text));
    return make("select", common, options);
  }
  if (field.type === "textarea") {
    const area = make("textarea", { ...common, rows: 3 });
    area.value = field.value ?? "";
    return area;
  }
  if (field.type === "checkbox") return make("input", { ...common, type: "checkbox", checked: Boolean(field.value) });
  return make("input", {
    ...common,
    type: field.type ?? "text",
    value: field.value ?? "",
    inputmode: field.number && "numeric",
    spellcheck: "false",
    autocapitalize: "off",
  });
}

function row(field, prefix) {
  const id = `${prefix}-${field.name}`;
  const input = control(field, id);
  const label = make("label", { for: id }, field.label, field.optional && make("span", { class: "muted" }, " (optional)"));
  const hint = make("p", { id: `${id}-hint`, class: "hint" }, field.hint ?? "");
  const problem = make("p", { id: `${id}-problem`, class: "problem" });
  const isCheck = field.type === "checkbox";
  return make("div", { class: isCheck ? "field check" : "field" }, isCheck ? [input, label] : [label, input], hint, problem);
}

/** Shows the fields in that place, with the values of `draft` where it has them. */
export function show(place, fields, draft = {}) {
  fill(place, fields.map((field) => row({ ...field, value: draft[field.name] ?? field.value }, place.closest("dialog").id)));
}

/** What stands in the fields: text, numbers where they are numbers, and truth. */
export function values(place, fields) {
  return Object.fromEntries(fields.map((field) => {
    const input = place.querySelector(`[name="${CSS.escape(field.name)}"]`);
    if (field.type === "checkbox") return [field.name, input.checked];
    if (field.number && /^\d+$/.test(input.value.trim())) return [field.name, Number(input.value)];
    return [field.name, input.value];
  }));
}

/** What is missing, as problems by field; what else is wrong, the API says in its own words. */
export function missing(fields, given) {
  const empty = fields.filter((field) => field.type !== "checkbox" && !field.optional && String(given[field.name]).trim() === "");
  return Object.fromEntries(empty.map((field) => [field.name, ["is needed"]]));
}

/** Marks the fields that problems are about, goes to the first of them, and returns whether there was one. */
export function mark(place, fields, problems) {
  let first;
  for (const field of fields) {
    const input = place.querySelector(`[name="${CSS.escape(field.name)}"]`);
    const names = [field.name, field.parameter].filter(Boolean).map((name) => name.toLowerCase());
    const found = Object.entries(problems).find(([name]) => names.includes(name.toLowerCase().split(/[.[]/)[0]));
    const words = found ? [found[1]].flat().join(", ") : "";
    place.querySelector(`#${CSS.escape(`${input.id}-problem`)}`).textContent = words && `${field.label} ${words}`;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    first ??= words ? input : undefined;
  }
  first?.focus();
  return Boolean(first);
}
