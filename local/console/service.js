// The game's own server, which calls by the secret key itself: some calls take no token in its place. The key is kept in this
// page's memory alone.

import { playfab } from "./api.js";

const keys = new WeakMap();

/** Exchanges the secret key for a token. */
export const exchange = (secretKey, body) =>
  playfab("Authentication/GetEntityToken", body, { headers: { "X-SecretKey": secretKey } });

/** The headers by which a session calls as the game's server; nothing where the key is not known. */
export function service(session) {
  const key = session.hasSecretKey ? session.gamefuse["service-key-token"] : keys.get(session);
  return key && { "service-key-name": "console", "service-key-token": key };
}

/** Remembers the secret key of the title that a session is for, and returns why it is not that, where it is not. */
export async function provide(session, secretKey) {
  const { ok, data, failure } = await exchange(secretKey, {});
  if (!ok) return failure.words;
  if (`title-${data.Entity.Id}` !== session.id) return "That is the key of another title.";
  keys.set(session, secretKey);
  return undefined;
}
