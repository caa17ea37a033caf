import assert from "node:assert/strict";
import { test } from "node:test";
import type { Capability, ImageCapabilities } from "@tintype/contract/api/image-capabilities.ts";
import { describeAction } from "@tintype/contract/permissions/actions.table.ts";
import { operationRights } from "@tintype/server/images/operation-rights.table.ts";
import { operationRules } from "@tintype/server/images/operation-rules.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const disk = sampleDisk(1);
const GiB = 1024 ** 3;

async function serverWithImage(fields: Partial<ImageRecord> = {}, options?: Parameters<typeof ImsServer.open>[0]) {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:");
  const image = await server.world.addImage("demo", disk, fields);
  return { server, image };
}

async function explained(server: ImsServer, image: ImageRecord, caller: Caller = demo, query = ""): Promise<readonly Capability[]> {
  const answer = await server.call("GET", `/api/v1/images/${image.id}/capabilities${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  const body = answer.json<ImageCapabilities>();
  assert.equal(body.imageId, image.id);
  return body.capabilities;
}

function of(capabilities: readonly Capability[], operation: string): Capability {
  const capability = capabilities.find((candidate) => candidate.operation === operation);
  assert.ok(capability, operation);
  return capability;
}

const rulesOf = ({ reasons }: Capability): readonly string[] => reasons.map(({ rule }) => rule);

/** What a plain private image cannot be. */
const neverPossible = ["copyCrossRegion", "makePublic", "withdraw"];

test("of an ordinary private image its owner learns that everything but what nobody may do is possible", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  const capabilities = await explained(server, image);
  assert.deepEqual(
    capabilities.map(({ operation }) => operation).toSorted(),
    Object.keys(operationRules).toSorted(),
    "every operation of the table is answered",
  );
  for (const { operation, allowed, reasons } of capabilities) {
    assert.equal(allowed, !neverPossible.includes(operation), `${operation}: ${JSON.stringify(reasons)}`);
    assert.equal(allowed, reasons.length === 0);
  }
});

test("R-020, R-116, R-154, R-181: every broken rule is told at once, with its requirement, code, sentence and remedy", async () => {
  const disks = [{ blobId: "0".repeat(32) as never, virtualSizeBytes: 2000 * GiB, dataBytes: 1 }];
  const { server, image } = await serverWithImage({ kind: "whole", disks, lineage: { fromPublicPlatform: "Windows" } });
  await using _ = server;
  const { allowed, reasons } = of(await explained(server, image), "export");
  assert.equal(allowed, false);
  assert.deepEqual(
    reasons.map(({ rule, code }) => [rule, code]),
    [
      ["notWholeMachine", "IMG.0128"],
      ["publicOriginMayLeave", "IMG.0071"],
      ["size", "IMG.0160"],
    ],
  );
  for (const { requirement, sentence, remedy } of reasons) {
    assert.match(requirement, /^(R-\d{3}|ims-api §)/);
    assert.match(sentence, /\.$/);
    assert.match(remedy, /\.$/);
    assert.doesNotMatch(sentence + remedy, /[{}]/);
  }
  assert.match(reasons[2]?.remedy ?? "", /is_quick_export/);
});

test("the sentences come in Chinese when they are asked for, and in no other language", async () => {
  const { server, image } = await serverWithImage({ status: "saving" });
  await using _ = server;
  for (const { reasons } of await explained(server, image, demo, "?language=zh")) {
    for (const { sentence, remedy } of reasons) {
      assert.match(sentence, /[\u4e00-\u9fff].*。$/);
      assert.match(remedy, /[\u4e00-\u9fff].*。$/);
    }
  }
  const answer = await server.call("GET", `/api/v1/images/${image.id}/capabilities?language=de`);
  assert.equal(answer.statusCode, 400);
  assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
});

test("another project's image does not exist: 404, as a problem", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  for (const [id, caller] of [
    [image.id, alt],
    ["no-such-image", demo],
  ] as const) {
    const answer = await server.call("GET", `/api/v1/images/${id}/capabilities`, undefined, caller);
    assert.equal(refusalOf(answer), "404 IMG.0027");
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  }
});

test("R-304: a right that is missing is a reason, and names the action", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  for (const { operation, allowed, reasons } of await explained(server, image, reader)) {
    const action = operationRights[operation as keyof typeof operationRights];
    if (action !== undefined && !describeAction(action).isRead) {
      assert.equal(allowed, false, operation);
      assert.equal(reasons[0]?.code, describeAction(action).isOperators === true ? "api.operatorsOnly" : "IMG.0026");
      assert.match(reasons[0]?.sentence ?? "", new RegExp(action));
    }
  }
});

test("R-005: of a public image an ordinary user learns that it cannot be changed, deleted, shared, tagged, exported or copied", async () => {
  const { server, image } = await serverWithImage({ visibility: "public", protected: true });
  await using _ = server;
  const capabilities = await explained(server, image, alt);
  for (const operation of ["update", "delete", "share", "tag", "export", "copy", "makePublic", "withdraw"]) {
    assert.equal(of(capabilities, operation).allowed, false, operation);
  }
  assert.ok(of(capabilities, "publish").reasons.some(({ rule, code }) => rule === "owner" && code === "IMG.0043"));
  const forOperators = await explained(server, image, administrator);
  assert.deepEqual(rulesOf(of(forOperators, "withdraw")), []);
  assert.deepEqual(rulesOf(of(forOperators, "makePublic")), ["notPublic"]);
});

test("a key that is disabled, tasks under way and full quotas are reasons while they last", async () => {
  const { server, image: plain } = await serverWithImage(
    {},
    { holdJobs: true, limits: { images: { perProject: 2 }, jobs: { concurrentPerProject: 1 } } },
  );
  await using _ = server;
  const key = await defaultImageKey(server.world.keys, demo.project as ProjectId);
  const image = await server.world.addImage("demo", disk, { encryption: { keyId: key.id } });
  await server.world.keys.disable(key.id);
  const path = `/v1/cloudimages/${plain.id}/file`;
  assert.equal((await server.call("POST", path, { bucket_url: "files:a", file_format: "qcow2" })).statusCode, 200);
  const encrypted = await explained(server, image);
  assert.deepEqual(rulesOf(of(encrypted, "export")), ["keyIsEnabled", "jobsUnderWay"]);
  assert.deepEqual(rulesOf(of(encrypted, "copy")), ["keyIsEnabled", "imageQuota", "jobsUnderWay"]);
  assert.deepEqual(
    of(encrypted, "copy").reasons.map(({ code }) => code),
    ["IMG.0102", "IMG.0015", "IMG.0060"],
  );
  const busy = await explained(server, plain);
  assert.deepEqual(rulesOf(of(busy, "export")), ["notBeingExported", "jobsUnderWay"]);
  assert.deepEqual(rulesOf(of(busy, "delete")), ["notBeingExported"]);
});

test("R-134, R-155, R-167, R-182, R-274: an encrypted image is not shared, published, exported fast or copied to another region", async () => {
  await using server = await ImsServer.open();
  const key = await defaultImageKey(server.world.keys, demo.project as ProjectId);
  const image = await server.world.addImage("demo", disk, { encryption: { keyId: key.id } });
  const capabilities = await explained(server, image);
  for (const operation of ["share", "publish", "quickExport", "copyCrossRegion"]) {
    assert.ok(rulesOf(of(capabilities, operation)).includes("notEncrypted"), operation);
  }
  for (const operation of ["export", "copy", "update", "delete"]) {
    assert.equal(of(capabilities, operation).allowed, true, operation);
  }
});

const matrix: readonly [title: string, fields: Partial<ImageRecord>, refused: Readonly<Record<string, string>>][] = [
  [
    "R-018, R-134, R-200, R-275: a published image is neither deleted nor shared nor published again",
    { isPublished: true },
    { delete: "IMG.0093", share: "IMG.0107", publish: "IMG.0049" },
  ],
  [
    "R-115, R-116, R-117, R-158: an image of a whole machine is not published, exported or copied within the region",
    { kind: "whole" },
    { publish: "IMG.0129", export: "IMG.0128", quickExport: "IMG.0128", copy: "IMG.0130" },
  ],
  [
    "R-015, R-158, R-171, R-181: an ISO image is not exported or copied",
    { kind: "iso" },
    { export: "IMG.0167", quickExport: "IMG.0167", copy: "IMG.0167", copyCrossRegion: "IMG.0167", publish: "IMG.0167" },
  ],
  [
    "R-095: an image that was installed from an ISO image is not exported or copied within the region",
    { lineage: { fromIso: true } },
    { export: "IMG.0071", quickExport: "IMG.0071", copy: "IMG.0167" },
  ],
  [
    "R-156: an image that goes back to a SUSE public image is not exported",
    { lineage: { fromPublicPlatform: "SUSE" } },
    { export: "IMG.0071", quickExport: "IMG.0071" },
  ],
  [
    "R-157, R-275: an image that goes back to one of the market is not exported or sold",
    { lineage: { fromMarket: true } },
    { export: "IMG.0078", quickExport: "IMG.0078", publish: "IMG.0082" },
  ],
  ["an image that goes back to one that is charged for is not exported", { lineage: { isCharged: true } }, { export: "IMG.0079" }],
  ["R-273: a shared image is not sold", { memberCount: 2, visibility: "shared" }, { publish: "IMG.0052" }],
  ["a data disk image is not sold", { kind: "data" }, { publish: "IMG.0124" }],
  ["a protected image is not deleted", { protected: true }, { delete: "IMG.0091" }],
];

for (const [title, fields, refused] of matrix) {
  test(title, async () => {
    const { server, image } = await serverWithImage(fields);
    await using _ = server;
    const capabilities = await explained(server, image);
    for (const [operation, code] of Object.entries(refused)) {
      const capability = of(capabilities, operation);
      assert.equal(capability.allowed, false, operation);
      assert.ok(
        capability.reasons.some((reason) => reason.code === code),
        `${operation}: ${JSON.stringify(capability.reasons)}`,
      );
    }
  });
}
