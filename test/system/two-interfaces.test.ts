import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Session } from "@tintype/client/session/session.ts";
import { systemTimers } from "@tintype/client/timing/timers.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import { runTintype, TintypeProcess } from "./tintype-process.ts";

const region = "RegionOne";
const ids = { demo: "966aaed4cfe6512089f064d6c459770b", alt: "5978455907e252039ef62c687322244b" } as const;
type Who = keyof typeof ids;

let folder: string;
let server: TintypeProcess;
let tokens: Readonly<Record<Who, string>>;
/** A raw disk, and the same as QCOW2. */
let raw: string;
let qcow2: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-two-interfaces-"));
  const people = {
    domain: { id: "default", name: "Default" },
    region,
    projects: Object.entries(ids).map(([name, id]) => ({ id, name })),
    users: Object.keys(ids).map((name) => ({ name, password: "secret", grants: [{ project: name, roles: ["member"] }] })),
  };
  await writeFile(join(folder, "bootstrap.json"), JSON.stringify(people));
  server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_BOOTSTRAP_FILE: join(folder, "bootstrap.json") });
  await server.start();
  tokens = { demo: await tokenOf("demo"), alt: await tokenOf("alt") };
  raw = join(folder, "disk.raw");
  qcow2 = join(folder, "disk.qcow2");
  await writeFile(raw, Buffer.concat([randomBytes(1024 * 1024), Buffer.alloc(1024 * 1024), randomBytes(1024 * 1024)]));
  await tintype("disk", "convert", raw, qcow2, "-O", "qcow2");
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function tokenOf(name: Who): Promise<string> {
  const identity = { methods: ["password"], password: { user: { name, password: "secret", domain: { id: "default" } } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { id: ids[name] } } } });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server.endpoint}/v3/auth/tokens`, { method: "POST", headers, body });
  return answer.headers.get("x-subject-token") ?? "";
}

/** The command line, which speaks IMS. */
async function tintype(...args: readonly string[]): Promise<string> {
  const user = { TINTYPE_ENDPOINT: server.endpoint, OS_USERNAME: "demo", OS_PASSWORD: "secret", OS_PROJECT_NAME: "demo" };
  const { code, stdout, stderr } = await runTintype(args, { ...server.env, ...user });
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** The image that a command printed as JSON. */
async function imageOf(...args: readonly string[]): Promise<{ readonly id: string; readonly status: string }> {
  const lines = (await tintype(...args, "--json")).trim().split("\n");
  return JSON.parse(lines.at(-1) ?? "") as { id: string; status: string }; // as docs/cli.md promises
}

async function idsOfIms(): Promise<readonly string[]> {
  const images = JSON.parse(await tintype("image", "list", "--json")) as readonly { id: string }[]; // as docs/cli.md promises
  return images.map(({ id }) => id);
}

/** Calls the Image API. */
async function call(who: Who, method: string, path: string, body?: object): Promise<Response> {
  return await send(who, method, path, body === undefined ? {} : { body: JSON.stringify(body), type: "application/json" });
}

async function send(
  who: Who,
  method: string,
  path: string,
  { body, type }: { readonly body?: string | Uint8Array<ArrayBuffer>; readonly type?: string },
): Promise<Response> {
  const headers = { "x-auth-token": tokens[who], ...(type === undefined ? {} : { "content-type": type }) };
  const answer = await fetch(`${server.endpoint}/image/v2/images${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
  return answer;
}

async function read<Answer>(who: Who, path: string): Promise<Answer> {
  return (await (await call(who, "GET", path)).json()) as Answer; // the contract says what each answers
}

async function idsOfImageApi(who: Who, query = ""): Promise<readonly string[]> {
  const { images } = await read<{ readonly images: readonly { readonly id: string }[] }>(who, query);
  return images.map(({ id }) => id);
}

/** Downloads an image by the Image API into a file. */
async function download(who: Who, id: string): Promise<string> {
  const path = join(folder, `download-${id}-${who}`);
  await writeFile(path, Buffer.from(await (await call(who, "GET", `/${id}/file`)).arrayBuffer()));
  return path;
}

