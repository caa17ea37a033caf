import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { DeclaredServer } from "./declared-setup.ts";
import { alt, demo } from "./ims-server.ts";

test("an image that IMS imported and one that the Image API made are each whole in the other", async () => {
  await using server = await DeclaredServer.open();
  const { ims } = server;
  await ims.world.addFile("demo", "bucket:disk.raw", sampleDisk(2));
  const job = await ims.importFile({
    name: "imported",
    description: "words",
    image_url: "bucket:disk.raw",
    min_disk: 10,
    min_ram: 512,
    os_version: "Ubuntu 22.04 server 64bit",
    image_tags: [{ key: "env", value: "prod" }],
  });
  assert.equal(job.status, "succeeded");
  const [listed] = await ims.list("?__imagetype=private");
  const id = String(listed?.["id"]);

  // As the Image API sees what IMS made.
  const image = await server.show(id);
  const facts = { os_type: "linux", os_distro: "ubuntu", os_version: "22.04", architecture: "x86_64" };
  const shown = {
    name: "imported",
    description: "words",
    status: "active",
    visibility: "private",
    owner: "demo",
    disk_format: "zvhd2",
    container_format: "bare",
    min_disk: 10,
    min_ram: 512,
    tags: ["env=prod"],
    virtual_size: 2 * 1024 * 1024,
    checksum: null,
    ...facts,
  };
  assert.deepEqual({ ...image, ...shown }, image);
  const file = await ims.call("GET", `/image/v2/images/${id}/file`);
  assert.equal(image["size"], file.rawPayload.length);
  assert.equal(await server.names(`?size_min=${file.rawPayload.length}&size_max=${file.rawPayload.length}`), "imported");
  assert.equal(await server.names("?tag=env%3Dprod&status=active&visibility=private"), "imported");
  const patched = await server.patch(id, [
    { op: "replace", path: "/name", value: "renamed" },
    { op: "add", path: "/free", value: "x" },
    { op: "replace", path: "/tags", value: ["env=test", "extra"] },
    { op: "replace", path: "/visibility", value: "shared" },
  ]);
  assert.equal(patched.statusCode, 200, patched.body);
  const [changed] = await ims.list(`?id=${id}`);
  assert.deepEqual(
    [changed?.["name"], changed?.["free"], changed?.["tags"], changed?.["visibility"], changed?.["os_type"]],
    ["renamed", "x", ["env=test", "extra"], "private", undefined],
  );
  assert.equal(await server.status("POST", `/${id}/members`, demo, { member: "alt" }), 200);
  assert.equal((await ims.list(`?id=${id}`))[0]?.["__imagetype"], "shared");
  await server.call("PUT", `/${id}/members/alt`, alt, { status: "accepted" });
  assert.equal((await ims.list("?visibility=shared", alt))[0]?.["id"], id);

  // As IMS sees what the Image API made.
  const made = await server.create({
    name: "made",
    disk_format: "qcow2",
    container_format: "bare",
    visibility: "private",
    min_disk: 5,
    tags: ["env=prod"],
    description: "other words",
    os_type: "linux",
    os_distro: "debian",
    os_version: "11.1.0",
    architecture: "aarch64",
    hw_disk_bus: "scsi",
  });
  const [seen] = await ims.list("?name=made");
  const expected = {
    id: made.id,
    status: "queued",
    visibility: "private",
    __imagetype: "private",
    __os_type: "Linux",
    __platform: "Debian",
    __os_version: "Debian GNU/Linux 11.1.0 64bit",
    __support_arm: "true",
    hw_firmware_type: "uefi",
    __description: "other words",
    disk_format: "qcow2",
    min_disk: 5,
    tags: ["env=prod"],
    hw_disk_bus: "scsi",
    os_distro: "debian",
  };
  assert.deepEqual({ ...seen, ...expected }, seen);
  assert.equal((await ims.list("?__os_type=Linux&tag=env%3Dprod&architecture=arm")).length, 1);
  const edit = [{ op: "replace", path: "/__description", value: "said in IMS" }];
  const { statusCode } = await ims.call("PATCH", `/v2/cloudimages/${made.id}`, edit);
  assert.equal(statusCode, 400, "IMS changes active images alone");
  assert.equal((await ims.call("DELETE", `/v2/images/${made.id}`)).statusCode, 204);
  assert.equal(await server.status("GET", `/${made.id}`), 404);
  assert.equal((await ims.call("DELETE", `/v2/images/${id}`)).statusCode, 204);
  assert.equal(await server.status("GET", `/${id}`), 404);
});

