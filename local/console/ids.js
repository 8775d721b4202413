// Ids as the two dialects write them: numbers, and sixteen hexadecimal digits.

/** An id as PlayFab's dialect has it. */
export const hex = (id) => Number(id).toString(16).toUpperCase().padStart(16, "0");

/** An id of PlayFab's dialect as a number. */
export const number = (text) => Number.parseInt(text, 16);

/** Names a group in PlayFab's dialect. */
export const groupKey = (id) => ({ Id: hex(id), Type: "group" });

/** Names a player in PlayFab's dialect. */
export const playerKey = (id) => ({ Id: hex(id), Type: "title_player_account" });
