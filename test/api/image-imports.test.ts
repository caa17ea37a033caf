import assert from "node:assert/strict";
import { test } from "node:test";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { safeUrlReader } from "@tintype/server/adapters/safe-fetch/safe-url-reader.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import type { ImageServices, TokenBearer } from "@tintype/server/ports/image-services.ts";
import { FileServer, digestOf, noise } from "./image-files-setup.ts";
import { assertWaits, ended, importImage, imported, openPlace, readerFor, tasksOf } from "./import-setup.ts";
import { administrator, alt, reader } from "./ims-server.ts";

const mib = 1024 * 1024;
const file = noise(3 * mib + 77);
const direct = { name: "glance-direct" };
const altProject = alt.project as ProjectId;
const remoteId = "5e7a2f3c-8f0b-4f3e-9a55-0d8b7a0c1d2e";

test("a staged file is imported bit for bit, and its task names request and method", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  assert.equal((await files.put(id, file, undefined, "stage")).status, 204);
  const answer = await importImage(files, id, direct, { all_stores: true });
  assert.equal(answer.statusCode, 202, answer.body);
  await ended(files, id);
  const image = await files.image(id);
  assert.equal(image.status, "active");
  assert.equal(image.file?.md5, digestOf("md5", file));
  assert.equal(image.file.digest.value, digestOf("sha512", file));
  assert.ok((await files.get(id)).bytes.equals(file));
  const [task, ...others] = await tasksOf(files, id);
  assert.equal(others.length, 0);
  assert.equal(task?.status, "success");
  assert.equal(task.message, "Copied 3 MiB");
  assert.equal(task.request_id, answer.headers["x-openstack-request-id"]);
  assert.equal(task.input.import_req.method["name"], "glance-direct");
  assert.deepEqual(task.result, { image_id: id });
  const [blob] = image.disks;
  assert.deepEqual(await files.server.world.contents(), [`blob ${blob?.blobId}`, `image ${id} active`]);
});

test("a file from an address is imported bit for bit, and what the content is, it decides", async () => {
  const qcow2 = buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file;
  await using place = await openPlace((_, response) => response.end(qcow2));
  await using files = await FileServer.open({ urlReader: readerFor([place]) });
  const id = await files.declare("qcow2");
  const task = await imported(files, id, { name: "web-download", uri: `${place.url}/a.qcow2` });
  assert.equal(task.status, "success", task.message);
  assert.ok((await files.get(id)).bytes.equals(qcow2));
  const image = await files.image(id);
  assert.equal(image.disks[0]?.format, "qcow2");
  assert.equal(image.disks[0].virtualSizeBytes, 4 * mib);
});

test("CVE-2015-3289: a file that is not what its image was declared as is not imported, staged or not, and the task says why", async () => {
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ urlReader: readerFor([place]) });
  const id = await files.declare("qcow2");
  const fetched = await imported(files, id, { name: "web-download", uri: place.url });
  assert.equal(fetched.status, "failure");
  assert.match(fetched.message, /declared as qcow2, and its content is raw/);
  await assertWaits(files, id);
  assert.equal((await files.put(id, file, undefined, "stage")).status, 204);
  assert.equal((await imported(files, id, direct)).status, "failure");
  await assertWaits(files, id);
});

const formats = { disk_format: "qcow2", container_format: "bare" };

