import assert from "node:assert/strict";
import { test } from "node:test";
import type { HTTPMethods } from "fastify";
import { Value } from "typebox/value";
import type { TSchema } from "typebox";
import {
  EnterpriseProjectAnswer,
  EnterpriseProjectQuotasAnswer,
  ListEnterpriseProjectsAnswer,
} from "@tintype/contract/eps/enterprise-projects.ts";
import type { EnterpriseProject } from "@tintype/contract/eps/enterprise-projects.ts";
import { FilterResourcesAnswer } from "@tintype/contract/eps/resources.ts";
import type { DomainId, ProjectId, UserId } from "@tintype/server/ports/ids.ts";
import { principalOf, rightsOfRoles, sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

const disk = sampleDisk(1);
const root = "/v1.0/enterprise-projects";
const nobodys = "00000000-0000-7000-8000-000000000000";
const fits = (schema: TSchema, answer: unknown) => assert.deepEqual([...Value.Errors(schema, answer)], []);

/** A caller of another domain, or for the whole of one. */
interface DomainCaller extends Caller {
  readonly domain?: string;
  readonly isForDomain?: true;
}

/** Looks after the enterprise projects of its account. */
const keeper: DomainCaller = { project: "demo", roles: ["member", "eps_full"] };
const stranger: DomainCaller = { project: "far", roles: ["member", "eps_full"], domain: "other" };
const account: DomainCaller = { project: "none", roles: ["member"], isForDomain: true };

const believe: NonNullable<ImsServerOptions["requirePrincipal"]> = () => async (request) => {
  const { project, roles, domain = "default", isForDomain } = JSON.parse(String(request.headers["x-caller"])) as DomainCaller;
  const known = { ...principalOf(project, ...roles), domainId: domain as DomainId };
  request.principal = isForDomain === true ? { ...known, project: undefined, isForDomain, userId: "account" as UserId } : known;
};

/** A server with projects, so that an account's credentials reach them. */
async function open(options: ImsServerOptions = {}): Promise<ImsServer> {
  const server = await ImsServer.open({ requirePrincipal: believe, ...options });
  const { identity } = server.world.catalog;
  for (const id of ["default", "other"]) {
    await identity.insertDomain({ id: id as DomainId, name: id });
  }
  for (const [id, domain] of [
    ["demo", "default"],
    ["alt", "default"],
    ["far", "other"],
  ] as const) {
    await identity.insertProject({ id: id as ProjectId, domainId: domain as DomainId, name: `${id}-name`, description: "", enabled: true });
  }
  const userId = "account" as UserId;
  await identity.insertUser({ id: userId, domainId: "default" as DomainId, name: "account", passwordHash: "", enabled: true });
  for (const projectId of ["demo", "alt"] as ProjectId[]) {
    await identity.insertGrant({ userId, projectId, role: "member" });
  }
  return server;
}

async function create(server: ImsServer, name: string, caller: Caller = keeper): Promise<EnterpriseProject> {
  const answer = await server.call("POST", root, { name }, caller);
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<{ enterprise_project: EnterpriseProject }>().enterprise_project;
}

/** Status of a call that passed, or its refusal. */
// oxlint-disable-next-line max-params -- a call reads best on one line
async function outcome(
  server: ImsServer,
  method: HTTPMethods,
  url: string,
  body?: object | string,
  caller: Caller = keeper,
): Promise<string> {
  const answer = await server.call(method, url, body, caller);
  return answer.statusCode < 300 ? String(answer.statusCode) : epsRefusal(answer);
}

function epsRefusal(answer: Awaited<ReturnType<ImsServer["call"]>>): string {
  const { error } = answer.json<{ error: { error_code?: string; code?: string } }>();
  return `${answer.statusCode} ${error.error_code ?? error.code}`;
}

async function list(server: ImsServer, query = "", caller: Caller = demo): Promise<readonly string[]> {
  const answer = await server.call("GET", `${root}${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  fits(ListEnterpriseProjectsAnswer, answer.json());
  return answer.json<{ enterprise_projects: EnterpriseProject[] }>().enterprise_projects.map(({ name }) => name);
}

test("R-305: an enterprise project is made, shown, changed, disabled and enabled, as EPS shows it", async () => {
  await using server = await open();
  const { id, ...made } = await create(server, "生产_1-a");
  const instants = { created_at: "2026-01-02T03:04:05Z", updated_at: "2026-01-02T03:04:05Z" };
  assert.deepEqual(made, { name: "生产_1-a", description: "", status: 1, type: "prod", ...instants, delete_flag: false });
  server.world.clock.advance(60_000);
  const changed = await server.call("PUT", `${root}/${id}`, { name: "new", description: "d", type: "poc" }, keeper);
  fits(EnterpriseProjectAnswer, changed.json());
  const expected = {
    id,
    name: "new",
    description: "d",
    status: 1,
    type: "poc",
    ...instants,
    updated_at: "2026-01-02T03:05:05Z",
    delete_flag: false,
  };
  assert.deepEqual(changed.json(), { enterprise_project: expected });
  assert.deepEqual((await server.call("GET", `${root}/${id}`)).json(), { enterprise_project: expected });
  assert.equal(await outcome(server, "POST", `${root}/${id}/action`, { action: "disable" }), "204");
  assert.deepEqual((await server.call("GET", `${root}/${id}`)).json(), { enterprise_project: { ...expected, status: 2 } });
  assert.equal(await outcome(server, "PUT", `${root}/${id}`, { name: "x" }), "400 EPS.0014");
  assert.equal(await outcome(server, "POST", `${root}/${id}/action`, { action: "enable" }), "204");
  assert.equal(await outcome(server, "PUT", `${root}/${id}`, { name: "x" }), "200");
});

test("R-072: the default enterprise project is always there, and cannot be changed", async () => {
  await using server = await open();
  const shown = (await server.call("GET", `${root}/0`)).json<{ enterprise_project: EnterpriseProject }>().enterprise_project;
  assert.deepEqual([shown.id, shown.name, shown.status], ["0", "default", 1]);
  assert.deepEqual(await list(server), ["default"]);
  assert.equal(await outcome(server, "PUT", `${root}/0`, { name: "x" }), "400 EPS.0012");
  assert.equal(await outcome(server, "POST", `${root}/0/action`, { action: "disable" }), "400 EPS.0015");
  assert.equal(await outcome(server, "POST", root, { name: "Default" }), "400 EPS.0007");
});

test("names and descriptions have bounds, and a name is taken once in an account", async () => {
  await using server = await open();
  for (const [body, expected] of [
    [{ name: "n".repeat(255), description: "d".repeat(512) }, "201"],
    [{ name: "n".repeat(256) }, "400 EPS.0007"],
    [{ name: "n".repeat(10_000) }, "400 EPS.0007"],
    [{ name: "" }, "400 EPS.0007"],
    [{ name: "a b" }, "400 EPS.0007"],
    [{ name: "a\u0000" }, "400 EPS.0007"],
    [{ name: 1 }, "400 EPS.0007"],
    [{ name: null }, "400 EPS.0002"],
    [{}, "400 EPS.0002"],
    [{ name: "a", description: "d".repeat(513) }, "400 EPS.0008"],
    [{ name: "a", description: 1 }, "400 EPS.0008"],
    [{ name: "a", type: "x" }, "400 EPS.0002"],
    [{ name: "a", description: null, unknown: [1] }, "201"],
    [{ name: "a" }, "409 EPS.0010"],
    [{ name: "A" }, "201"],
    ["[", "400 EPS.0002"],
    ["", "400 EPS.0002"],
    ["[]", "400 EPS.0002"],
  ] as const) {
    assert.equal(await outcome(server, "POST", root, body), expected, JSON.stringify(body).slice(0, 60));
  }
  const { id } = await create(server, "other");
  assert.equal(await outcome(server, "PUT", `${root}/${id}`, { name: "a" }), "409 EPS.0010");
  assert.equal(await outcome(server, "PUT", `${root}/${id}`, { name: "other", description: "same name" }), "200");
  assert.equal((await create(server, "a", stranger)).name, "a");
});

test("one of 50 callers gets a name, and no more get one than the quota has room for", async () => {
  await using server = await open({ limits: { enterpriseProjects: { perDomain: 3 } } });
  const same = await Promise.all(Array.from({ length: 50 }, () => outcome(server, "POST", root, { name: "same" })));
  assert.deepEqual([...new Set(same)].toSorted(), ["201", "409 EPS.0010"]);
  assert.equal(same.filter((each) => each === "201").length, 1);
  const many = await Promise.all(Array.from({ length: 50 }, (_, index) => outcome(server, "POST", root, { name: `n${index}` })));
  assert.equal(many.filter((each) => each === "201").length, 2);
  assert.equal(many.filter((each) => each === "400 EPS.0009").length, 48);
  const quotas = (await server.call("GET", `${root}/quotas`)).json<object>();
  fits(EnterpriseProjectQuotasAnswer, quotas);
  assert.deepEqual(quotas, { quotas: { resources: [{ type: "enterprise_project", used: 3, quota: 3 }] } });
});

test("a list is newest first, filters, sorts and pages", async () => {
  await using server = await open();
  for (const name of ["one", "two", "Two-b"]) {
    await create(server, name);
    server.world.clock.advance(1000);
  }
  const two = (await server.call("GET", `${root}?name=two`)).json<{ enterprise_projects: EnterpriseProject[] }>().enterprise_projects[1];
  await server.call("POST", `${root}/${two?.id}/action`, { action: "disable" }, keeper);
  assert.deepEqual(await list(server), ["Two-b", "two", "one", "default"]);
  assert.deepEqual(await list(server, "?sort_dir=asc"), ["default", "one", "two", "Two-b"]);
  assert.deepEqual(await list(server, "?sort_key=updated_at"), ["two", "Two-b", "one", "default"]);
  assert.deepEqual(await list(server, "?name=TWO"), ["Two-b", "two"]);
  assert.deepEqual(await list(server, "?status=2"), ["two"]);
  assert.deepEqual(await list(server, "?status=1&limit=2&offset=1"), ["one", "default"]);
  assert.deepEqual(await list(server, "?limit=2&offset=4"), []);
  assert.deepEqual(await list(server, `?id=${two?.id}`), ["two"]);
  assert.deepEqual(await list(server, "?id=0"), ["default"]);
  assert.deepEqual(await list(server, "", stranger), ["default"]);
  for (const [query, refusal] of [
    ["?limit=0", "400 EPS.0017"],
    ["?limit=1001", "400 EPS.0017"],
    ["?limit=x", "400 EPS.0017"],
    ["?offset=-1", "400 EPS.0018"],
    ["?status=3", "400 EPS.0002"],
    ["?sort_key=name", "400 EPS.0002"],
    ["?sort_dir=up", "400 EPS.0002"],
    ["?id=1&id=2", "400 EPS.0002"],
  ] as const) {
    assert.equal(await outcome(server, "GET", `${root}${query}`), refusal, query);
  }
});

test("another account's enterprise projects do not exist, and a reader changes none", async () => {
  await using server = await open();
  const { id } = await create(server, "mine");
  const calls: [HTTPMethods, string, object | undefined][] = [
    ["GET", `${root}/ID`, undefined],
    ["PUT", `${root}/ID`, { name: "x" }],
    ["POST", `${root}/ID/action`, { action: "disable" }],
    ["POST", `${root}/ID/resources-migrate`, { resource_type: "images", resource_id: nobodys }],
    ["POST", `${root}/ID/resources/filter`, { resource_types: ["images"] }],
  ];
  for (const [method, url, body] of calls) {
    assert.equal(await outcome(server, method, url.replace("ID", id), body, stranger), "404 EPS.0005", url);
    assert.equal(await outcome(server, method, url.replace("ID", nobodys), body), "404 EPS.0005", url);
  }
  assert.equal(await outcome(server, "POST", root, { name: "x" }, reader), "403 EPS.0004");
  assert.equal(await outcome(server, "PUT", `${root}/${id}`, { name: "x" }, reader), "403 EPS.0004");
  assert.equal(await outcome(server, "POST", `${root}/${id}/action`, { action: "disable" }, reader), "403 EPS.0004");
  assert.equal(
    await outcome(server, "POST", `${root}/${id}/resources-migrate`, { resource_type: "images", resource_id: "x" }, reader),
    "403 EPS.0004",
  );
  assert.deepEqual(await list(server, "", reader), ["mine", "default"]);
  assert.equal(await outcome(server, "POST", `${root}/${id}/action`, { action: "Disable" }), "400 EPS.0013");
  assert.equal(await outcome(server, "GET", `${root}/x/y/z`), "404 ops.routeNotFound");
});

test("enterprise projects are the whole account's: members see and use them, and only who may look after them changes them", async () => {
  await using server = await open();
  const { id } = await create(server, "mine");
  const changes: readonly (readonly [HTTPMethods, string, object])[] = [
    ["POST", root, { name: "another" }],
    ["PUT", `${root}/${id}`, { name: "changed" }],
    ["POST", `${root}/${id}/action`, { action: "disable" }],
    ["POST", `${root}/${id}/action`, { action: "enable" }],
  ];
  for (const [method, url, body] of changes) {
    assert.equal(await outcome(server, method, url, body, demo), "403 EPS.0004", JSON.stringify(body));
  }
  assert.deepEqual(await list(server, "", demo), ["mine", "default"]);
  const image = await server.world.addImage("demo", disk);
  const move = { resource_type: "images", resource_id: image.id };
  assert.equal(await outcome(server, "POST", `${root}/${id}/resources-migrate`, move, demo), "204");
  for (const role of ["admin", "te_admin", "eps_full"]) {
    const caller = { project: "demo", roles: [role] };
    assert.equal((await create(server, role, caller)).name, role);
    assert.equal(await outcome(server, "PUT", `${root}/${id}`, { description: role }, caller), "200");
    assert.equal(await outcome(server, "POST", `${root}/${id}/action`, { action: "disable" }, caller), "204");
    assert.equal(await outcome(server, "POST", `${root}/${id}/action`, { action: "enable" }, caller), "204");
  }
});

test("R-072: an image is made in, copied to and moved to enabled enterprise projects of its account only", async () => {
  await using server = await open();
  const { id } = await create(server, "on");
  const off = await create(server, "off");
  await server.call("POST", `${root}/${off.id}/action`, { action: "disable" }, keeper);
  const theirs = await create(server, "theirs", stranger);
  await server.world.addFile("demo", "files:disk.raw", disk);
  const image = await server.world.addImage("demo", disk);
  const ways: readonly ((target: string) => ReturnType<ImsServer["call"]>)[] = [
    (target) =>
      server.call("POST", "/v2/cloudimages/action", {
        name: "n",
        image_url: "files:disk.raw",
        min_disk: 40,
        enterprise_project_id: target,
      }),
    (target) => server.call("POST", "/v2/images", { name: "n", enterprise_project_id: target }),
    (target) => server.call("POST", `/v1/cloudimages/${image.id}/copy`, { name: "c", enterprise_project_id: target }),
    (target) => server.call("PATCH", `/v2/cloudimages/${image.id}`, [{ op: "replace", path: "/enterprise_project_id", value: target }]),
  ];
  for (const way of ways) {
    for (const target of [off.id, theirs.id, nobodys, "a b"]) {
      assert.equal(refusalOf(await way(target)), "400 IMG.0155", target);
    }
  }
  assert.equal((await server.list()).length, 1);
  for (const way of ways) {
    assert.ok((await way(id)).statusCode < 300);
  }
  assert.equal((await server.list(`?enterprise_project_id=${id}`)).length, 4);
  assert.equal((await server.list("?enterprise_project_id=all_granted_eps")).length, 4);
  assert.deepEqual(await server.list("?enterprise_project_id=0"), []);
});

test("R-305: what Terraform does to move an image ends with the image in the enterprise project", async () => {
  await using server = await open();
  const { id } = await create(server, "target");
  const images = [];
  for (let index = 0; index < 3; index += 1) {
    images.push(
      await server.world.addImage("demo", disk, { name: `image-${index}`, kind: "data", enterpriseProjectId: index === 2 ? "0" : id }),
    );
    server.world.clock.advance(1000);
  }
  const image = images[2];
  assert.ok(image);
  const move = await server.call("POST", `${root}/${id}/resources-migrate`, {
    resource_type: "images",
    resource_id: image.id,
    project_id: "demo",
  });
  assert.equal(move.statusCode, 204);
  assert.equal(move.body, "");
  const seen: unknown[] = [];
  for (let offset = 0; ; offset += 2) {
    const answer = await server.call("POST", `${root}/${id}/resources/filter`, {
      projects: ["demo"],
      resource_types: ["images"],
      limit: 2,
      offset,
    });
    fits(FilterResourcesAnswer, answer.json());
    const { resources, total_count: total } = answer.json<FilterResourcesAnswer>();
    assert.equal(total, 3);
    if (resources.length === 0) {
      break;
    }
    seen.push(...resources);
  }
  assert.deepEqual(seen[0], {
    project_id: "demo",
    project_name: "demo",
    resource_type: "images",
    resource_id: image.id,
    resource_name: "image-2",
    resource_detail: { status: "active" },
    enterprise_project_id: id,
  });
  assert.equal(seen.length, 3);
  const [moved] = await server.list(`?id=${image.id}`);
  assert.equal(moved?.["enterprise_project_id"], id);
  assert.equal(moved?.["updated_at"], "2026-01-02T03:04:08Z");
  assert.equal(await outcome(server, "POST", `${root}/0/resources-migrate`, { resource_type: "images", resource_id: image.id }), "204");
  assert.equal((await server.list(`?id=${image.id}`))[0]?.["enterprise_project_id"], "0");
});

test("R-305: what is moved is an image that the caller owns, into an enabled enterprise project", async () => {
  await using server = await open();
  const { id } = await create(server, "target");
  const image = await server.world.addImage("demo", disk, { visibility: "public" });
  const hidden = await server.world.addImage("alt", disk);
  const move = (body: object, caller: Caller = demo) => outcome(server, "POST", `${root}/${id}/resources-migrate`, body, caller);
  const own = { resource_type: "images", resource_id: image.id };
  assert.equal(await move({ ...own, resource_type: "disk" }), "400 EPS.0025");
  assert.equal(await move({ ...own, resource_type: "Images" }), "400 EPS.0025");
  assert.equal(await move({ ...own, project_id: "alt" }), "400 EPS.0022");
  assert.equal(await move({ ...own, resource_id: hidden.id }), "404 IMG.0027");
  assert.equal(await move({ ...own, resource_id: "x".repeat(10_000) }), "404 IMG.0027");
  assert.equal(await move(own, alt), "400 IMG.0047");
  assert.equal(await move(own, stranger), "404 EPS.0005");
  assert.equal(await move({ resource_id: image.id }), "400 EPS.0002");
  assert.equal(await move({ ...own, resource_id: 1 }), "400 EPS.0002");
  await server.call("POST", `${root}/${id}/action`, { action: "disable" }, keeper);
  assert.equal(await move(own), "400 EPS.0014");
  await server.call("POST", `${root}/${id}/action`, { action: "enable" }, keeper);
  assert.equal(await move(own, administrator), "204");
});

test("R-305: credentials for an account reach its projects' images, those for a project no other's", async () => {
  await using server = await open();
  const { id } = await create(server, "target");
  const mine = await server.world.addImage("demo", disk, { name: "in-demo" });
  const other = await server.world.addImage("alt", disk, { name: "in-alt", enterpriseProjectId: id });
  const move = (body: object, caller: Caller) =>
    outcome(server, "POST", `${root}/${id}/resources-migrate`, { resource_type: "images", ...body }, caller);
  assert.equal(await move({ resource_id: mine.id, project_id: "demo" }, account), "204");
  assert.equal(await move({ resource_id: mine.id }, account), "400 EPS.0022");
  assert.equal(await move({ resource_id: mine.id, project_id: "far" }, account), "400 EPS.0022");
  assert.equal(await move({ resource_id: other.id, project_id: "demo" }, account), "404 IMG.0027");
  const filter = async (body: object, caller: Caller) => {
    const answer = await server.call("POST", `${root}/${id}/resources/filter`, { resource_types: ["images", "disk"], ...body }, caller);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<FilterResourcesAnswer>();
  };
  const all = await filter({ projects: ["demo", "far", "alt"] }, account);
  assert.deepEqual(
    all.resources.map(({ resource_name: name, project_name: project }) => `${project} ${name}`),
    ["demo-name in-demo", "alt-name in-alt"],
  );
  assert.deepEqual(
    all.errors.map(({ project_id: project, error_code: code }) => `${project} ${code}`),
    ["far EPS.0022"],
  );
  const second = await filter({ projects: ["demo", "alt"], limit: 1, offset: 1 }, account);
  assert.deepEqual([second.total_count, second.resources[0]?.resource_name], [2, "in-alt"]);
  const own = await filter({}, demo);
  assert.deepEqual([own.total_count, own.resources[0]?.resource_name], [1, "in-demo"]);
  assert.equal((await filter({ projects: ["alt"] }, demo)).errors.length, 1);
  const named = await filter({ projects: ["demo", "alt"], matches: [{ key: "resource_name", value: "alt" }] }, account);
  assert.deepEqual([named.total_count, named.resources[0]?.resource_name], [1, "in-alt"]);
  assert.equal((await filter({ projects: ["demo"], resource_types: ["disk"] }, account)).total_count, 0);
});

test("a filter of resources names projects and types, each once", async () => {
  await using server = await open();
  const filter = (body: object | string, caller: Caller = demo) => outcome(server, "POST", `${root}/0/resources/filter`, body, caller);
  const types = { resource_types: ["images"] };
  for (const [body, refusal] of [
    [{ ...types, projects: [] }, "400 EPS.0020"],
    [{ ...types, projects: ["demo", "demo"] }, "400 EPS.0021"],
    [{ resource_types: [] }, "400 EPS.0023"],
    [{ resource_types: ["images", "images"] }, "400 EPS.0024"],
    [{}, "400 EPS.0002"],
    [{ ...types, limit: 0 }, "400 EPS.0017"],
    [{ ...types, limit: 1001 }, "400 EPS.0017"],
    [{ ...types, limit: "10" }, "400 EPS.0017"],
    [{ ...types, offset: -1 }, "400 EPS.0018"],
    [{ ...types, projects: Array.from({ length: 101 }, (_, index) => `p${index}`) }, "400 EPS.0002"],
    [{ ...types, matches: [{ key: "x", value: "y" }] }, "400 EPS.0002"],
    [{ ...types, projects: null }, "200"],
    ["", "400 EPS.0002"],
  ] as const) {
    assert.equal(await filter(body), refusal, JSON.stringify(body).slice(0, 80));
  }
  assert.equal(await filter(types, account), "400 EPS.0020");
});

/** A caller whose rights hold in one enterprise project alone, as soon as that is told. */
function boundCaller() {
  const bounds: { id?: string } = {};
  const requirePrincipal: NonNullable<ImsServerOptions["requirePrincipal"]> = () => async (request) => {
    const { roles, rights } = rightsOfRoles("member", "eps_full");
    const { id } = bounds;
    const statements = rights.statements.map((statement) => (id === undefined ? statement : { ...statement, enterpriseProjectId: id }));
    request.principal = { ...principalOf("demo"), roles, rights: { ...rights, statements } };
  };
  return { bounds, requirePrincipal };
}

test("R-305: somebody with rights in one enterprise project moves images neither out of nor into another one", async () => {
  const { bounds, requirePrincipal } = boundCaller();
  await using server = await open({ requirePrincipal });
  const [one, two] = [await create(server, "one"), await create(server, "two")];
  const image = await server.world.addImage("demo", disk, { enterpriseProjectId: one.id });
  bounds.id = one.id;
  const patch = [{ op: "replace", path: "/enterprise_project_id", value: two.id }];
  assert.equal(refusalOf(await server.call("PATCH", `/v2/cloudimages/${image.id}`, patch)), "403 IMG.0026");
  const move = { resource_type: "images", resource_id: image.id };
  const moved = await server.call("POST", `${root}/${two.id}/resources-migrate`, move);
  assert.ok(["403 IMG.0026", "403 EPS.0004"].includes(epsRefusal(moved)), moved.body);
  bounds.id = two.id;
  assert.equal(refusalOf(await server.call("PATCH", `/v2/cloudimages/${image.id}`, patch)), "403 IMG.0026");
  assert.equal((await server.world.catalog.images.get(image.id))?.enterpriseProjectId, one.id);
});

test("R-305: somebody with rights in one enterprise project finds, counts and lists the tags of its images only", async () => {
  const { bounds, requirePrincipal } = boundCaller();
  await using server = await open({ requirePrincipal });
  const { id } = await create(server, "one");
  for (let index = 0; index < 4; index += 1) {
    const fields = { name: `n${index}`, tags: [`t${index}`, "all"], enterpriseProjectId: index < 2 ? id : "0" };
    await server.world.addImage("demo", disk, fields);
    server.world.clock.advance(1000);
  }
  const seen = async () => {
    const query = "/v2/demo/images/resource_instances/action";
    const filter = await server.call("POST", query, { action: "filter", tags: [{ key: "all", values: [] }], offset: 1 });
    const count = await server.call("POST", query, { action: "count" });
    const tags = await server.call("GET", "/v1/cloudimages/tags");
    const keys = await server.call("GET", "/v2/demo/images/tags");
    return {
      names: filter.json<{ resources: { resource_name: string }[] }>().resources.map(({ resource_name: name }) => name),
      total: filter.json<{ total_count: number }>().total_count,
      count: count.json<{ total_count: number }>().total_count,
      tags: tags.json<{ tags: string[] }>().tags,
      keys: keys.json<{ tags: { key: string }[] }>().tags.map(({ key }) => key),
    };
  };
  const everything = ["all", "t0", "t1", "t2", "t3"];
  assert.deepEqual(await seen(), { names: ["n2", "n1", "n0"], total: 4, count: 4, tags: everything, keys: everything });
  bounds.id = id;
  const own = ["all", "t0", "t1"];
  assert.deepEqual(await seen(), { names: ["n0"], total: 2, count: 2, tags: own, keys: own });
});
