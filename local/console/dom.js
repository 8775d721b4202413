// Makes elements. Text stays text: nothing here is ever parsed as HTML.

/** An element with attributes, listeners (`onclick`) and children; what is absent or false is left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

/** Puts children in the place of those that an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

function present(children) {
  return children.flat(2).filter((child) => child !== undefined && child !== null && child !== false);
}

/** A copy of what the page's template of that id holds. */
export function copy(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

/** A part of a page under a heading, with its content in `body` and buttons in `tools`. */
export function section(title) {
  const element = copy("section");
  const heading = element.querySelector("h2");
  heading.textContent = title;
  heading.id = `section-${title.toLowerCase().replaceAll(/\W+/g, "-")}`;
  element.setAttribute("aria-labelledby", heading.id);
  const [body, count, tools] = [".body", ".count", ".tools"].map((part) => element.querySelector(part));
  return { element, heading, body, count, tools };
}

/** Says that something is waited for. */
export function waiting(text = "Loading") {
  return make("p", { class: "waiting" }, `${text}…`);
}

/** Says that there is nothing, or that it is not for whoever reads. */
export function notice(...children) {
  return make("p", { class: "notice" }, ...children);
}

/** Says why there is no answer, and offers to ask again where that may help. */
export function problem(failure, again) {
  const button = again && !failure.isFinal && make("button", { type: "button", class: "small", onclick: again }, "Try again");
  return make("p", { class: "notice problem", role: "alert" }, make("strong", {}, failure.name), ` ${failure.words} `, button);
}

/** A name and a value in a list of facts. */
export const fact = (name, value) => make("div", {}, make("dt", {}, name), make("dd", {}, value));

/** A table: columns are `[title, cell, class?]`, where `cell` makes the content of a row's cell. */
export function table(label, columns, rows) {
  const head = columns.map(([title, , kind]) =>
    make("th", { scope: "col", class: kind }, title || make("span", { class: "hidden" }, "Actions")));
  const body = rows.map((row) =>
    make("tr", {}, columns.map(([title, cell, kind], index) =>
      make(index === 0 ? "th" : "td", { scope: index === 0 && "row", class: kind, "data-title": title }, cell(row)))));
  return make("table", { "aria-label": label }, make("thead", {}, make("tr", {}, head)), make("tbody", {}, body));
}
