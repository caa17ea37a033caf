import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedSystems } from "../os-lists/shipped-os-lists.ts";
import { otherOsVersions } from "./os-names.table.ts";
import { resolveOs } from "./resolve-os.ts";

const systems = shippedSystems();
const known = [...systems.byName.values()];

test("every entry of the list is found under its own name, in any case", () => {
  for (const { osVersion, platform, osType, osBit } of known) {
    const expected = { osVersion, platform, osType, osBit, isListed: true };
    assert.deepEqual(resolveOs(systems, { osVersion }), expected);
    assert.deepEqual(resolveOs(systems, { osVersion: osVersion.toUpperCase() }), expected);
    assert.equal(osBit, osVersion.endsWith("32bit") ? "32" : "64");
  }
});

test("the lists for files have the 236 entries of their sources, and 12 more systems are in lists for flavors alone", () => {
  assert.equal(known.filter(({ uses }) => uses.size > 0).length, 236);
  assert.equal(known.length, 248);
});

test("everything on ARM boots with UEFI and has 64 bits (R-076)", () => {
  for (const { osVersion, uses, osBit } of known.filter((system) => system.uses.has("arm"))) {
    assert.ok(uses.has("uefi") && osBit === "64", osVersion);
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
    assert.equal(resolveOs(systems, { osVersion: told }).osVersion, meant);
  });
}

test("R-067: a system outside the list is called Other, by type and width", () => {
  assert.equal(resolveOs(systems, { osVersion: "TempleOS 5" }).osVersion, "Other_Linux (64_bit)");
  assert.equal(resolveOs(systems, { osVersion: "TempleOS 5 32bit" }).osVersion, "Other_Linux (32_bit)");
  assert.equal(resolveOs(systems, { osVersion: "Windows 95 32 bit" }).osVersion, "Other_Windows (32_bit)");
  assert.equal(resolveOs(systems, { osType: "Windows" }).osVersion, "Other_Windows (64_bit)");
  assert.equal(resolveOs(systems, { osType: "Other" }).osVersion, "Other (64_bit)");
  assert.equal(resolveOs(systems, {}).osVersion, "Other_Linux (64_bit)");
});

test("a listed version decides over the type that was told", () => {
  assert.equal(resolveOs(systems, { osVersion: "Fedora 39 64bit", osType: "Windows" }).osType, "Linux");
});

test("there is a name for others of every type and width", () => {
  assert.equal(new Set(otherOsVersions.map(({ osType, osBit }) => osType + osBit)).size, 6);
});