/** An image service elsewhere, in the region `elsewhere`, and whom tokens were lent to. */
async function openElsewhere(description: object, content: Uint8Array) {
  const bearers: TokenBearer[] = [];
  const returned: string[] = [];
  const place = await openPlace((request, response) =>
    request.headers["x-auth-token"] !== "lent"
      ? response.writeHead(401).end()
      : response.end(request.url?.endsWith("/file") ? content : JSON.stringify(description)),
  );
  const imageServices: ImageServices = {
    addressOf: (region, kind) => (region === "elsewhere" && kind === "public" ? `${place.url}/image` : undefined),
    lendToken: async (bearer) => {
      bearers.push(bearer);
      return { token: "lent", [Symbol.asyncDispose]: async () => void returned.push("lent") };
    },
  };
  return { place, imageServices, bearers, returned, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

test("an image of another image service is imported with its formats and the properties that are copied", async () => {
  const qcow2 = buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file;
  const properties = { hw_cpu_cores: "5", "trait:FAST": "required", os_distro: "rhel", speed: "88mph", os_hash_algo: "sha512" };
  const told = { status: "active", ...formats, ...properties, checksum: digestOf("md5", qcow2), os_hash_value: digestOf("sha512", qcow2) };
  await using elsewhere = await openElsewhere(told, qcow2);
  await using files = await FileServer.open({ imageServices: elsewhere.imageServices });
  const id = await files.declare("iso", { properties: { hw_cpu_cores: "1", mine: "yes" } });
  const method = { name: "glance-download", glance_region: "elsewhere", glance_image_id: remoteId.toUpperCase() };
  const task = await imported(files, id, method);
  assert.equal(task.status, "success", task.message);
  assert.deepEqual(
    elsewhere.place.requests.map(({ url }) => url),
    [`/image/v2/images/${remoteId}`, `/image/v2/images/${remoteId}/file`],
  );
  assert.deepEqual(elsewhere.bearers, [{ userId: "user-of-demo", agencyId: undefined, projectId: "demo" }]);
  assert.deepEqual(elsewhere.returned, ["lent"]);
  const shown = (await files.server.call("GET", `/image/v2/images/${id}`)).json<Record<string, unknown>>();
  assert.deepEqual([shown["disk_format"], shown["container_format"], shown["status"]], ["qcow2", "bare", "active"]);
  assert.deepEqual([shown["hw_cpu_cores"], shown["trait:FAST"], shown["os_distro"], shown["mine"]], ["5", "required", "rhel", "yes"]);
  assert.ok(!("speed" in shown));
  assert.deepEqual(task.input.import_req.method, {
    name: "glance-download",
    glance_region: "elsewhere",
    glance_image_id: remoteId,
    glance_service_interface: "public",
  });
});

test("CVE-2024-44082, CVE-2024-47211: an import from an unknown region, of an image that is not ready, or of another file than was told, leaves the image as it was", async () => {
  const cases = [
    { told: {}, region: "nowhere", says: /no image service in the region nowhere/ },
    { told: { status: "queued", ...formats }, region: "elsewhere", says: /is queued/ },
    { told: { status: "active", disk_format: "qcow9" }, region: "elsewhere", says: /no image with known formats/ },
    { told: { status: "active", ...formats, checksum: digestOf("md5", noise(9)) }, region: "elsewhere", says: /digests/ },
  ];
  for (const { told, region, says } of cases) {
    await using elsewhere = await openElsewhere(told, file);
    await using files = await FileServer.open({ imageServices: elsewhere.imageServices });
    const id = await files.declare("raw", { properties: { hw_cpu_cores: "1" } });
    const task = await imported(files, id, { name: "glance-download", glance_region: region, glance_image_id: remoteId });
    assert.equal(task.status, "failure");
    assert.match(task.message, says);
    await assertWaits(files, id);
    const { diskFormat, properties } = await files.image(id);
    assert.deepEqual({ diskFormat, properties }, { diskFormat: "raw", properties: { hw_cpu_cores: "1" } });
  }
});

test("what an import cannot do is refused at once, by its status", async () => {
  await using files = await FileServer.open({ urlReader: readerFor([{ name: "127.0.0.1:9" }]) });
  const id = await files.declare("raw");
  const web = { name: "web-download", uri: "http://127.0.0.1:9/" };
  const cases: readonly (readonly [status: number, body: object, says: RegExp])[] = [
    [400, {}, /method/],
    [400, { method: {} }, /name/],
    [400, { method: "glance-direct" }, /method/],
    [400, { method: { name: "conjure" } }, /no import method conjure/],
    [400, { method: { name: "copy-image" }, all_stores: true }, /copies between stores and this service has one/],
    [400, { method: { name: "web-download" } }, /method\.uri is missing/],
    [400, { method: { name: "web-download", uri: "ftp://example.com/x" } }, /http and https/],
    [400, { method: { name: "glance-download", glance_region: "r" } }, /glance_image_id/],
    [400, { method: { name: "glance-download", glance_image_id: remoteId } }, /glance_region/],
    [400, { method: { name: "glance-download", glance_region: "r", glance_image_id: "foo" } }, /image id does not look like a UUID/],
    [400, { method: web, all_stores: "yes" }, /all_stores/],
    [400, { method: web, all_stores_must_succeed: 1 }, /all_stores_must_succeed/],
    [400, { method: web, all_stores_must_succeed: false }, /one store/],
    [400, { method: web, stores: ["fast"], all_stores: true }, /exclude each other/],
    [409, { method: web, stores: ["fast"] }, /no store fast/],
    [409, { method: direct }, /no file is staged/],
  ];
  for (const [status, body, says] of cases) {
    const answer = await files.server.call("POST", `/image/v2/images/${id}/import`, body);
    assert.equal(answer.statusCode, status, `${JSON.stringify(body)} ${answer.body}`);
    assert.match(answer.json<{ message: string }>().message, says);
  }
  assert.equal((await files.server.call("POST", `/image/v2/images/${id}/import`)).statusCode, 400);
  await assertWaits(files, id);
  assert.deepEqual(await tasksOf(files, id), []);
});

test("formats come first, an active image stays what it is, and of two imports one is taken", async () => {
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ urlReader: readerFor([place]), holdJobs: true });
  const web = { name: "web-download", uri: place.url };
  for (const fields of [{ containerFormat: "" }, { diskFormat: "" }]) {
    assert.equal((await importImage(files, await files.declare("raw", fields), web)).statusCode, 409);
  }
  const id = await files.declare("raw");
  const answers = await Promise.all([importImage(files, id, web), importImage(files, id, web)]);
  assert.deepEqual(answers.map(({ statusCode }) => String(statusCode)).toSorted(), ["202", "409"]);
  assert.equal((await files.image(id)).status, "importing");
  assert.equal((await files.put(id, file)).status, 409);
  const [pending] = await tasksOf(files, id);
  assert.equal(pending?.status, "pending");
  const [job] = await files.server.world.catalog.jobs.list({ subjectId: id });
  files.server.jobs.dispatch(job?.id ?? "");
  await ended(files, id);
  assert.equal((await importImage(files, id, web)).statusCode, 409);
  assert.equal((await files.get(id)).status, 200);
});

