// Which values are secrets, and what stands in their place wherever a call is shown.

const HEADERS = {
  "authentication-token": "TOKEN",
  "x-entitytoken": "TOKEN",
  "x-authorization": "SESSION_TICKET",
  "service-key-token": "SECRET_KEY",
  "x-secretkey": "SECRET_KEY",
};

/** The shell variable that stands for a header's value, where that is a secret. */
export const variableOfHeader = (name) => HEADERS[name.toLowerCase()];

const SECRET = /password|token|ticket|secret|^code$/i;

/** The shell variable that stands for a field's value, where that is a secret: `game_token` is `GAME_TOKEN`. */
export function variableOfField(name) {
  if (!SECRET.test(name)) return undefined;
  // Any page may send any name to the local server, and a shell would run what is no variable's.
  if (!/^[A-Za-z_]\w*$/.test(name)) return "SECRET";
  const words = name.replace(/_confirmation$/, "").replaceAll(/([a-z])([A-Z])/g, "$1_$2");
  return words.toUpperCase();
}

/** A value in which every secret is a row of dots. */
export function masked(value) {
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) =>
    [name, typeof inner === "string" && variableOfField(name) ? "••••••••" : masked(inner)]));
}
