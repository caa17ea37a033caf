import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryChoices } from "@tintype/contract/ims/memory-choices.table.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(1);

/** A server with an image, which is changed by `add`s, or by whole lists of edits. */
class Edited implements AsyncDisposable {
  readonly server: ImsServer;
  readonly id: string;

  private constructor(server: ImsServer, id: string) {
    this.server = server;
    this.id = id;
  }

  static async image(fields: Partial<ImageRecord> = {}): Promise<Edited> {
    const server = await ImsServer.open();
    return new Edited(server, (await server.world.addImage("demo", disk, fields)).id);
  }

  async patch(edits: readonly object[]) {
    return await this.server.call("PATCH", `/v2/cloudimages/${this.id}`, JSON.stringify(edits));
  }

  /** `200`, or status and code of the refusal. */
  async add(attribute: string, value: unknown): Promise<string> {
    const answer = await this.patch([{ op: "add", path: `/${attribute}`, value }]);
    return answer.statusCode === 200 ? "200" : refusalOf(answer);
  }

  async shown(): Promise<Record<string, unknown>> {
    return (await this.server.call("GET", `/v2/images/${this.id}`)).json<Record<string, unknown>>();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

test("R-121, R-126: name, description, memory, NIC multi-queue and the SR-IOV driver can be changed, and are shown", async () => {
  await using image = await Edited.image();
  const values = {
    name: "new",
    __description: "words",
    min_ram: 1024,
    max_ram: "4096",
    hw_vif_multiqueue_enabled: "true",
    __support_kvm_hi1822_hisriov: "true",
  };
  for (const [attribute, value] of Object.entries(values)) {
    assert.equal(await image.add(attribute, value), "200", attribute);
  }
  const shown = await image.shown();
  assert.deepEqual(Object.fromEntries(Object.keys(values).map((attribute) => [attribute, shown[attribute]])), values);
  assert.equal(await image.add("hw_vif_multiqueue_enabled", false), "200");
  assert.equal((await image.shown())["hw_vif_multiqueue_enabled"], "false");
  assert.equal(await image.add("owner", "alt"), "400 IMG.0105");
});

test("R-122: an image that is not active is not changed", async () => {
  for (const status of ["queued", "saving", "killed"] as const) {
    await using image = await Edited.image({ status });
    assert.equal(await image.add("name", "new"), "400 IMG.0046", status);
  }
});

test("R-123: a description has up to 1024 characters, of any alphabet", async () => {
  await using image = await Edited.image();
  assert.equal(await image.add("__description", "述".repeat(1023)), "200");
  assert.equal(await image.add("__description", "述".repeat(1024)), "200");
  assert.equal(await image.add("__description", "述".repeat(1025)), "400 IMG.0004");
  assert.equal(await image.add("__description", ""), "200");
  assert.ok(!("__description" in (await image.shown())));
});

test("R-124: every minimum of memory that the console offers is taken", async () => {
  await using image = await Edited.image();
  assert.deepEqual(memoryChoices.minimum, [0, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072]);
  for (const choice of memoryChoices.minimum) {
    assert.equal(await image.add("min_ram", choice), "200");
    assert.equal((await image.shown())["min_ram"], choice);
  }
});

test("R-125: every maximum of memory that the console offers is taken, and none below the minimum", async () => {
  await using image = await Edited.image({ minRamMiB: 4096 });
  assert.deepEqual(memoryChoices.maximum, [0, 4096, 32_768, 65_536, 131_072]);
  for (const choice of memoryChoices.maximum) {
    assert.equal(await image.add("max_ram", choice), "200");
    assert.equal((await image.shown())["max_ram"], String(choice));
  }
  assert.equal(await image.add("max_ram", 4095), "400 IMG.0055");
  assert.equal(await image.add("min_ram", 131_073), "400 IMG.0055");
});

test("R-128: what the details page shows of an image is in its attributes", async () => {
  await using image = await Edited.image({ description: "d", properties: { hw_vif_multiqueue_enabled: "true" } });
  const shown = await image.shown();
  for (const attribute of [
    "name",
    "id",
    "min_disk",
    "__os_version",
    "status",
    "min_ram",
    "__image_size",
    "__system_support_market",
    "created_at",
    "__data_origin",
    "__description",
    "__os_type",
    "hw_vif_multiqueue_enabled",
    "tags",
  ]) {
    assert.notEqual(shown[attribute], undefined, attribute);
  }
  // Not encrypted.
  assert.equal(shown["__system__cmkid"], undefined);
});

test("the time to shut down is from 60 to 300 seconds", async () => {
  await using image = await Edited.image();
  for (const [seconds, answer] of [
    [59, "400 IMG.0105"],
    [60, "200"],
    ["300", "200"],
    [301, "400 IMG.0105"],
    ["soon", "400 IMG.0105"],
    [60.5, "400 IMG.0105"],
  ] as const) {
    assert.equal(await image.add("os_shutdown_timeout", seconds), answer, String(seconds));
  }
  assert.equal((await image.shown())["os_shutdown_timeout"], "300");
});

test("attributes with a meaning take their values and no others", async () => {
  await using image = await Edited.image();
  for (const [attribute, value] of [
    ["__support_kvm", "yes"],
    ["__support_kvm", "false"],
    ["__support_kvm", ""],
    ["__is_config_init", "perhaps"],
    ["hw_vif_multiqueue_enabled", "1"],
    ["__support_kvm_gpu_type", "M60_vGPU"],
    ["__support_xen_gpu_type", "P4"],
  ] as const) {
    assert.equal(await image.add(attribute, value), "400 IMG.0105", `${attribute} ${value}`);
  }
  assert.equal(await image.add("__support_kvm", true), "200");
  assert.equal(await image.add("__is_config_init", "true"), "200");
});

test("features that exclude each other are never both there, and change places in one request", async () => {
  await using image = await Edited.image({ properties: { __support_kvm: "true" } });
  assert.equal(await image.add("__support_kvm_gpu_type", "P4"), "400 IMG.0105");
  const swapped = await image.patch([
    { op: "remove", path: "/__support_kvm" },
    { op: "add", path: "/__support_kvm_gpu_type", value: "P4" },
  ]);
  assert.equal(swapped.statusCode, 200, swapped.body);
  assert.equal(await image.add("__support_xen", "true"), "400 IMG.0105");
  assert.equal(await image.add("__support_kvm", "true"), "400 IMG.0105");
  const shown = await image.shown();
  assert.deepEqual([shown["__support_kvm"], shown["__support_kvm_gpu_type"]], [undefined, "P4"]);
});

test("a feature of special machines is for images of the systems that have it", async () => {
  for (const [osVersion, attribute, answer] of [
    ["CentOS 7.3 64bit", "__support_largememory", "200"],
    ["CentOS 7.4 64bit", "__support_largememory", "400 IMG.0105"],
    ["CentOS 6.6 64bit", "__support_diskintensive", "400 IMG.0105"],
    ["Redhat Linux Enterprise 6.8 64bit", "__support_diskintensive", "200"],
    ["Windows Server 2016 Datacenter 64bit", "__support_highperformance", "200"],
    ["Windows Server 2019 Datacenter 64bit", "__support_highperformance", "400 IMG.0105"],
    ["SUSE Linux Enterprise Server 12 SP2 64bit", "__support_highperformance", "200"],
    ["Other_Linux (64_bit)", "__support_highperformance", "400 IMG.0105"],
  ] as const) {
    await using image = await Edited.image({ osVersion });
    assert.equal(await image.add(attribute, "true"), answer, `${osVersion} ${attribute}`);
  }
});

test("an attribute that is there is replaced by add, and one that was set under other rules does not stand in the way", async () => {
  await using image = await Edited.image({ properties: { __support_kvm: "yes", free: "1" } });
  assert.equal(await image.add("free", "2"), "200");
  assert.equal(await image.add("name", "new"), "200");
  const removed = await image.patch([{ op: "remove", path: "/__support_kvm" }]);
  assert.equal(removed.statusCode, 200, removed.body);
  assert.equal((await image.shown())["free"], "2");
});

test("values and names of 10,000 characters, and edits of one attribute twice, are answered by their codes", async () => {
  await using image = await Edited.image();
  const long = "x".repeat(10_000);
  assert.equal(await image.add("name", long), "400 IMG.0002");
  assert.equal(await image.add("__description", long), "400 IMG.0004");
  assert.equal(await image.add("free", long), "400 IMG.0105");
  assert.equal(await image.add(long, "x"), "400 IMG.0105");
  assert.equal(await image.add("os_shutdown_timeout", long), "400 IMG.0105");
  assert.equal(await image.add("enterprise_project_id", long), "400 IMG.0155");
  assert.equal(await image.add("free", "\u0000"), "400 IMG.0105");
  assert.equal(await image.add("free", "\ud800"), "400 IMG.0105");
  assert.equal(await image.add("free", "\u0001\u{1f4be}"), "200");
  const twice = await image.patch([
    { op: "add", path: "/free", value: "1" },
    { op: "replace", path: "/free", value: "2" },
    { op: "remove", path: "/free" },
    { op: "add", path: "/free", value: "3" },
  ]);
  assert.equal(twice.json<Record<string, unknown>>()["free"], "3");
  const many = Array.from({ length: 257 }, () => ({ op: "add", path: "/free", value: "1" }));
  assert.equal(refusalOf(await image.patch(many)), "400 IMG.0001");
});

test("callers that change different attributes at the same time do not undo each other's changes", async () => {
  await using image = await Edited.image();
  const names = Array.from({ length: 20 }, (_, index) => `free_${index}`);
  const answers = await Promise.all(names.map((name) => image.add(name, "x")));
  assert.deepEqual(new Set(answers), new Set(["200"]));
  const shown = await image.shown();
  assert.deepEqual(
    names.filter((name) => shown[name] !== "x"),
    [],
  );
});
