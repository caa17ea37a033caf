import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ContractWorld, owner, partner } from "./contract-world.ts";
import { at, endOfJob, imageOfJob, sdkCaller, startedJob, textAt, tokenCaller } from "./ims-caller.ts";
import type { ImsAnswer, ImsCaller } from "./ims-caller.ts";

const content = sampleDisk(3);
const noId = "00000000-0000-4000-8000-000000000000";

/** The disk of these tests as a file of that format. */
async function fileOf(format: OutputFormat): Promise<Buffer> {
  await using disk = await openRaw(new MemorySource(content));
  return Buffer.concat(
    await Array.fromAsync(toStream(await convertDisk(disk, { format, target: "stream" })), (piece) => Buffer.from(piece)),
  );
}

async function diskIn(file: Uint8Array): Promise<Buffer> {
  await using disk = await openDisk(new MemorySource(Buffer.from(file)), {});
  return Buffer.from(await disk.read(0, disk.virtualSizeBytes));
}

/** Both ways to prove who one is, with which every operation must work. */
const ways = {
  "the Huawei Cloud SDK and access keys": async (url: string, who: typeof owner) => sdkCaller(url, who),
  "a token": tokenCaller,
} as const;

for (const [way, connect] of Object.entries(ways)) {
  describe(`R-306, R-307, R-308: the IMS contract through ${way}`, () => {
    let world: ContractWorld;
    let mine: ImsCaller;
    let theirs: ImsCaller;
    let systemImage: string;

    before(async () => {
      world = await ContractWorld.open();
      mine = await connect(world.url, owner);
      theirs = await connect(world.url, partner);
      await world.putFile(owner, "files", "disk.qcow2", await fileOf("qcow2"));
      await world.putFile(owner, "files", "disk.raw", content);
      await world.putFile(owner, "files", "disk.zvhd2", await fileOf("zvhd2"));
      systemImage = await imageOfJob(mine, {
        method: "POST",
        url: "/v2/cloudimages/action",
        body: { name: "web", image_url: "files:disk.qcow2", min_disk: 40, os_version: "Ubuntu 18.04 server 64bit", description: "" },
      });
    });

    after(async () => {
      await world[Symbol.asyncDispose]();
    });

    const show = async (caller: ImsCaller, id: string): Promise<unknown> => {
      const { status, body } = await caller.call({ method: "GET", url: "/v2/cloudimages", query: { id } });
      assert.equal(status, 200);
      return at(body, "images.0");
    };

    const refuses = (answer: ImsAnswer, status: number, code: string): void => {
      assert.deepEqual([answer.status, at(answer.body, "error.code")], [status, code], JSON.stringify(answer.body));
    };

    test("1: listImages by id shows the whole image, and an unknown id shows none", async () => {
      const image = await show(mine, systemImage);
      for (const [name, value] of Object.entries({
        status: "active",
        owner: owner.projectId,
        visibility: "private",
        container_format: "bare",
        disk_format: "zvhd2",
        min_disk: 40,
        min_ram: 0,
        max_ram: "0",
        protected: false,
        virtual_env_type: "FusionCompute",
        __imagetype: "private",
        __isregistered: "true",
        __image_source_type: "uds",
        __os_type: "Linux",
        __os_bit: "64",
        __platform: "Ubuntu",
        __os_version: "Ubuntu 18.04 server 64bit",
        __data_origin: "file,files:disk.qcow2",
        enterprise_project_id: "0",
      })) {
        assert.deepEqual(at(image, name), value, name);
      }
      assert.ok(Number(textAt(image, "__image_size")) > 0);
      assert.match(textAt(image, "created_at"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(await show(mine, noId), undefined);
      assert.equal(await show(theirs, systemImage), undefined);
    });

    test("1: paging ends with an empty page", async () => {
      const first = await mine.call({ method: "GET", url: "/v2/cloudimages", query: { limit: "500" } });
      const images = at(first.body, "images");
      assert.ok(Array.isArray(images) && images.length > 0);
      const last = await mine.call({ method: "GET", url: "/v2/cloudimages", query: { marker: textAt(images.at(-1), "id") } });
      assert.deepEqual(at(last.body, "images"), []);
    });

    test("2: updateImage replaces a name; a missing attribute is IMG.0035, and add sets it", async () => {
      const path = { image_id: systemImage };
      const patch = async (op: string, place: string, value: unknown): Promise<ImsAnswer> =>
        await mine.call({ method: "PATCH", url: "/v2/cloudimages/{image_id}", path, body: [{ op, path: place, value }] });
      assert.equal(textAt((await patch("replace", "/name", "web-1")).body, "name"), "web-1");
      refuses(await patch("replace", "/__description", "first"), 400, "IMG.0035");
      assert.equal(textAt((await patch("add", "/__description", "first")).body, "__description"), "first");
      assert.equal(at((await patch("replace", "/min_ram", 1024)).body, "min_ram"), 1024);
      refuses(
        await theirs.call({
          method: "PATCH",
          url: "/v2/cloudimages/{image_id}",
          path,
          body: [{ op: "replace", path: "/name", value: "x" }],
        }),
        404,
        "IMG.0027",
      );
    });

    for (const [number, url] of [
      ["4", "/v2.1/cloudimages/action"],
      ["3", "/v2/cloudimages/action"],
    ] as const) {
      test(`${number}: createImage at ${url} takes a file; a server and a volume that do not exist are told`, async () => {
        const body = { name: `file-${number}`, image_url: "files:disk.raw", min_disk: 40, is_config: true, type: "ECS" };
        await imageOfJob(mine, { method: "POST", url, body });
        const server = await mine.call({ method: "POST", url, body: { name: "s", instance_id: noId } });
        refuses(server, 400, "IMG.0005");
        const volume = await mine.call({ method: "POST", url, body: { name: "v", volume_id: noId, os_version: "CentOS 7.4 64bit" } });
        assert.equal(volume.status, 400);
        refuses(await mine.call({ method: "POST", url, body: { name: "n" } }), 400, "IMG.0021");
      });
    }

    for (const [number, url] of [
      ["5", "/v2/cloudimages/quickimport/action"],
      ["6", "/v2.1/cloudimages/quickimport/action"],
    ] as const) {
      test(`${number}: importImageQuick at ${url} takes a ZVHD2 system disk and data disk, and no QCOW2`, async () => {
        const body = { name: `quick-${number}`, os_version: "CentOS 7.4 64bit", image_url: "files:disk.zvhd2", min_disk: 40 };
        await imageOfJob(mine, { method: "POST", url, body });
        const data = await imageOfJob(mine, {
          method: "POST",
          url,
          body: { name: `quick-data-${number}`, image_url: "files:disk.zvhd2", min_disk: 40, type: "DataImage", os_type: "Linux" },
        });
        assert.equal(at(await show(mine, data), "virtual_env_type"), "DataImage");
        const refused = await mine.call({ method: "POST", url, body: { ...body, image_url: "files:disk.qcow2" } });
        const reason =
          refused.status === 200
            ? await startedJob(mine, { method: "POST", url, body: { ...body, image_url: "files:disk.qcow2" } })
            : refused.body;
        assert.match(JSON.stringify(reason), /IMG\.0158/);
      });
    }

    for (const [number, url] of [
      ["7", "/v1/cloudimages/dataimages/action"],
      ["8", "/v2.1/cloudimages/dataimages/action"],
    ] as const) {
      test(`${number}: createDataImage at ${url} makes a data-disk image`, async () => {
        const image = await imageOfJob(mine, {
          method: "POST",
          url,
          body: { name: `data-${number}`, os_type: "Linux", image_url: "files:disk.qcow2", min_disk: 40, description: "" },
        });
        assert.equal(at(await show(mine, image), "virtual_env_type"), "DataImage");
      });
    }

    test("9: createWholeImage tells of a server and a backup that do not exist", async () => {
      const url = "/v1/cloudimages/wholeimages/action";
      for (const source of [
        { instance_id: noId, vault_id: noId },
        { backup_id: noId, whole_image_type: "CBR" },
      ]) {
        const answer = await mine.call({ method: "POST", url, body: { name: "whole", ...source } });
        assert.equal(answer.status, 400);
        assert.match(textAt(answer.body, "error.code"), /^IMG\.\d{4}$/);
      }
    });

    test("35, 10: metadata is listed while it waits, and registration fills it from a file", async () => {
      const made = await mine.call({
        method: "POST",
        url: "/v2/images",
        body: { name: "registered", __os_version: "CentOS 7.4 64bit", min_disk: 40 },
      });
      assert.equal(made.status, 201);
      const id = textAt(made.body, "id");
      assert.equal(at(await show(mine, id), "status"), "queued");
      const job = await startedJob(mine, {
        method: "PUT",
        url: "/v1/cloudimages/{image_id}/upload",
        path: { image_id: id },
        body: { image_url: "files:disk.qcow2" },
      });
      assert.equal(at(job, "entities.image_id"), id, JSON.stringify(job));
      assert.equal(at(await show(mine, id), "status"), "active");
    });

    for (const [number, url] of [
      ["11", "/v1/cloudimages/{image_id}/file"],
      ["12", "/v2.1/cloudimages/{image_id}/file"],
    ] as const) {
      test(`${number}: exportImage at ${url} writes the disk into the bucket, also as the quick export`, async () => {
        const path = { image_id: systemImage };
        for (const body of [
          { bucket_url: `files:export-${number}.vmdk`, file_format: "vmdk" },
          { bucket_url: `files:export-${number}.zvhd2`, is_quick_export: true },
        ]) {
          const job = await startedJob(mine, { method: "POST", url, path, body });
          assert.equal(at(job, "status"), "SUCCESS", JSON.stringify(job));
          const [, key = ""] = body.bucket_url.split(":");
          assert.ok(content.equals(await diskIn(await world.getFile(owner, "files", key))), key);
        }
        const again = { bucket_url: `files:export-${number}.vmdk`, file_format: "vmdk" };
        refuses(await mine.call({ method: "POST", url, path, body: again }), 400, "IMG.0070");
      });
    }

    for (const [number, url] of [
      ["13", "/v1/cloudimages/{image_id}/copy"],
      ["14", "/v2.1/cloudimages/{image_id}/copy"],
    ] as const) {
      test(`${number}: copyImageInRegion at ${url} makes a second image`, async () => {
        const id = await imageOfJob(mine, { method: "POST", url, path: { image_id: systemImage }, body: { name: `copy-${number}` } });
        assert.notEqual(id, systemImage);
        assert.equal(at(await show(mine, id), "name"), `copy-${number}`);
      });
    }

    test("15: copyImageCrossRegion names what is wrong with its target", async () => {
      const call = (region: string): Promise<ImsAnswer> =>
        mine.call({
          method: "POST",
          url: "/v1/cloudimages/{image_id}/cross_region_copy",
          path: { image_id: systemImage },
          body: { name: "far", region, project_name: region, agency_name: "ims_admin_agency" },
        });
      refuses(await call("RegionOne"), 400, "IMG.0142");
      refuses(await call("nowhere-1"), 400, "IMG.0147");
    });

    test("16: listOsVersions answers families with their versions", async () => {
      const { status, body } = await mine.call({ method: "GET", url: "/v1/cloudimages/os_version", query: { tag: "uefi" } });
      assert.equal(status, 200);
      const families = Array.isArray(body) ? (body as unknown[]) : Object.values(body as object);
      assert.ok(families.some((family) => at(family, "platform") === "Ubuntu"));
    });

    test("17: showImageQuota counts the images", async () => {
      const { body } = await mine.call({ method: "GET", url: "/v1/cloudimages/quota" });
      const resources = at(body, "quotas.resources");
      const image = Array.isArray(resources) ? (resources as unknown[]).find((resource) => at(resource, "type") === "image") : undefined;
      assert.ok(Number(at(image, "used")) >= 1);
      assert.equal(at(image, "quota"), 50);
    });

    test("18, 19: both job queries show the same job; an unknown one is refused", async () => {
      const started = await mine.call({
        method: "POST",
        url: "/v1/cloudimages/{image_id}/copy",
        path: { image_id: systemImage },
        body: { name: "watched" },
      });
      const job_id = textAt(started.body, "job_id");
      const progress = await mine.call({ method: "GET", url: "/v1/cloudimages/job/{job_id}", path: { job_id } });
      assert.equal(at(progress.body, "job_id"), job_id);
      const path = { project_id: mine.projectId, job_id: "0".repeat(32) };
      const unknown = await mine.call({ method: "GET", url: "/v1/{project_id}/jobs/{job_id}", path });
      assert.ok([400, 404].includes(unknown.status));
      const others = await theirs.call({ method: "GET", url: "/v1/cloudimages/job/{job_id}", path: { job_id } });
      assert.ok([400, 404].includes(others.status));
      await endOfJob(mine, job_id);
    });

    test("20–24, 41–45: an image is shared, accepted, shown and taken back, by both families of calls", async () => {
      const shared = await imageOfJob(mine, {
        method: "POST",
        url: "/v1/cloudimages/{image_id}/copy",
        path: { image_id: systemImage },
        body: { name: "shared" },
      });
      const batch = { images: [shared], projects: [partner.projectId] };
      const added = await startedJob(mine, { method: "POST", url: "/v1/cloudimages/members", body: batch });
      assert.equal(at(added, "entities.results.0.status"), "success", JSON.stringify(added));
      assert.equal(at(await show(mine, shared), "__imagetype"), "shared");
      const pending = { member_status: "pending", visibility: "shared", __imagetype: "shared" };
      const waiting = await theirs.call({ method: "GET", url: "/v2/cloudimages", query: pending });
      assert.equal(at(waiting.body, "images.0.id"), shared);
      const answer = { images: [shared], project_id: partner.projectId, status: "accepted" };
      const accepted = await startedJob(theirs, { method: "PUT", url: "/v1/cloudimages/members", body: answer });
      assert.equal(at(accepted, "status"), "SUCCESS", JSON.stringify(accepted));
      assert.equal(at(await show(theirs, shared), "__imagetype"), "shared");

      const native = { image_id: shared, member_id: partner.projectId };
      const members = await mine.call({
        method: "GET",
        url: "/v1/{project_id}/cloudimages/{image_id}/members",
        path: { ...native, project_id: mine.projectId },
      });
      assert.equal(at(members.body, "members.0.member_type"), "project");
      const member = await mine.call({
        method: "GET",
        url: "/v1/{project_id}/cloudimages/{image_id}/members/{member_id}",
        path: { ...native, project_id: mine.projectId },
      });
      assert.equal(at(member.body, "status"), "accepted");
      const listed = await mine.call({ method: "GET", url: "/v2/images/{image_id}/members", path: native });
      assert.equal(at(listed.body, "members.0.member_id"), partner.projectId);
      const rejected = await theirs.call({
        method: "PUT",
        url: "/v2/images/{image_id}/members/{member_id}",
        path: native,
        body: { status: "rejected" },
      });
      assert.equal(at(rejected.body, "status"), "rejected");
      const shown = await theirs.call({ method: "GET", url: "/v2/images/{image_id}/members/{member_id}", path: native });
      assert.equal(at(shown.body, "status"), "rejected");
      const removed = await mine.call({ method: "DELETE", url: "/v2/images/{image_id}/members/{member_id}", path: native });
      assert.equal(removed.status, 204);
      const again = await mine.call({
        method: "POST",
        url: "/v2/images/{image_id}/members",
        path: native,
        body: { member: partner.projectId },
      });
      assert.deepEqual([again.status, at(again.body, "status")], [200, "pending"]);
      const taken = await startedJob(mine, { method: "DELETE", url: "/v1/cloudimages/members", body: batch });
      assert.equal(at(taken, "status"), "SUCCESS", JSON.stringify(taken));
      assert.equal(at(await show(mine, shared), "__imagetype"), "private");
    });

    test("25–33, 39, 40: tags are set, queried and removed in all their forms", async () => {
      const image_id = await imageOfJob(mine, {
        method: "POST",
        url: "/v1/cloudimages/{image_id}/copy",
        path: { image_id: systemImage },
        body: { name: "tagged" },
      });
      const path = { image_id, project_id: mine.projectId };
      const put = async (body: object): Promise<void> =>
        assert.equal((await mine.call({ method: "PUT", url: "/v1/cloudimages/tags", body: { image_id, ...body } })).status, 204);
      await put({ tag: "env.prod" });
      await put({ image_tag: { key: "team", value: "a" } });
      assert.equal(
        (
          await mine.call({
            method: "POST",
            url: "/v2/{project_id}/images/{image_id}/tags",
            path,
            body: { tag: { key: "one", value: "1" } },
          })
        ).status,
        204,
      );
      const batch = async (action: string, tags: readonly object[]): Promise<number> =>
        (await mine.call({ method: "POST", url: "/v2/{project_id}/images/{image_id}/tags/action", path, body: { action, tags } })).status;
      assert.equal(await batch("create", [{ key: "two", value: "2" }]), 204);
      const tags = await mine.call({ method: "GET", url: "/v2/{project_id}/images/{image_id}/tags", path });
      assert.deepEqual(
        new Map((at(tags.body, "tags") as { key: string; value: string }[]).map(({ key, value }) => [key, value])),
        new Map([
          ["env", "prod"],
          ["team", "a"],
          ["one", "1"],
          ["two", "2"],
        ]),
      );
      assert.ok((at((await mine.call({ method: "GET", url: "/v1/cloudimages/tags" })).body, "tags") as string[]).includes("env=prod"));
      const keys = at((await mine.call({ method: "GET", url: "/v2/{project_id}/images/tags", path })).body, "tags");
      assert.ok((keys as { key: string }[]).some(({ key }) => key === "team"));
      const query = {
        action: "filter",
        limit: "10",
        offset: "0",
        tags: [{ key: "env", values: ["prod"] }],
        matches: [{ key: "resource_name", value: "tag" }],
      };
      const found = await mine.call({ method: "POST", url: "/v2/{project_id}/images/resource_instances/action", path, body: query });
      assert.deepEqual([at(found.body, "total_count"), at(found.body, "resources.0.resource_id")], [1, image_id]);
      const one = { ...path, key: "one" };
      const remove = async (): Promise<number> =>
        (await mine.call({ method: "DELETE", url: "/v2/{project_id}/images/{image_id}/tags/{key}", path: one })).status;
      assert.deepEqual([await remove(), await remove()], [204, 404]);
      const several = { method: "DELETE", url: "/v1/{project_id}/cloudimages/{image_id}/tags/delete", path } as const;
      assert.equal((await mine.call({ ...several, body: { tags: [{ key: "two", value: "2" }] } })).status, 204);
      const native = { method: "PUT", url: "/v2/images/{image_id}/tags/{tag}", path: { image_id, tag: "plain" } } as const;
      assert.equal((await mine.call(native)).status, 204);
      assert.equal((await mine.call({ ...native, method: "DELETE" })).status, 204);
      assert.equal(await batch("delete", [{ key: "env", value: "prod" }, { key: "team" }]), 204);
    });

    test("34, 36, 37: the native list pages with next, show is the bare object, and a patch changes free attributes", async () => {
      const { body } = await mine.call({ method: "GET", url: "/v2/images", query: { limit: "1" } });
      assert.equal(at(body, "schema"), "/v2/schemas/images");
      assert.match(textAt(body, "next"), /marker=/);
      const path = { image_id: systemImage };
      const url = "/v2/images/{image_id}";
      assert.equal(at((await mine.call({ method: "GET", url, path })).body, "id"), systemImage);
      const patched = await mine.call({ method: "PATCH", url, path, body: [{ op: "add", path: "/rack", value: "7" }] });
      assert.equal(at(patched.body, "rack"), "7", JSON.stringify(patched.body));
    });

    test("38: deleteImage leaves nothing to list", async () => {
      const image_id = await imageOfJob(mine, {
        method: "POST",
        url: "/v1/cloudimages/{image_id}/copy",
        path: { image_id: systemImage },
        body: { name: "gone" },
      });
      assert.equal((await mine.call({ method: "DELETE", url: "/v2/images/{image_id}", path: { image_id } })).status, 204);
      assert.equal(await show(mine, image_id), undefined);
    });

    test("46–49: the four schemas", async () => {
      for (const name of ["image", "images", "member", "members"]) {
        const { status, body } = await mine.call({ method: "GET", url: `/v2/schemas/${name}` });
        assert.deepEqual([status, at(body, "name")], [200, name]);
      }
    });
  });
}

describe("what needs no client", () => {
  let world: ContractWorld;
  let mine: ImsCaller;
  before(async () => {
    world = await ContractWorld.open();
    mine = await tokenCaller(world.url, owner);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });

  test("50, 51: versions are shown to everyone", async () => {
    for (const path of ["/", "/v2", "/v2.0"]) {
      const answer = await fetch(`${world.url}${path}`);
      assert.equal(answer.status, 300, path);
      assert.ok(Array.isArray(at(await answer.json(), "versions")), path);
    }
  });

  test("52: bytes that are put to an image make it active, and come back", async () => {
    const token = await tokenOf(world.url);
    const made = await mine.call({ method: "POST", url: "/v2/images", body: { name: "direct", min_disk: 40, disk_format: "raw" } });
    const id = textAt(made.body, "id");
    const file = `${world.url}/v2/images/${id}/file`;
    const put = await fetch(file, {
      method: "PUT",
      headers: { "x-auth-token": token, "content-type": "application/octet-stream" },
      body: content,
    });
    assert.equal(put.status, 204, await put.text());
    const got = await fetch(file, { headers: { "x-auth-token": token } });
    assert.ok(content.equals(Buffer.from(await got.arrayBuffer())));
  });

  test("53–55: the deprecated calls list, show by head and delete", async () => {
    const token = await tokenOf(world.url);
    const made = await mine.call({ method: "POST", url: "/v2/images", body: { name: "old" } });
    const id = textAt(made.body, "id");
    const listed = await mine.call({ method: "GET", url: "/v1.1/images/detail", query: { name: "old" } });
    assert.equal(at(listed.body, "images.0.id"), id);
    const head = await fetch(`${world.url}/v1/images/${id}`, { method: "HEAD", headers: { "x-auth-token": token } });
    assert.deepEqual([head.status, head.headers.get("x-image-meta-name")], [200, "old"]);
    const gone = await fetch(`${world.url}/v1.1/images/${id}`, { method: "DELETE", headers: { "x-auth-token": token } });
    assert.equal(gone.status, 204);
  });
});

async function tokenOf(url: string): Promise<string> {
  const auth = {
    identity: { methods: ["password"], password: { user: { name: owner.name, password: owner.password, domain: { name: "Default" } } } },
    scope: { project: { id: owner.projectId } },
  };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth }),
  });
  return answer.headers.get("x-subject-token") ?? "";
}
