// Runs PlayFab's own SDK for Node, unmodified, against Guildhall. It differs from the one for Python in what matters
// here: it wants no X-ReportErrorAsSuccess, so that errors come with their own HTTP status, and tells success from
// failure by the envelope alone.
//
//     cargo run -- --demo-file demo.json
//
// and in another terminal:
//
//     folder=$(mktemp -d)
//     npm install --prefix "$folder" playfab-sdk@2.187.251205
//     NODE_PATH="$folder/node_modules" node tests/sdk/playfab_node.mjs --facts demo.json
//
// The SDK speaks nothing but HTTPS. A proxy in this process does, with a certificate that openssl makes for it, and sees
// the HTTP status of each answer, which the SDK does not tell. A game needs none: docs/guides/playfab-node.md.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

// Unlike import, require looks into NODE_PATH.
const { PlayFab, PlayFabAuthentication, PlayFabClient, PlayFabGroups } = createRequire(import.meta.url)("playfab-sdk");

const { values: options } = parseArgs({ options: { facts: { type: "string" } } });
const facts = JSON.parse(readFileSync(options.facts, "utf8"));

const ADMINS = "admins";
const MEMBERS = "members";
let passed = 0;
let failed = 0;
/** The HTTP status of the last answer, which the SDK does not tell. */
let lastStatus = null;

function step(text, check) {
  try {
    check();
    passed += 1;
    console.log(`ok    ${text}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${text}: ${error.message}`);
  }
}