test("the key in an address is gone from the row of its import when that is over", async () => {
  const asked: (string | undefined)[] = [];
  await using place = await openPlace(({ url }, response) => {
    asked.push(url);
    response.end(file);
  });
  await using files = await FileServer.open({ urlReader: readerFor([place]) });
  const id = await files.declare("raw");
  assert.equal((await imported(files, id, { name: "web-download", uri: `${place.url}/disk?sig=hunter2` })).status, "success");
  assert.deepEqual(asked, ["/disk?sig=hunter2"]);
  const rows = await files.server.world.catalog.jobs.list({ subjectId: id });
  assert.ok(rows.length === 1 && !JSON.stringify(rows).includes("hunter2"));
});

test("places that say nothing hold up no import that needs nobody", async () => {
  await using place = await openPlace(() => {});
  await using files = await FileServer.open({ urlReader: safeUrlReader({ allowed: [place.name], silenceMs: 3_600_000 }) });
  const fetching = [await files.declare("raw"), await files.declare("raw"), await files.declare("raw")];
  for (const id of fetching) {
    assert.equal((await importImage(files, id, { name: "web-download", uri: place.url })).statusCode, 202);
  }
  const id = await files.declare("raw");
  assert.equal((await files.put(id, file, undefined, "stage")).status, 204);
  assert.equal((await imported(files, id, direct)).status, "success");
  for (const waiting of fetching) {
    const [job] = await files.server.world.catalog.jobs.list({ subjectId: waiting });
    await files.server.jobs.cancel(job?.id ?? "");
  }
});

test("a project whose places say nothing holds up the imports of no other one", async () => {
  await using silent = await openPlace(() => {});
  await using place = await openPlace((_, response) => response.end(file));
  const urlReader = safeUrlReader({ allowed: [silent.name, place.name], silenceMs: 3_600_000 });
  await using files = await FileServer.open({ urlReader, fetchingPerProject: 1 });
  const fetching = [await files.declare("raw"), await files.declare("raw"), await files.declare("raw")];
  for (const id of fetching) {
    assert.equal((await importImage(files, id, { name: "web-download", uri: silent.url })).statusCode, 202);
  }
  for (const id of [await files.declare("raw", { projectId: altProject }), await files.declare("raw", { projectId: altProject })]) {
    assert.equal((await importImage(files, id, { name: "web-download", uri: place.url }, {}, alt)).statusCode, 202);
    assert.equal((await ended(files, id)).status, "succeeded");
  }
  for (const waiting of fetching) {
    const [job] = await files.server.world.catalog.jobs.list({ subjectId: waiting });
    await files.server.jobs.cancel(job?.id ?? "");
  }
});

