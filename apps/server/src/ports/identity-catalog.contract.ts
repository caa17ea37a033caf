import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateError } from "./catalog.ts";
import type { IdentityCatalog, TokenRecord } from "./identity-catalog.ts";
import type { DomainId, GroupId, ProjectId, UserId } from "./ids.ts";

const domainId = "d" as DomainId;
const [userId, otherUserId] = ["u" as UserId, "v" as UserId];
const [projectId, otherProjectId] = ["p" as ProjectId, "q" as ProjectId];
const domain = { id: domainId, name: "Domain" };
const project = { id: projectId, domainId, name: "project", description: "text", enabled: true };
const otherProject = { id: otherProjectId, domainId, name: "another", description: "", enabled: false };
const user = { id: userId, domainId, name: "user", passwordHash: "hash", enabled: true };
const key = { access: "access", secret: "secret", userId, enabled: true };
const token: TokenRecord = {
  digest: "digest",
  userId,
  projectId,
  methods: ["password", "token"],
  auditId: "audit",
  issuedAt: 1_800_000_000_000,
  expiresAt: 1_800_000_000_001,
};

/** What every identity catalog must do. `open` answers an empty one. */
export function identityCatalogContract(open: () => Promise<IdentityCatalog>): void {
  async function filled(): Promise<IdentityCatalog> {
    const catalog = await open();
    await catalog.insertDomain(domain);
    await catalog.insertProject(project);
    await catalog.insertProject(otherProject);
    await catalog.insertUser(user);
    await catalog.insertUser({ ...user, id: otherUserId, name: "other", enabled: false });
    await catalog.insertGrant({ userId, projectId, role: "reader" });
    await catalog.insertGrant({ userId, projectId, role: "member" });
    await catalog.insertAccessKey(key);
    await catalog.insertToken(token);
    return catalog;
  }

  test("what was put in comes out whole, by id and by name", async () => {
    const catalog = await filled();
    assert.deepEqual(await catalog.domain({ id: "d" }), domain);
    assert.deepEqual(await catalog.domain({ name: "Domain" }), domain);
    assert.deepEqual(await catalog.domains(), [domain]);
    assert.deepEqual(await catalog.project({ id: "q" }), otherProject);
    assert.deepEqual(await catalog.project({ domainId, name: "project" }), project);
    assert.deepEqual(await catalog.user({ id: "u" }), user);
    assert.equal((await catalog.user({ domainId, name: "other" }))?.enabled, false);
    assert.deepEqual(await catalog.accessKey("access"), key);
    assert.deepEqual(await catalog.token("digest"), token);
  });

  test("what is not there is undefined", async () => {
    const catalog = await filled();
    assert.equal(await catalog.domain({ id: "Domain" }), undefined);
    assert.equal(await catalog.project({ domainId: "x" as DomainId, name: "project" }), undefined);
    assert.equal(await catalog.user({ domainId, name: "User" }), undefined);
    assert.equal(await catalog.accessKey("ACCESS"), undefined);
    assert.equal(await catalog.token("x"), undefined);
  });

  test("a second thing of the same id or name is a duplicate and changes nothing", async () => {
    const catalog = await filled();
    const inserts = [
      () => catalog.insertDomain({ ...domain, name: "x" }),
      () => catalog.insertDomain({ ...domain, id: "x" as DomainId }),
      () => catalog.insertProject({ ...project, name: "x" }),
      () => catalog.insertProject({ ...project, id: "x" as ProjectId }),
      () => catalog.insertUser({ ...user, name: "x" }),
      () => catalog.insertUser({ ...user, id: "x" as UserId }),
      () => catalog.insertGrant({ userId, projectId, role: "member" }),
      () => catalog.insertAccessKey({ ...key, secret: "x" }),
      () => catalog.insertToken({ ...token, auditId: "x" }),
    ];
    for (const insert of inserts) {
      await assert.rejects(insert, (error) => error instanceof DuplicateError);
    }
    assert.deepEqual(await catalog.domains(), [domain]);
    assert.deepEqual(await catalog.user({ id: "u" }), user);
    assert.deepEqual(await catalog.accessKey("access"), key);
  });

  test("projects are listed by name, and by any of the filters together", async () => {
    const catalog = await filled();
    const names = async (filter: Parameters<IdentityCatalog["projects"]>[0]) => (await catalog.projects(filter)).map(({ name }) => name);
    assert.deepEqual(await names({}), ["another", "project"]);
    assert.deepEqual(await names({ userId }), ["project"]);
    assert.deepEqual(await names({ userId: otherUserId }), []);
    assert.deepEqual(await names({ domainId: "d", name: "another" }), ["another"]);
    assert.deepEqual(await names({ domainId: "x" }), []);
    assert.deepEqual(await names({ userId, name: "another" }), []);
  });

  test("roles are those of the user in that project", async () => {
    const catalog = await filled();
    const roles = async (id: UserId, project: ProjectId) =>
      (await catalog.givenRoles({ subject: { kind: "user", id }, domainId, projectId: project })).map(({ roleId }) => roleId);
    assert.deepEqual(await roles(userId, projectId), ["member", "reader"]);
    assert.deepEqual(await roles(userId, otherProjectId), []);
    assert.deepEqual(await roles(otherUserId, projectId), []);
  });

  test("passwords and secrets can be changed", async () => {
    const catalog = await filled();
    await catalog.updatePassword(userId, "new");
    await catalog.updateSecret("access", "new");
    assert.equal((await catalog.user({ id: "u" }))?.passwordHash, "new");
    assert.equal((await catalog.user({ id: "v" }))?.passwordHash, "hash");
    assert.equal((await catalog.accessKey("access"))?.secret, "new");
  });

  test("a token is gone when it is deleted, and when its time is over; one without a project has none", async () => {
    const catalog = await filled();
    await catalog.insertToken({ ...token, digest: "unscoped", projectId: undefined, expiresAt: token.expiresAt + 1 });
    assert.equal((await catalog.token("unscoped"))?.projectId, undefined);
    await catalog.deleteTokensExpiredBefore(token.expiresAt);
    assert.deepEqual(await catalog.token("digest"), token);
    await catalog.deleteTokensExpiredBefore(token.expiresAt + 1);
    assert.equal(await catalog.token("digest"), undefined);
    await catalog.deleteToken("unscoped");
    await catalog.deleteToken("unscoped");
    assert.equal(await catalog.token("unscoped"), undefined);
  });

  test("groups give their members what they have, wherever it holds, and deleting one takes it away", async () => {
    const catalog = await filled();
    const groupId = "g" as GroupId;
    const group = { id: groupId, domainId, name: "group", description: "", createdAt: 1 };
    await catalog.insertGroup(group);
    assert.deepEqual(await catalog.group({ domainId, name: "group" }), group);
    await catalog.addMember(groupId, otherUserId);
    await catalog.addMember(groupId, otherUserId);
    const policy = { id: "own", domainId, name: "policy", description: "", document: { any: "thing" }, createdAt: 1, updatedAt: 1 };
    await catalog.insertPolicy(policy);
    const subject = { subjectKind: "group", subjectId: groupId, domainId } as const;
    const given = [
      { ...subject, scopeKind: "project", scopeId: projectId, roleId: "own" },
      { ...subject, scopeKind: "allProjects", scopeId: domainId, roleId: "everywhere" },
      { ...subject, scopeKind: "domain", scopeId: domainId, roleId: "global" },
      { ...subject, scopeKind: "enterpriseProject", scopeId: "e", roleId: "inside" },
    ] as const;
    for (const assignment of [...given, ...given]) {
      await catalog.assign(assignment);
    }
    const roles = async (project: ProjectId | undefined) =>
      (await catalog.givenRoles({ subject: { kind: "user", id: otherUserId }, domainId, projectId: project })).map(({ roleId }) => roleId);
    assert.deepEqual(await roles(projectId), ["everywhere", "global", "inside", "own"]);
    assert.deepEqual(await roles(otherProjectId), ["everywhere", "global", "inside"]);
    assert.deepEqual(await roles(undefined), ["global"]);
    const [own] = (await catalog.givenRoles({ subject: { kind: "user", id: otherUserId }, domainId, projectId })).filter(
      ({ policy: has }) => has,
    );
    assert.deepEqual(own?.policy, { name: "policy", document: { any: "thing" } });
    assert.deepEqual(
      (await catalog.projects({ userId: otherUserId })).map(({ name }) => name),
      ["another", "project"],
    );
    assert.equal(await catalog.unassign(given[1]), true);
    assert.equal(await catalog.unassign(given[1]), false);
    await catalog.deletePolicy("own");
    assert.deepEqual(await roles(projectId), ["global", "inside"]);
    await catalog.deleteGroup(groupId);
    assert.deepEqual(await roles(projectId), []);
    assert.deepEqual(await catalog.assignments({ subjectId: groupId }), []);
  });

  test("a user goes with everything it has, and names stay unique when they change", async () => {
    const catalog = await filled();
    await assert.rejects(catalog.updateUser(otherUserId, { name: "user" }), (error) => error instanceof DuplicateError);
    await catalog.updateUser(otherUserId, { name: "third", enabled: true, description: "new" });
    assert.deepEqual(await catalog.user({ id: "v" }), { ...user, id: otherUserId, name: "third", description: "new" });
    await catalog.deleteUser(userId);
    assert.equal(await catalog.accessKey("access"), undefined);
    assert.equal(await catalog.token("digest"), undefined);
    assert.deepEqual(await catalog.assignments({ subjectId: userId }), []);
  });
}