test("an image without a word about its system is one of another Linux in IMS, and shows nothing of it here", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  const [seen] = await server.ims.list(`?id=${id}`);
  assert.deepEqual(
    [seen?.["__os_type"], seen?.["__os_version"], seen?.["name"], seen?.["disk_format"], seen?.["__imagetype"]],
    ["Linux", "Other_Linux (64_bit)", "", "", "private"],
  );
  assert.equal("os_type" in (await server.show(id)), false);
  assert.equal((await server.patch(id, [{ op: "add", path: "/os_type", value: "windows" }])).statusCode, 200);
  assert.equal((await server.ims.list(`?id=${id}`))[0]?.["__os_type"], "Windows");
  await server.patch(id, [{ op: "remove", path: "/os_type" }]);
  assert.equal((await server.ims.list(`?id=${id}`))[0]?.["__os_type"], "Linux");
});

test("what the service knows of a system is a property that can be changed like all others", async () => {
  await using server = await DeclaredServer.open();
  const { world } = server.ims;
  const known = { osVersion: "Ubuntu 20.04 server 64bit", platform: "Ubuntu", osType: "Linux" } as const;
  const { id } = await world.addImage("demo", Buffer.alloc(1024, 1), { ...known, properties: { free: "1" } });
  const facts = { os_type: "linux", os_distro: "ubuntu", os_version: "20.04", architecture: "x86_64" };
  const { id: mixed } = await world.addImage("demo", Buffer.alloc(1024, 1), { ...known, properties: { z: "1", os_distro: "mine" } });
  const before = await server.show(mixed);
  world.clock.advance(5000);
  assert.deepEqual((await server.patch(mixed, [])).json(), before);
  assert.deepEqual([before["os_distro"], before["os_version"]], ["mine", "20.04"]);
  const propertiesOf = async () => (await world.catalog.images.get(id))?.properties;
  await server.patch(id, [{ op: "add", path: "/free", value: "2" }]);
  assert.deepEqual(await propertiesOf(), { free: "2" });
  assert.equal((await server.patch(id, [{ op: "remove", path: "/os_distro" }])).statusCode, 200);
  const { os_distro: _, ...rest } = facts;
  assert.deepEqual(await propertiesOf(), { free: "2", ...rest });
  assert.equal("os_distro" in (await server.show(id)), false);
  assert.equal((await world.catalog.images.get(id))?.osVersion, "Other_Linux (64_bit)");
  await server.patch(id, [{ op: "add", path: "/os_distro", value: "ubuntu" }]);
  assert.equal((await world.catalog.images.get(id))?.osVersion, "Ubuntu 20.04 server 64bit");
});

test("community and deactivated images keep their meaning in IMS", async () => {
  await using server = await DeclaredServer.open();
  const { ims } = server;
  const { id } = await ims.world.addImage("demo", sampleDisk(1), { visibility: "community", name: "open" });
  assert.equal((await ims.list("?visibility=private"))[0]?.["id"], id);
  assert.deepEqual(await ims.list("", alt), []);
  assert.equal((await ims.call("GET", `/v2/images/${id}`, undefined, alt)).json<{ visibility: string }>().visibility, "private");
  assert.equal((await ims.call("DELETE", `/v2/images/${id}`, undefined, alt)).statusCode, 400);
  const share = await ims.call("POST", `/v2/images/${id}/members`, { member: "alt" });
  assert.equal(share.statusCode, 403);
  assert.equal(await server.status("POST", `/${id}/actions/deactivate`), 204);
  assert.equal((await ims.list("?status=deactivated"))[0]?.["id"], id);
  const copy = await ims.call("POST", `/v1/cloudimages/${id}/copy`, { name: "copy" });
  assert.equal(copy.statusCode, 400);
  assert.equal((await ims.call("DELETE", `/v2/images/${id}`)).statusCode, 204);
  assert.equal(await server.status("GET", `/${id}`), 404);
});
