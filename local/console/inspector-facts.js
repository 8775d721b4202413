// Durations, units, dollars and keys, as the inspector writes them.

/** A duration of so many microseconds. */
export function took(micros) {
  const milliseconds = micros / 1000;
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}

/** What a million of them cost. */
export const money = (dollars) => `$${dollars.toFixed(2)}`;

/** Units to read and to write. */
export function units({ read, write }) {
  return [read > 0 && `${read} read`, write > 0 && `${write} written`].filter(Boolean).join(", ") || "none";
}

/** A key in words: `GAME#7#GROUP#21` and `MEMBER#11` are `GROUP 21 / MEMBER 11`, without the game, which is in every one. */
export function keyInWords({ pk, sk }) {
  const owner = String(pk).replace(/^GAME#\d+#?/, "").replaceAll("#", " ");
  const row = String(sk ?? "").replaceAll("#", " ");
  if (!owner) return row;
  return row === owner.split(" ")[0] || !row ? owner : `${owner} / ${row}`;
}
