import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { buildOvf, buildTar } from "../../ova/testing/build-ova.ts";
import type { BuiltMember } from "../../ova/testing/build-ova.ts";
import { MemorySource } from "../../source/memory-source.ts";
import { buildVmdk } from "../../vmdk/testing/build-vmdk.ts";
import type { CheckReport } from "../check-report.ts";
import { checkDisk } from "../check-disk.ts";

const MIB = 1024 * 1024;

function disk(name: string, value: number): BuiltMember {
  const grains = new Map([[value, { kind: "data", bytes: Buffer.alloc(8192, value) }]] as const);
  return { name, content: buildVmdk({ sizeBytes: MIB, grains, isCompressed: true, directory: "footer" }).file };
}

const ovf: BuiltMember = { name: "vm.ovf", content: buildOvf([{ href: "a.vmdk" }, { href: "b.vmdk" }]) };
const disks = [disk("a.vmdk", 1), disk("b.vmdk", 2)];

function line(algorithm: string, { name, content }: BuiltMember): string {
  return `${algorithm.toUpperCase()}(${name})= ${createHash(algorithm).update(content).digest("hex")}\n`;
}

function check(manifest: string, member?: string): Promise<CheckReport> {
  const archive = buildTar([ovf, { name: "vm.mf", content: Buffer.from(manifest) }, ...disks]);
  return checkDisk(new MemorySource(archive), { member });
}

test("R-082: the files of an OVA are what its manifest says, in all three hashes", async () => {
  for (const algorithm of ["sha1", "sha256", "sha512"]) {
    const progress: number[] = [];
    const archive = buildTar([ovf, ...disks, { name: "vm.mf", content: Buffer.from(disks.map((one) => line(algorithm, one)).join("")) }]);
    const report = await checkDisk(new MemorySource(archive), {
      member: "a.vmdk",
      onProgress: ({ doneBytes }) => progress.push(doneBytes),
    });
    assert.deepEqual([report.faults, report.warnings, report.facts["filesHashed"]], [[], [], 2]);
    assert.equal(
      progress.at(-1),
      disks.reduce((sum, { content }) => sum + content.length, 0),
    );
  }
});

test("R-082: a disk that is not what the manifest says is a fault at its place, whichever disk was asked for", async () => {
  const [first, second] = disks;
  assert.ok(first !== undefined && second !== undefined);
  const wrong = line("sha256", { ...second, content: Buffer.alloc(5) });
  const report = await check(line("sha1", first) + wrong, "a.vmdk");
  assert.deepEqual(
    report.faults.map(({ code, severity }) => [code, severity]),
    [["ova.digest", "error"]],
  );
  assert.match(report.faults[0]?.message ?? "", /^"b\.vmdk" is not what the manifest says: its sha256 is [0-9a-f]{64}, not/);
  assert.ok((report.faults[0]?.fileOffset ?? 0) > 0);
  const undecided = await check(wrong);
  assert.deepEqual(
    undecided.faults.map(({ code }) => code),
    ["disk.unsupported", "ova.digest"],
  );
});

test("a manifest that names a file the archive does not hold is a warning, and none at all is nothing", async () => {
  const report = await check(line("sha1", { name: "gone.nvram", content: Buffer.alloc(1) }), "a.vmdk");
  assert.deepEqual(
    [report.faults, report.warnings.map(({ code }) => code), report.facts["filesHashed"]],
    [[], ["ova.manifestNamesMissing"], 0],
  );
  assert.deepEqual((await check("", "a.vmdk")).warnings, []);
});

test("a caller that gives up while files are hashed is heard", async () => {
  const controller = new AbortController();
  const archive = buildTar([ovf, ...disks, { name: "vm.mf", content: Buffer.from(disks.map((one) => line("sha1", one)).join("")) }]);
  const first = disks[0]?.content.length;
  const onProgress = ({ doneBytes }: { readonly doneBytes: number }): void => {
    if (doneBytes === first) {
      controller.abort(new Error("enough"));
    }
  };
  const { signal } = controller;
  await assert.rejects(checkDisk(new MemorySource(archive), { member: "a.vmdk", signal, onProgress }), /enough/);
});