test("projects take turns at addresses, whoever asked for how many imports before", async () => {
  const asked: string[] = [];
  const gates = new Map<string, () => void>();
  const reached = new Map(["/1", "/2", "/3", "/4", "/other"].map((url) => [url, Promise.withResolvers<void>()]));
  await using place = await openPlace(({ url = "" }, response) => {
    asked.push(url);
    gates.set(url, () => response.end(file));
    reached.get(url)?.resolve();
  });
  await using files = await FileServer.open({ urlReader: readerFor([place]) });
  for (const number of [1, 2, 3, 4]) {
    const method = { name: "web-download", uri: `${place.url}/${number}` };
    assert.equal((await importImage(files, await files.declare("raw"), method)).statusCode, 202);
  }
  const other = await files.declare("raw", { projectId: altProject });
  assert.equal((await importImage(files, other, { name: "web-download", uri: `${place.url}/other` }, {}, alt)).statusCode, 202);
  await Promise.all([reached.get("/1")?.promise, reached.get("/2")?.promise]);
  gates.get("/1")?.();
  await reached.get("/other")?.promise;
  gates.get("/other")?.();
  assert.equal((await ended(files, other)).status, "succeeded");
  for (const url of ["/2", "/3", "/4"]) {
    await reached.get(url)?.promise;
    gates.get(url)?.();
  }
  assert.deepEqual(asked.slice(0, 3).toSorted(), ["/1", "/2", "/other"]);
});

test("an image that others see is imported by its owner alone, and one they do not see does not exist for them", async () => {
  await using files = await FileServer.open();
  const shown = await files.declare("raw", { visibility: "community" });
  const hidden = await files.declare("raw");
  assert.equal((await importImage(files, shown, direct, {}, alt)).statusCode, 403);
  assert.equal((await importImage(files, hidden, direct, {}, alt)).statusCode, 404);
  assert.equal((await importImage(files, shown, direct, {}, reader)).statusCode, 403);
  assert.equal((await files.server.call("GET", `/image/v2/images/${hidden}/tasks`, undefined, alt)).statusCode, 404);
  assert.equal((await files.put(shown, file, undefined, "stage")).status, 204);
  assert.equal((await imported(files, shown, direct)).status, "success");
  assert.deepEqual(await tasksOf(files, shown, alt), []);
  assert.equal((await tasksOf(files, shown, administrator)).length, 1);
});

for (const end of ["cancel", "delete"] as const) {
  test(`an import that is under way ends with ${end === "cancel" ? "its cancel" : "the deletion of its image"}, and nothing is left`, async () => {
    const { promise: asked, resolve: begun } = Promise.withResolvers<void>();
    const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
    await using place = await openPlace((_, response) => {
      response.write(file.subarray(0, mib));
      begun();
      void goOn.then(() => response.end(file.subarray(mib)));
    });
    await using files = await FileServer.open({ urlReader: readerFor([place]) });
    const id = await files.declare("raw");
    assert.equal((await importImage(files, id, { name: "web-download", uri: place.url })).statusCode, 202);
    const [job] = await files.server.world.catalog.jobs.list({ subjectId: id });
    assert.ok(job);
    await asked;
    if (end === "cancel") {
      await files.server.jobs.cancel(job.id);
      assert.equal((await files.server.jobs.wait(job.id)).status, "cancelled");
      release();
      await assertWaits(files, id);
      const [task] = await tasksOf(files, id);
      assert.equal(task?.status, "failure");
      assert.match(task.message, /cancelled/);
    } else {
      assert.equal((await files.server.call("DELETE", `/image/v2/images/${id}`)).statusCode, 204);
      release();
      assert.equal((await files.server.jobs.wait(job.id)).error?.code, "image.gone");
      assert.deepEqual(await files.server.world.contents(), []);
    }
  });
}

