// What can be done with webhooks, in the form of `actions.js`. All of it is the game's server's, so each request has its headers.

import { changed, gamefuse, given } from "./actions.js";

const address = { name: "url", label: "Address", hint: "By HTTPS, on the public Internet; a local server also takes one of its own machine, by HTTP." };
const description = { name: "description", label: "What it is for", optional: true };
const types = { name: "types", label: "Types of events", optional: true, hint: "Such as member.joined, member.left, with commas between; all where it is empty." };

/** The types as the API takes them; all where none is named. */
const listed = (text) => {
  const names = text.split(/[\s,]+/).filter(Boolean);
  return names.length > 0 ? names : ["*"];
};

/** The types as they stand in a field. */
export const typed = (names) => (names.includes("*") ? "" : names.join(", "));

export const register = (headers) => ({
  id: "register-webhook",
  label: "Register a webhook",
  done: "Registered",
  about: "What happens in the game's groups is then sent there, signed.",
  fields: [address, types, description],
  once: ({ secret }) => ({
    label: "The secret", text: secret,
    about: "Messages are signed with it. Keep it with your server's other secrets: it is not shown again.",
  }),
  ask: (values) => ({ ...gamefuse("POST", "/webhooks", given({ ...values, types: listed(values.types) })), headers }),
});

/** What may be done with a webhook. */
export function ofWebhook({ id, url, types: names, description: words, enabled }, headers) {
  const call = (method, rest, body) => ({ ...gamefuse(method, `/webhooks/${id}${rest}`, body), headers });
  // The API takes a description in another's place, but none away.
  const fields = [{ ...address, value: url }, { ...types, value: typed(names) }, { ...description, value: words ?? "", optional: !words }];
  return [
    enabled && {
      id: "test-webhook", label: "Send a test", done: "Test sent", isPrimary: true,
      ask: () => call("POST", "/test"),
    },
    enabled && {
      id: "replay", label: "Send a history again", done: "Sent again",
      about: "The events of a group's history that its types want, a hundred of the history at once. Messages have the ids that they had.",
      fields: [
        { name: "group_id", label: "Group id", number: true },
        { name: "after", label: "Behind the place", number: true, optional: true, hint: "From the beginning where it is empty." },
      ],
      sample: { group_id: 1, after: "" },
      tell: ({ sent, last_seq: last }) => `: ${sent} ${sent === 1 ? "event" : "events"}, up to the place ${last}`,
      ask: (values) => call("POST", "/replay", given(values)),
    },
    {
      id: "change-webhook", label: "Change", done: "Changed",
      about: "Its secret stays.",
      fields,
      ask: (values) => {
        const { types: text, ...others } = changed(fields, values);
        return call("PATCH", "", text === undefined ? others : { ...others, types: listed(text) });
      },
    },
    enabled
      ? { id: "disable-webhook", label: "Switch off", done: "Switched off", ask: () => call("PATCH", "", { enabled: false }) }
      : { id: "enable-webhook", label: "Switch on", done: "Switched on", isPrimary: true, ask: () => call("PATCH", "", { enabled: true }) },
    {
      id: "delete-webhook", label: "Delete", done: "Deleted", isDangerous: true, isTheEnd: true,
      about: "Nothing is sent to it any more, not even what is on its way.",
      ask: () => call("DELETE", ""),
    },
  ].filter(Boolean);
}
