import assert from "node:assert/strict";
import { test } from "node:test";
import { osFamilies, otherOsVersions } from "./os-versions.table.ts";
import { resolveOs } from "./resolve-os.ts";

test("every entry of the list is found under its own name, in any case", () => {
  for (const { prefix, platform, osType, entries } of osFamilies) {
    for (const name of Object.keys(entries)) {
      const osVersion = `${prefix} ${name}`;
      const expected = { osVersion, platform, osType, osBit: name.endsWith("32bit") ? "32" : "64", isListed: true };
      assert.deepEqual(resolveOs({ osVersion }), expected);
      assert.deepEqual(resolveOs({ osVersion: osVersion.toUpperCase() }), expected);
    }
  }
});

test("the list has the 236 entries of its sources, each once", () => {
  const names = osFamilies.flatMap(({ prefix, entries }) => Object.keys(entries).map((name) => `${prefix} ${name}`.toLowerCase()));
  assert.equal(names.length, 236);
  assert.equal(new Set(names).size, names.length);
});

test("everything on ARM boots with UEFI and has 64 bits (R-076)", () => {
  for (const { entries } of osFamilies) {
    for (const [name, use] of Object.entries(entries)) {
      assert.ok(!use.includes("a") || (use.includes("u") && !name.endsWith("32bit")), name);
    }
  }
});

const spellings: readonly [string, string][] = [
  ["Red Hat Linux Enterprise 7.4 64bit", "Redhat Linux Enterprise 7.4 64bit"],
  ["Red Hat Enterprise Linux 9.1 64bit", "Redhat Linux Enterprise 9.1 64bit"],
  ["Redhat 6.4 32bit", "Redhat Linux Enterprise 6.4 32bit"],
  ["Novell SUSE Linux Enterprise Server 12 SP5 64bit", "SUSE Linux Enterprise Server 12 SP5 64bit"],
  ["Windows Server 2012 R2 Essentials 64bit", "Windows Server 2012 Essentials R2 64bit"],
  ["Windows Server 2008 WEB R2 64bit", "Windows Server 2008 R2 WEB 64bit"],
  ["OpenSUSE 15.5 64bit", "openSUSE 15.5 64bit"],
  ["Ubuntu 22.04 Server  64bit", "Ubuntu 22.04 server 64bit"],
  ["CoreOS 1010.5.0", "CoreOS 1010.5.0"],
  ["Other Linux(64 bit)", "Other_Linux (64_bit)"],
  ["Other Windows(32 bit)", "Other_Windows (32_bit)"],
  ["Other(32 bit)", "Other (32_bit)"],
  ["Other_Windows (64_bit)", "Other_Windows (64_bit)"],
];

for (const [told, meant] of spellings) {
  test(`"${told}" means "${meant}"`, () => {
    assert.equal(resolveOs({ osVersion: told }).osVersion, meant);
  });
}

test("R-067: a system outside the list is called Other, by type and width", () => {
  assert.equal(resolveOs({ osVersion: "TempleOS 5" }).osVersion, "Other_Linux (64_bit)");
  assert.equal(resolveOs({ osVersion: "TempleOS 5 32bit" }).osVersion, "Other_Linux (32_bit)");
  assert.equal(resolveOs({ osVersion: "Windows 95 32 bit" }).osVersion, "Other_Windows (32_bit)");
  assert.equal(resolveOs({ osType: "Windows" }).osVersion, "Other_Windows (64_bit)");
  assert.equal(resolveOs({ osType: "Other" }).osVersion, "Other (64_bit)");
  assert.equal(resolveOs({}).osVersion, "Other_Linux (64_bit)");
});

test("a listed version decides over the type that was told", () => {
  assert.equal(resolveOs({ osVersion: "Fedora 39 64bit", osType: "Windows" }).osType, "Linux");
});

test("there is a name for others of every type and width", () => {
  assert.equal(new Set(otherOsVersions.map(({ osType, osBit }) => osType + osBit)).size, 6);
});