test("administrators see the tasks of everybody in pages, and start an import with its image in one call", async () => {
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ urlReader: readerFor([place]) });
  const { server } = files;
  const input = {
    import_from: `${place.url}/x?key=secret`,
    image_properties: { name: "made", disk_format: "raw", container_format: "bare" },
  };
  const made = await server.call("POST", "/image/v2/tasks", { type: "import", input }, administrator);
  assert.equal(made.statusCode, 201, made.body);
  const task = made.json<{ id: string; self: string; image_id: string }>();
  assert.ok(String(made.headers.location).endsWith(task.self));
  await ended(files, task.image_id as never);
  await files.put(await files.declare("raw"), file, undefined, "stage");
  const other = (await server.world.catalog.images.list({ status: ["uploading"] }, { limit: 1 }))?.[0]?.id;
  await imported(files, other as never, direct);
  const list = async (query: string) =>
    (await server.call("GET", `/image/v2/tasks${query}`, undefined, administrator)).json<{
      tasks: { id: string; status: string }[];
      next?: string;
    }>();
  const first = await list("?limit=1");
  assert.equal(first.tasks.length, 1);
  const second = await list(String(first.next).slice("/v2/tasks".length));
  assert.deepEqual(
    [...first.tasks, ...second.tasks].map(({ status }) => status),
    ["success", "success"],
  );
  assert.equal(new Set([...first.tasks, ...second.tasks].map(({ id }) => id)).size, 2);
  assert.deepEqual((await list("?status=failure")).tasks, []);
  assert.deepEqual((await list("?sort_key=status&sort_dir=desc&limit=1")).tasks, first.tasks);
  const shown = await server.call("GET", `/image${task.self}`, undefined, administrator);
  assert.deepEqual(shown.json<{ result: unknown; type: string }>().result, { image_id: task.image_id });
  assert.equal(shown.json<{ type: string }>().type, "import");
  assert.doesNotMatch(shown.body, /secret/);
  assert.equal((await server.call("DELETE", `/image${task.self}`, undefined, administrator)).statusCode, 405);
  assert.equal((await server.call("GET", `/image/v2/tasks/${remoteId}`, undefined, administrator)).statusCode, 404);
  assert.equal((await server.call("GET", `/image/v2/tasks?marker=${remoteId}`, undefined, administrator)).statusCode, 404);
  const odd = await server.call("GET", "/image/v2/tasks?status=odd", undefined, administrator);
  assert.equal(odd.statusCode, 400);
  assert.match(odd.body, /status .* must be pending or processing or success or failure/);
  for (const [method, url] of [
    ["GET", "/image/v2/tasks"],
    ["GET", `/image${task.self}`],
  ] as const) {
    assert.equal((await server.call(method, url)).statusCode, 403);
  }
  assert.equal((await server.call("POST", "/image/v2/tasks", { type: "import", input })).statusCode, 403);
});

test("a task that cannot make its image makes none", async () => {
  await using files = await FileServer.open();
  const properties = { disk_format: "raw", container_format: "bare" };
  for (const body of [
    {},
    { type: "clone", input: { import_from: "http://example.com/", image_properties: properties } },
    { type: "import", input: { import_from: "http://nowhere.invalid/", image_properties: properties } },
    { type: "import", input: { import_from: "http://8.8.8.8/", image_properties: { ...properties, disk_format: "odd" } } },
    { type: "import", input: { image_properties: properties } },
  ]) {
    const answer = await files.server.call("POST", "/image/v2/tasks", body, administrator);
    assert.equal(answer.statusCode, 400, `${JSON.stringify(body)} ${answer.body}`);
  }
  const unformatted = { type: "import", input: { import_from: "http://8.8.8.8/", image_properties: {} } };
  assert.equal((await files.server.call("POST", "/image/v2/tasks", unformatted, administrator)).statusCode, 409);
  assert.deepEqual(await files.server.world.contents(), []);
});

test("the methods are told, a list of stores is not where there is one, and usage is told with its limits", async () => {
  await using files = await FileServer.open({ limits: { images: { perProject: 7 } } });
  const { server } = files;
  const methods = ["glance-direct", "web-download", "glance-download"];
  const info = (await server.call("GET", "/image/v2/info/import")).json<{ "import-methods": { value: string[]; type: string } }>();
  assert.deepEqual(info["import-methods"].value, methods);
  const created = await server.call("POST", "/image/v2/images", {});
  assert.equal(created.headers["openstack-image-import-methods"], methods.join(","));
  assert.equal((await server.call("GET", "/image/v2/info/stores")).statusCode, 404);
  assert.equal((await server.call("GET", "/image/v2/info/stores/detail")).statusCode, 403);
  assert.equal((await server.call("GET", "/image/v2/info/stores/detail", undefined, administrator)).statusCode, 404);
  await files.put(await files.declare("raw"), file);
  await files.put(await files.declare("raw"), file, undefined, "stage");
  assert.deepEqual((await server.call("GET", "/image/v2/info/usage")).json(), {
    usage: {
      image_size_total: { usage: 4, limit: -1 },
      image_stage_total: { usage: 4, limit: -1 },
      image_count_total: { usage: 3, limit: 7 },
      image_count_uploading: { usage: 1, limit: -1 },
    },
  });
});
