// PlayFab's part of the description, held to the types of PlayFab's own SDK: what its clients send is what we read, and what
// we answer is what they read. A name in the compiler's error is an operation that differs.

/// <reference path="node_modules/playfab-sdk/Scripts/typings/PlayFab/PlayFab.d.ts" />
/// <reference path="node_modules/playfab-sdk/Scripts/typings/PlayFab/PlayFabGroups.d.ts" />
import type { paths } from "./generated.js";

type Groups = PlayFabGroupsModule.IPlayFabGroups;
/** All 25 operations of the SDK. */
type Operation = Exclude<keyof Groups, "settings">;

type TheirRequest<Name extends Operation> = NonNullable<Parameters<Groups[Name]>[0]>;
/** Without what the SDK's types say of errors, which no answer has. */
type TheirAnswer<Name extends Operation> =
  NonNullable<Parameters<Groups[Name]>[1]> extends PlayFabModule.ApiCallback<infer Answer>
    ? Omit<Answer, keyof PlayFabModule.IPlayFabError>
    : never;

type Post<Name extends Operation> = paths extends { [path in `/Group/${Name}`]: { post: infer Post } } ? Post : never;
type OurRequest<Name extends Operation> =
  Post<Name> extends { requestBody?: { content: { "application/json": infer Body } } } ? Body : never;
type OurAnswer<Name extends Operation> =
  Post<Name> extends { responses: { 200: { content: { "application/json": { data: infer Data } } } } } ? Data : never;

type Differs<From, To> = [From] extends [never] ? true : [To] extends [never] ? true : From extends To ? false : true;
type Requests = { [Name in Operation]: Differs<TheirRequest<Name>, OurRequest<Name>> extends true ? Name : never }[Operation];
type Answers = { [Name in Operation]: Differs<OurAnswer<Name>, TheirAnswer<Name>> extends true ? Name : never }[Operation];

/** Accepts no names but the allowed ones. */
type Only<Allowed, Names extends Allowed> = Names;
export type Checked = [
  // Its types let the role be left out, which could mean nothing: here it is required (docs/playfab-compatibility.md).
  Only<"DeleteRole" | "UpdateRole", Requests>,
  Only<never, Answers>,
];