/** A server that answers HTTPS with what Guildhall answers to the same request; closed again by what it returns. */
async function answerHttps() {
  const folder = mkdtempSync(join(tmpdir(), "guildhall-"));
  const [keyFile, certificateFile] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const wanted = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost";
  execFileSync("openssl", [...wanted.split(" "), "-keyout", keyFile, "-out", certificateFile], { stdio: "ignore" });
  const [key, cert] = [readFileSync(keyFile), readFileSync(certificateFile)];
  rmSync(folder, { recursive: true });

  const proxy = https.createServer({ key, cert }, (request, response) => {
    const { method, headers } = request;
    const forwarded = http.request(new URL(request.url, facts.base_url), { method, headers }, (answer) => {
      lastStatus = answer.statusCode;
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", (error) => response.destroy(error));
    request.pipe(forwarded);
  });
  await new Promise((resolve) => proxy.listen(0, "localhost", resolve));
  https.globalAgent.options.ca = cert;
  PlayFab.settings.productionUrl = `https://localhost:${proxy.address().port}`;
  return () => {
    proxy.close();
    proxy.closeAllConnections();
  };
}

/** What the SDK hands its caller: an error and no result, or the other way round. */
const ask = (call, request) =>
  new Promise((resolve) => call(request, (error, result) => resolve({ error, result })));

async function succeed(text, call, request) {
  const { error, result } = await ask(call, request);
  step(text, () => {
    assert.equal(error, null, JSON.stringify(error));
    assert.deepEqual([lastStatus, result.code, result.status], [200, 200, "OK"]);
  });
  if (error) throw new Error("the rest depends on it");
  return result.data;
}

async function refuse(text, call, request, name, code, status = 400) {
  const { error, result } = await ask(call, request);
  step(`${text}: ${name}`, () => {
    assert.equal(result, null, JSON.stringify(result));
    assert.deepEqual([error.error, error.errorCode, error.code, lastStatus], [name, code, status, status]);
    assert.equal(typeof error.errorMessage, "string");
    assert.ok(Object.values(error.errorDetails ?? {}).every(Array.isArray));
  });
}

/** Somebody with an entity token. The SDK keeps one for the whole process, so it is put there for each call. */
class Caller {
  constructor(name, { EntityToken: token, Entity: key }) {
    Object.assign(this, { name, token, key });
  }

  as() {
    PlayFab._internalSettings.entityToken = this.token;
    return this;
  }

  succeed(text, operation, request = {}) {
    this.as();
    return succeed(`${operation}: ${text}`, PlayFabGroups[operation], request);
  }

  refuse(text, operation, request, ...expected) {
    this.as();
    return refuse(`${operation}: ${text}`, PlayFabGroups[operation], request, ...expected);
  }

  async found() {
    const GroupName = `Bears ${randomBytes(6).toString("hex")}`;
    return await this.succeed(`${this.name} founds ${GroupName}`, "CreateGroup", { GroupName });
  }

  async checkRoles(text, group, expected) {
    const { Groups } = await this.succeed(`${this.name} reads the own groups`, "ListMembership");
    const found = Groups.find((one) => one.Group.Id === group.Id);
    step(text, () => assert.deepEqual(found ? found.Roles.map((role) => role.RoleId) : null, expected));
  }
}

function forgetCredentials() {
  PlayFab._internalSettings.entityToken = null;
  PlayFab._internalSettings.sessionTicket = null;
  PlayFab.settings.developerSecretKey = null;
}

async function logIn(name) {
  forgetCredentials();
  const CustomId = `${name}-${randomBytes(8).toString("hex")}`;
  const { LoginWithCustomID } = PlayFabClient;
  await refuse(`${name} has no account yet`, LoginWithCustomID, { CustomId }, "AccountNotFound", 1001);
  const login = await succeed(`${name} logs in`, LoginWithCustomID, { CustomId, CreateAccount: true });
  step(`${name} is new`, () => assert.equal(login.NewlyCreated, true));
  return new Caller(name, login.EntityToken);
}

async function tokens() {
  const players = [await logIn("Ada"), await logIn("Bob"), await logIn("Eve")];
  const { GetEntityToken } = PlayFabAuthentication;
  // With a session ticket at hand the SDK sends that one.
  const exchanged = await succeed("GetEntityToken: Eve exchanges her session ticket", GetEntityToken, {});
  step("the token is Eve's", () => assert.deepEqual(exchanged.Entity, players[2].key));

  forgetCredentials();
  // What the SDK sends without any token is the text «null».
  await refuse("ListMembership: no token", PlayFabGroups.ListMembership, {}, "EntityTokenInvalid", 1335, 401);
  await refuse("GetEntityToken: nobody asks", GetEntityToken, {}, "NotAuthenticated", 1074, 401);
  PlayFab.settings.developerSecretKey = facts.secret_key;
  const title = new Caller("The title", await succeed("GetEntityToken: the title's", GetEntityToken, {}));
  step("the token is the title's", () => assert.equal(title.key.Id, PlayFab.settings.titleId));
  return [...players, title];
}

async function groups(ada, bob, eve, title) {
  const made = await ada.found();
  const { Group: group, GroupName } = made;
  step("it is as PlayFab's groups are", () => {
    assert.deepEqual([made.AdminRoleId, made.MemberRoleId, made.ProfileVersion], [ADMINS, MEMBERS, 0]);
    assert.deepEqual(made.Roles, { [ADMINS]: "Administrators", [MEMBERS]: "Members" });
    assert.ok(!Number.isNaN(Date.parse(made.Created)));
  });
  const found = await bob.succeed("Bob finds it by its name", "GetGroup", { GroupName });
  step("it is the same", () => assert.deepEqual(found, made));
  await bob.refuse("no such name", "GetGroup", { GroupName: `No ${GroupName}` }, "ProfileDoesNotExist", 1298);
  await bob.refuse("the name is taken", "CreateGroup", { GroupName }, "GroupNameNotAvailable", 1368);

  const application = await bob.succeed("Bob applies", "ApplyToGroup", { Group: group });
  const again = await bob.succeed("Bob applies again", "ApplyToGroup", { Group: group });
  step("it is the same", () => assert.deepEqual(again, application));
  const { Applications } = await ada.succeed("Ada reads them", "ListGroupApplications", { Group: group });
  step("there is Bob's", () => assert.deepEqual(Applications, [application]));
  const one = { Group: group, Entity: bob.key };
  await eve.refuse("Eve answers", "AcceptGroupApplication", one, "NotAuthorized", 1089, 403);
  await ada.succeed("Ada answers", "AcceptGroupApplication", one);
  await bob.checkRoles("Bob is a member", group, [MEMBERS]);
  await bob.refuse("Bob is in already", "ApplyToGroup", { Group: group }, "EntityIsAlreadyMember", 1359);

  await ada.succeed("scouts", "CreateRole", { Group: group, RoleId: "scouts", RoleName: "Scouts" });
  await ada.succeed("Ada invites Eve", "InviteToGroup", { Group: group, Entity: eve.key, RoleId: "scouts" });
  const { Invitations } = await eve.succeed("Eve reads it", "ListMembershipOpportunities");
  step("it is Ada's", () => {
    const [invitation] = Invitations.filter((invited) => invited.Group.Id === group.Id);
    assert.deepEqual(invitation.InvitedByEntity.Key, ada.key);
    assert.equal(invitation.InvitedEntity.Lineage.master_player_account.Id, eve.key.Id);
  });
  await eve.succeed("Eve accepts", "AcceptGroupInvitation", { Group: group });
  await eve.checkRoles("Eve is a scout", group, ["scouts"]);

  const move = { Group: group, Members: [bob.key], OriginRoleId: MEMBERS, DestinationRoleId: "scouts" };
  await ada.succeed("Bob too", "ChangeMemberRole", move);
  await ada.refuse("Bob is one already", "ChangeMemberRole", move, "InvalidParams", 1000);
  const { Members } = await eve.succeed("Eve reads the members", "ListGroupMembers", { Group: group });
  step("all in their roles", () => {
    const sizes = Members.map((role) => [role.RoleId, role.Members.length]);
    assert.deepEqual(sizes, [[ADMINS, 1], [MEMBERS, 0], ["scouts", 2]]);
  });
  await ada.refuse("admins stay", "DeleteRole", { Group: group, RoleId: ADMINS }, "RoleIsGroupAdmin", 1366);
  await title.succeed("the title needs no role", "DeleteRole", { Group: group, RoleId: "scouts" });
  await bob.checkRoles("Bob is a member again", group, [MEMBERS]);
  const member = { Group: group, Entity: bob.key };
  const { IsMember } = await bob.succeed("Bob asks", "IsMember", member);
  step("he is", () => assert.equal(IsMember, true));

  const rename = { Group: group, GroupName: `New ${GroupName}`, ExpectedProfileVersion: 0 };
  const stale = await ada.succeed("not at that version", "UpdateGroup", rename);
  step("nothing has changed", () => assert.equal(stale.SetResult, "None"));
  const { SetResult } = await ada.succeed("at this one", "UpdateGroup", { ...rename, ExpectedProfileVersion: 2 });
  step("it is renamed", () => assert.equal(SetResult, "Updated"));

  await ada.succeed("Ada removes Bob", "RemoveMembers", { Group: group, Members: [bob.key] });
  await ada.succeed("Ada blocks Bob", "BlockEntity", one);
  await bob.refuse("Bob is blocked", "ApplyToGroup", { Group: group }, "EntityBlockedByGroup", 1357);
  const { BlockedEntities } = await ada.succeed("Ada reads who is", "ListGroupBlocks", { Group: group });
  step("Bob is", () => assert.deepEqual(BlockedEntities.map((block) => block.Entity.Key), [bob.key]));
  await ada.succeed("Ada unblocks Bob", "UnblockEntity", one);
  await title.succeed("the title brings Bob in", "AddMembers", { Group: group, Members: [bob.key] });

  await bob.refuse("Bob is no admin", "DeleteGroup", { Group: group }, "NotAuthorized", 1089, 403);
  await ada.succeed("Ada deletes it", "DeleteGroup", { Group: group });
  await bob.refuse("it is gone", "GetGroup", { Group: group }, "ProfileDoesNotExist", 1298);
}

async function crossings(ada, bob, eve) {
  const { Group: group } = await ada.found();
  await ada.succeed("Ada invites Bob", "InviteToGroup", { Group: group, Entity: bob.key });
  const accepted = ["OutstandingInvitationAcceptedInstead", 1363];
  await bob.refuse("Bob is let in at once", "ApplyToGroup", { Group: group }, ...accepted);
  await bob.checkRoles("Bob is a member", group, [MEMBERS]);
  await eve.succeed("Eve applies", "ApplyToGroup", { Group: group });
  const one = { Group: group, Entity: eve.key };
  await ada.refuse("Eve is let in at once", "InviteToGroup", one, "OutstandingApplicationAcceptedInstead", 1364);
  await eve.checkRoles("Eve is a member", group, [MEMBERS]);
}

PlayFab.settings.titleId = String(facts.game_id);
const close = await answerHttps();
try {
  const callers = await tokens();
  await groups(...callers);
  await crossings(...callers);
} catch (error) {
  step("the rest", () => assert.fail(error));
} finally {
  close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
