import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { ListImagesAnswer } from "@tintype/contract/ims/list-images.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(1);

/** Images of demo and others by name, and what a query lists of them, by name. */
class Lists implements AsyncDisposable {
  readonly server: ImsServer;

  private constructor(server: ImsServer) {
    this.server = server;
  }

  static async of(images: Readonly<Record<string, Partial<ImageRecord> & { readonly of?: string }>>): Promise<Lists> {
    const server = await ImsServer.open();
    const { world } = server;
    for (const [name, { of = "demo", encryption, ...fields }] of Object.entries(images)) {
      world.clock.advance(1000);
      const image = await world.addImage(of, disk, { name, ...fields });
      if (encryption !== undefined) {
        // Its content needs no key that exists: nobody reads it.
        await world.catalog.images.remove(image.id, [image.status]);
        await world.catalog.images.insert({ ...image, encryption });
      }
    }
    return new Lists(server);
  }

  async names(query: string, caller = demo): Promise<string> {
    return (await this.server.list(query, caller)).map(({ name }) => String(name)).join(" ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

test("R-002, R-003: the four types of images select sets that share nothing and leave nothing out; another type is refused", async () => {
  await using lists = await Lists.of({
    own: {},
    lonely: { visibility: "shared" },
    lent: { visibility: "shared" },
    public: { of: "alt", visibility: "public" },
    borrowed: { of: "alt", visibility: "shared" },
    theirs: { of: "alt" },
  });
  const { catalog } = lists.server.world;
  for (const image of (await catalog.images.list({}, { limit: 10 })) ?? []) {
    if (image.name === "lent" || image.name === "borrowed") {
      const memberId = (image.name === "lent" ? "alt" : "demo") as ProjectId;
      await catalog.members.insert({ imageId: image.id, memberId, status: "accepted", createdAt: 0, updatedAt: 0 });
    }
  }
  assert.equal(await lists.names("?__imagetype=gold"), "public");
  assert.equal(await lists.names("?__imagetype=private"), "lonely own");
  assert.equal(await lists.names("?__imagetype=shared"), "borrowed lent");
  assert.equal(await lists.names("?__imagetype=market"), "");
  assert.equal(await lists.names(""), "borrowed public lent lonely own");
  assert.equal(await lists.names("?visibility=private"), "lonely own");
  assert.equal(await lists.names("?visibility=shared"), "borrowed lent");
  assert.equal(await lists.names("?visibility=shared&owner=demo"), "lent");
  assert.equal(await lists.names("?visibility=shared&owner=alt"), "borrowed");
  assert.equal(await lists.names("?visibility=shared&member_status=accepted"), "borrowed");
  assert.equal(await lists.names("?visibility=shared&member_status=pending&__imagetype=shared"), "");
  assert.equal(await lists.names("?visibility=private&__imagetype=shared"), "");
  assert.equal(refusalOf(await lists.server.call("GET", "/v2/cloudimages?__imagetype=silver")), "400 IMG.0017");
  for (const image of await lists.server.list()) {
    const words = { public: "gold", borrowed: "shared", lent: "shared", lonely: "private", own: "private" } as Record<string, string>;
    assert.equal(image["__imagetype"], words[String(image["name"])]);
    assert.equal(image["visibility"], image["__imagetype"] === "gold" ? "public" : image["__imagetype"]);
  }
});

test("the documented recipes of lists select what they say", async () => {
  await using lists = await Lists.of({
    mine: {},
    public: { of: "alt", visibility: "public", protected: true },
    metal: { of: "alt", visibility: "public", protected: true, kind: "bareMetal", properties: { __support_s4l: "true" } },
  });
  assert.equal(await lists.names("?__imagetype=gold&visibility=public&protected=true"), "metal public");
  assert.equal(await lists.names("?owner=demo"), "mine");
  assert.equal(await lists.names("?__imagetype=gold&__support_s4l=true&virtual_env_type=Ironic"), "metal");
  assert.equal(await lists.names("?virtual_env_type=FusionCompute"), "public mine");
});

test("every attribute that a list can be made by selects by it", async () => {
  await using lists = await Lists.of({
    plain: {},
    odd: {
      description: "words",
      containerFormat: "ova",
      diskFormat: "raw",
      minDiskGiB: 41,
      minRamMiB: 512,
      osType: "Windows",
      osBit: "32",
      osVersion: "Windows 7 Professional 32bit",
      platform: "Windows",
      kind: "whole",
      protected: true,
      status: "saving",
      origin: "image,parent",
      enterpriseProjectId: "5f5f",
      encryption: { keyId: "key-1" },
      tags: ["a=b", "k=v=w", "alone"],
      properties: { __support_xen: "true", __support_kvm_gpu_type: "P4" },
    },
    arm: { architecture: "arm", firmware: "uefi", kind: "iso" },
  });
  for (const query of [
    "__description=words",
    "container_format=ova",
    "disk_format=raw",
    "min_disk=41",
    "min_ram=512",
    "__os_type=Windows",
    "__os_bit=32",
    "__os_version=Windows%207%20Professional%2032bit",
    "__platform=Windows",
    "__whole_image=true",
    "__whole_image=True",
    "protected=true",
    "status=saving",
    "__data_origin=image,parent",
    "__originalimagename=parent",
    "enterprise_project_id=5f5f",
    "__system__cmkid=key-1",
    "__system__encrypted=1",
    "tag=a=b",
    "tag=k=v=w",
    "tag=k",
    "tag=alone",
    "tag=a=b&tag=alone",
    "__support_xen=true",
    "__support_kvm_gpu_type=P4",
    "name=odd",
  ]) {
    assert.equal(await lists.names(`?${query}`), "odd", query);
  }
  assert.equal(await lists.names("?architecture=arm"), "arm");
  assert.equal(await lists.names("?__support_arm=true"), "arm");
  assert.equal(await lists.names("?virtual_env_type=IsoImage"), "arm");
  assert.equal(await lists.names("?architecture=x86&__support_arm=true"), "");
  assert.equal(await lists.names("?__whole_image=false"), "arm plain");
  assert.equal(await lists.names("?enterprise_project_id=all_granted_eps"), "arm odd plain");
  assert.equal(await lists.names("?__isregistered=true&__image_source_type=uds"), "arm odd plain");
  assert.equal(await lists.names("?__isregistered=false"), "");
  assert.equal(await lists.names("?tag=a=c"), "");
  assert.equal(await lists.names("?tag=a=b&tag=a=c"), "");
  assert.equal(await lists.names("?__never_set=true"), "");
});

test("a flavor is refused, for there are none", async () => {
  await using lists = await Lists.of({});
  assert.equal(refusalOf(await lists.server.call("GET", "/v2/cloudimages?flavor_id=s3.small.1")), "400 IMG.0192");
});

test("times select by whole seconds, and a time may be bounded on both sides", async () => {
  // The first is made at 2026-01-02T03:04:06.678Z.
  await using lists = await Lists.of({ a: {}, b: {}, c: {} });
  assert.equal(await lists.names("?created_at=eq:2026-01-02T03:04:07Z"), "b");
  assert.equal(await lists.names("?created_at=neq:2026-01-02%2003:04:07"), "c a");
  assert.equal(await lists.names("?created_at=gt:2026-01-02T03:04:06Z&created_at=lt:2026-01-02T03:04:08Z"), "b");
  assert.equal(await lists.names("?updated_at=lte:2026-01-02T03:04:06Z"), "a");
  assert.equal(await lists.names("?created_at=gte:2026-01-02T03:04:08Z"), "c");
});

test("a page has 500 images unless another number is asked for, and never more than 1000", async () => {
  await using lists = await Lists.of({});
  const { world } = lists.server;
  const image = await world.addImage("demo", disk);
  await world.catalog.transaction(async ({ images }) => {
    for (let index = 0; index < 1000; index += 1) {
      await images.insert({ ...image, id: world.ids.uuid() as ImageRecord["id"] });
    }
  });
  assert.equal((await lists.server.list()).length, 500);
  assert.equal((await lists.server.list("?limit=1000000")).length, 1000);
  const last = (await lists.server.list("?limit=1000")).at(-1)?.["id"];
  const rest = await lists.server.list(`?marker=${String(last)}`);
  assert.equal(rest.length, 1);
  assert.deepEqual(await lists.server.list(`?marker=${String(rest[0]?.["id"])}`), []);
});

test("a list fits its schema, whatever the images are", async () => {
  await using lists = await Lists.of({
    a: { kind: "data", encryption: { keyId: "k" }, architecture: "arm", firmware: "uefi" },
    b: { kind: "bareMetal", status: "queued", disks: [], activeAt: undefined, origin: undefined },
    c: { kind: "iso", visibility: "public", properties: { free: "x", __support_kvm: "true" } },
    d: { kind: "whole", status: "killed", tags: ["k"] },
  });
  const images = await lists.server.list();
  assert.equal(images.length, 4);
  assert.deepEqual([...Value.Errors(ListImagesAnswer, { images })], []);
});

test("another project's images are reached by no filter", async () => {
  await using lists = await Lists.of({ secret: { tags: ["k=v"], properties: { __p: "1" } } });
  const [image] = await lists.server.list();
  for (const query of ["", `?id=${String(image?.["id"])}`, "?owner=demo", "?tag=k=v", "?__p=1", "?name=secret", "?visibility=shared"]) {
    assert.equal(await lists.names(query, alt), "", query);
  }
  assert.equal(
    refusalOf(await lists.server.call("GET", `/v2/cloudimages?marker=${String(image?.["id"])}`, undefined, alt)),
    "400 IMG.0017",
  );
});