async function assertSameDisk(path: string): Promise<void> {
  await tintype("disk", "compare", raw, path);
}

function sessionOf(who: Who): Session {
  const user = { username: who, password: "secret", userDomainName: "Default", project: { name: who, domainName: "Default" } };
  return new Session({ authUrl: new URL(`${server.endpoint}/v3`), credentials: { kind: "password", ...user }, timers: systemTimers });
}

async function untilSucceeded(who: Who, jobId: string): Promise<void> {
  const options = { timers: systemTimers, signal: AbortSignal.timeout(60_000) };
  assert.equal((await waitForJob(new Jobs(sessionOf(who)), jobId, options)).status, "succeeded");
}

/** Changes members by IMS, where a job does it. */
async function changeMembers(who: Who, method: "POST" | "PUT", body: object): Promise<void> {
  const answer = await sessionOf(who).json({ method, path: "/v1/cloudimages/members", body });
  await untilSucceeded(who, (answer as { job_id: string }).job_id); // the contract says so
}

/** Makes an image that waits for its file. */
async function declare(name: string, format: string): Promise<string> {
  const body = { name, disk_format: format, container_format: "bare", visibility: "private" };
  const { id } = (await (await call("demo", "POST", "", body)).json()) as { id: string }; // an image
  return id;
}

test("an image that was uploaded by the Image API is listed, exported, copied and shared through IMS", async () => {
  const id = await declare("uploaded", "qcow2");
  await send("demo", "PUT", `/${id}/file`, { body: new Uint8Array(await readFile(qcow2)), type: "application/octet-stream" });
  assert.ok((await idsOfIms()).includes(id));

  const exported = join(folder, "exported.vhd");
  await tintype("image", "export", id, "--format", "vhd", "--output", exported);
  await assertSameDisk(exported);

  const copy = await imageOf("image", "copy", id, "--name", "copy");
  assert.equal(copy.status, "active");
  assert.ok((await idsOfImageApi("demo")).includes(copy.id));
  await assertSameDisk(await download("demo", copy.id));

  await changeMembers("demo", "POST", { images: [id], projects: [ids.alt] });
  await changeMembers("alt", "PUT", { images: [id], project_id: ids.alt, status: "accepted" });
  assert.deepEqual(await idsOfImageApi("alt"), [id]);
  assert.ok((await readFile(await download("alt", id))).equals(await readFile(qcow2)));
  await call("demo", "DELETE", `/${id}`);
  assert.ok(!(await idsOfIms()).includes(id));
});

test("an image that was imported by IMS is listed, downloaded, copied and shared through the Image API", async () => {
  const { id } = await imageOf("image", "import", raw, "--name", "imported", "--os-version", "Debian GNU/Linux 12.0.0 64bit");
  assert.deepEqual(await idsOfImageApi("demo", "?name=imported&status=active"), [id]);
  await assertSameDisk(await download("demo", id));

  const copyId = await declare("fetched", "zvhd2");
  await call("demo", "POST", `/${copyId}/import`, { method: { name: "glance-download", glance_image_id: id, glance_region: region } });
  const { tasks } = await read<{ readonly tasks: readonly { readonly id: string }[] }>("demo", `/${copyId}/tasks`);
  // A task has its job's id, written as the Image API writes ids.
  assert.deepEqual(await Promise.all(tasks.map(({ id: task }) => untilSucceeded("demo", task.replaceAll("-", "")))), [undefined]);
  await assertSameDisk(await download("demo", copyId));
  assert.ok((await idsOfIms()).includes(copyId));

  const edit = [{ op: "replace", path: "/visibility", value: "shared" }];
  await send("demo", "PATCH", `/${id}`, { body: JSON.stringify(edit), type: "application/openstack-images-v2.1-json-patch" });
  await call("demo", "POST", `/${id}/members`, { member: ids.alt });
  await call("alt", "PUT", `/${id}/members/${ids.alt}`, { status: "accepted" });
  assert.deepEqual(await idsOfImageApi("alt", "?visibility=shared"), [id]);
  await assertSameDisk(await download("alt", id));
  await tintype("image", "delete", id, "--yes");
  assert.equal((await idsOfImageApi("demo")).includes(id), false);
});
