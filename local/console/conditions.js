// The conditions of a write: their parts, and which of them did not hold of what lay there.

/** An expression with its values and names in their places. */
export function expression(text, values = {}, names = {}) {
  return text
    .replaceAll(/:\w+/g, (name) => (name in values ? JSON.stringify(values[name]) : name))
    .replaceAll(/#\w+/g, (name) => names[name] ?? name);
}

/** The parts of a condition, all of which must hold. */
export const parts = (condition) => split(condition, "AND").map((part) => part.replace(/^\((.*)\)$/s, "$1"));

/** The text between the words that are within no brackets; brackets around the whole are taken off first. */
function split(text, word) {
  const found = [];
  let depth = 0;
  let part = "";
  for (const piece of bare(text).split(new RegExp(`((?<! BETWEEN [:\\w]+) ${word} |[()])`))) {
    if (piece === "(") depth += 1;
    if (piece === ")") depth -= 1;
    if (piece === ` ${word} ` && depth === 0) {
      found.push(part);
      part = "";
    } else {
      part += piece;
    }
  }
  const all = [...found, part].map((each) => each.trim());
  // What is within brackets has parts of its own.
  return all.flatMap((each) => (each !== text && bare(each) !== each ? split(each, word) : [each]));
}

function bare(text) {
  const inner = /^\((.*)\)$/s.exec(text.trim())?.[1];
  let depth = 0;
  for (const letter of inner ?? ")") {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    if (depth < 0) return text;
  }
  return inner;
}

const COMPARED = {
  "=": (one, other) => JSON.stringify(one) === JSON.stringify(other),
  "<>": (one, other) => JSON.stringify(one) !== JSON.stringify(other),
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
};

/** Whether a part held of an item; undefined where that cannot be told. */
export function held(part, item, values = {}, names = {}) {
  const either = split(part, "OR");
  if (either.length > 1) {
    const each = either.map((one) => held(one, item, values, names));
    return each.includes(true) ? true : each.includes(undefined) ? undefined : false;
  }
  const [, negation, path] = /^attribute_(not_)?exists\(([^)]+)\)$/.exec(part) ?? [];
  if (path) return (found(path, item, values, names) === undefined) === Boolean(negation);
  const [, left, operator, right] = /^([\w.#:]+) (=|<>|<=?|>=?) ([\w.#:]+)$/.exec(part) ?? [];
  if (!left) return undefined;
  const [one, other] = [left, right].map((side) => found(side, item, values, names));
  if ([one, other].includes("(hidden)")) return undefined;
  return one !== undefined && other !== undefined && COMPARED[operator](one, other);
}

/** What a path or a value in an expression stands for. */
function found(path, item, values, names) {
  if (path.startsWith(":")) return values[path];
  return path.split(".").reduce((inner, part) => inner?.[names[part] ?? part], item);
}
