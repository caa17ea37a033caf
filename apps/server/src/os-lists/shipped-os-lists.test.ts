import assert from "node:assert/strict";
import { test } from "node:test";
import { flavorAdvice } from "../images/flavor-advice.table.ts";
import { flavorRules } from "../images/flavor-rules.table.ts";
import { flavorUse } from "../images/flavor-use.ts";
import { resolveOs } from "../images/resolve-os.ts";
import { shippedSystems } from "./shipped-os-lists.ts";

const systems = shippedSystems();

interface Machine {
  readonly flavor: string;
  readonly osVersion: string;
  readonly kernel?: string;
  readonly architecture?: "x86" | "arm";
}

/** Names of what the lists say of a system on machines of a flavor. */
function advised({ flavor, osVersion, kernel, architecture = "x86" }: Machine): readonly string[] {
  const use = flavorUse({ image: { architecture, osVersion }, systems, flavor, kernel });
  return flavorAdvice.filter((row) => row.isDue(use)).map(({ name }) => name);
}

const families: readonly (readonly [title: string, list: string, families: readonly string[]])[] = [
  [
    "R-221: families of x86 flavors are bound to list 6-1",
    "flavors-6-1",
    ["t6", "s2", "s3", "s6", "sn3", "c3", "m2", "m3", "m6", "hc2", "h3", "d2", "d3"],
  ],
  ["R-222: families of x86 flavors are bound to list 6-2", "flavors-6-2", ["c3ne", "c6", "c6s", "m3ne"]],
  ["R-223: e3 is bound to list 6-3", "flavors-6-3", ["e3"]],
  ["R-224: i3 and ir3 are bound to list 6-4", "flavors-6-4", ["i3", "ir3"]],
  ["R-225: the Kunpeng families kc1 and km1 are bound to list 6-5", "flavors-6-5", ["kc1", "km1"]],
];

for (const [title, name, bound] of families) {
  test(title, () => {
    const found = [...systems.byFlavor].filter(([, list]) => list.name === name).map(([family]) => family);
    assert.deepEqual(found, bound);
    assert.equal(systems.byFlavor.get(bound[0] ?? "")?.architecture, name === "flavors-6-5" ? "arm" : "x86");
  });
}

test("R-226: a flavor without a list, as those with GPUs are, is allowed, with a notice", () => {
  for (const flavor of ["g6.xlarge.2", "p2v.2xlarge.8", "pi1"]) {
    const use = flavorUse({ image: { architecture: "arm", osVersion: "CentOS 7.6 64bit" }, systems, flavor, kernel: undefined });
    assert.ok(flavorRules.every((rule) => rule.holds(use)));
    assert.deepEqual(
      flavorAdvice.filter((row) => row.isDue(use)).map(({ name }) => name),
      ["flavorWithoutList"],
    );
  }
});

const SLES = "SUSE Linux Enterprise Server";
const RedHat = "Redhat Linux Enterprise";
const Debian = "Debian GNU/Linux";

/** Systems of the documents, as an image names them; and systems that are not there. */
const listed: readonly (readonly [title: string, flavor: string, listed: readonly string[], absent: readonly string[]])[] = [
  [
    "R-227: list 6-1 has every system of its table, and others are advised against",
    "s6.large.2",
    [
      ...["2008 R2 Standard", "2008 R2 Enterprise", "2008 R2 Datacenter", "2008 R2 WEB", "2012 Standard", "2012 Datacenter"].map(windows),
      ...["2012 R2 Standard", "2012 R2 Datacenter", "2016 Standard", "2016 Datacenter", "2019 Standard", "2019 Datacenter"].map(windows),
      windows("Core Version 1709"),
      ...of("CentOS", "6.10 6.9 6.8 6.7 6.6 6.5 6.4 6.3 7.6 7.5 7.4 7.3 7.2 7.1 7.0 8.0"),
      ...["20.04", "18.04", "16.04", "14.04", "12.04"].map((version) => `Ubuntu ${version} server 64bit`),
      ...of("EulerOS", "2.5 2.3 2.2"),
      ...of(RedHat, "6.10 6.9 6.8 6.7 6.6 6.5 6.4 7.6 7.5 7.4 7.3 7.2 7.1 7.0 8.0"),
      ...["11 SP4", "11 SP3", "12 SP4", "12 SP3", "12 SP2", "12 SP1", "12", "15"].map((version) => `${SLES} ${version} 64bit`),
      ...of(Debian, "8.0.0 8.1.0 8.2.0 8.3.0 8.4.0 8.5.0 8.6.0 8.7.0 8.8.0 8.9.0 8.10.0 9.8.0 9.7.0 9.6.0 9.5.0 9.4.0 9.3.0 9.0.0"),
      ...of("openSUSE", "13.2 15.1 15.0 42.3 42.2 42.1"),
      ...of("Fedora", "22 23 24 25 26 27 28 29"),
      "CoreOS 2079.4.0",
      "FreeBSD 11.0 64bit",
      "openEuler 20.03 64bit",
    ],
    [
      "Ubuntu 22.04 server 64bit",
      "CentOS 7.9 64bit",
      "CentOS Stream 8.6 64bit",
      `${SLES} 15 SP1 64bit`,
      "Fedora 30 64bit",
      "Windows 10 64bit",
    ],
  ],
  [
    "R-228: list 6-2 has every system of its table, and others are advised against",
    "c6.large.2",
    [
      ...["2008 R2 Enterprise", "2008 R2 Datacenter", "2008 R2 WEB", "2008 R2 Standard", "2012 R2 Standard"].map(windows),
      ...["2012 R2 Datacenter", "2016 Standard", "2016 Datacenter", "2019 Datacenter", "Version 1709 Datacenter"].map(windows),
      ...of("CentOS", "6.3 6.10 7.0 7.9 8.0 8.5"),
      ...["14.04", "16.04", "18.04", "20.04"].map((version) => `Ubuntu ${version} server 64bit`),
      ...of("EulerOS", "2.2 2.3 2.5"),
      ...of(RedHat, "6.4 6.10 7.0 7.6"),
      `${SLES} 11 SP4 64bit`,
      `${SLES} 12 SP5 64bit`,
      ...of(Debian, "8.1.0 9.3.0"),
      ...of("openSUSE", "15.0 15.1"),
      ...of("Fedora", "22 29"),
      "openEuler 20.03 64bit",
    ],
    [
      windows("2019 Standard"),
      `${RedHat} 8.0 64bit`,
      `${SLES} 15 64bit`,
      "Ubuntu 12.04 server 64bit",
      "Fedora 30 64bit",
      "EulerOS 2.9 64bit",
    ],
  ],
  [
    "R-229: list 6-3 has every system of its table, and others are advised against",
    "e3.26xlarge.14",
    [
      ...of("CentOS", "6.3 7.9"),
      ...["14.04", "16.04", "18.04"].map((version) => `Ubuntu ${version} server 64bit`),
      ...of("EulerOS", "2.2 2.3"),
      ...of(RedHat, "6.4 7.6"),
      `${SLES} 11 SP3 64bit`,
      `${SLES} 12 64bit`,
      ...of(Debian, "8.10.0 9.0.0"),
      ...of("openSUSE", "15.0 15.1"),
      ...of("Fedora", "22 29"),
    ],
    [windows("2016 Standard"), "openEuler 20.03 64bit", "CentOS 8.0 64bit", "Ubuntu 20.04 server 64bit", "EulerOS 2.5 64bit"],
  ],
  [
    "R-230: list 6-4 has every system of its table, and others are advised against",
    "ir3.large.4",
    [
      ...of("CentOS", "6.10 7.6"),
      ...["14.04", "16.04", "18.04"].map((version) => `Ubuntu ${version} server 64bit`),
      ...of("EulerOS", "2.2 2.3"),
      `${SLES} 12 SP2 64bit`,
      ...of(Debian, "8.8.0 9.3.0"),
    ],
    [`${SLES} 11 SP4 64bit`, `${RedHat} 7.6 64bit`, "Fedora 29 64bit", "openSUSE 15.0 64bit", windows("2019 Datacenter")],
  ],
  [
    "R-231: list 6-5, for ARM, has every system of its table, and others are advised against",
    "kc1.large.2",
    [
      ...of("CentOS", "7.6 7.5 7.4 8.0"),
      "Ubuntu 18.04 server 64bit",
      "EulerOS 2.8 64bit",
      ...of(RedHat, "7.6 7.5"),
      ...["12 SP5", "12 SP4", "15"].map((version) => `${SLES} ${version} 64bit`),
      "openSUSE 15.0 64bit",
      "Fedora 29 64bit",
      `${Debian} 10.2.0 64bit`,
      "openEuler 20.03 64bit",
    ],
    ["CentOS 7.3 64bit", "Ubuntu 16.04 server 64bit", "UOS 20 64bit", windows("2019 Datacenter"), "Other_Linux (64_bit)"],
  ],
];

function windows(name: string): string {
  return `Windows Server ${name} 64bit`;
}

function of(family: string, versions: string): readonly string[] {
  return versions.split(" ").map((version) => `${family} ${version} 64bit`);
}

for (const [title, flavor, present, absent] of listed) {
  test(title, () => {
    for (const osVersion of present) {
      assert.equal(resolveOs(systems, { osVersion }).osVersion, osVersion, "the name is known");
      assert.deepEqual(advised({ flavor, osVersion }), [], osVersion);
    }
    for (const osVersion of absent) {
      assert.deepEqual(advised({ flavor, osVersion }), ["osNotForFlavor"], osVersion);
    }
  });
}

test("R-237: the families S2, S3, C3, M2 and M3 support Ubuntu 12 with 64 bits, and others do not", () => {
  const osVersion = "Ubuntu 12.04 server 64bit";
  for (const family of ["S2", "S3", "C3", "M2", "M3"]) {
    assert.deepEqual(advised({ flavor: `${family}.large.2`, osVersion }), []);
  }
  for (const family of ["c6", "e3", "i3", "kc1"]) {
    assert.deepEqual(advised({ flavor: family, osVersion }), ["osNotForFlavor"]);
  }
});

const kernels: readonly (readonly [flavor: string, osVersion: string, listed: string, absent: string])[] = [
  ["c6.large.2", "CentOS 7.6 64bit", "3.10.0-957.5.1.el7.x86_64", "3.10.0-957.5.2.el7.x86_64"],
  ["c6.large.2", "CentOS 6.10 64bit", "2.6.32-754.10.1.el6.x86_64", "2.6.32-754.10.1.e16.x86_64"],
  ["c6.large.2", "Ubuntu 18.04 server 64bit", "4.15.0-52-generic", "4.15.0-520-generic"],
  ["c3ne", "openEuler 20.03 64bit", "4.19.90-2003.4.0.0036.oe1.x86_64", "4.19.90-2003.4.0.0036.oel.x86_64"],
  ["m3ne", windows("2016 Datacenter"), "10.0.14393.2430", "10.0.143930"],
  ["e3.large", "CentOS 7.6 64bit", "3.10.0-957.21.3.el7.x86_64", "3.10.0-957.el7.x86_64"],
  ["i3.large", `${Debian} 9.3.0 64bit`, "4.9.0-3-amd64", "4.9.0-4-amd64"],
];

test("R-228: a kernel that is not listed for its system is advised against, and with .el6, .el7 and .oe1 the listed ones are found", () => {
  for (const [flavor, osVersion, kernel, absent] of kernels) {
    assert.deepEqual(advised({ flavor, osVersion, kernel }), [], `${flavor} ${osVersion} ${kernel}`);
    assert.deepEqual(advised({ flavor, osVersion, kernel: absent }), ["kernelNotForFlavor"], `${flavor} ${osVersion} ${absent}`);
  }
  const all = systems.lists.flatMap((list) => (list.use === "flavors" ? list.systems.flatMap((entry) => entry.kernels ?? []) : []));
  assert.ok(all.length > 100);
  assert.deepEqual(
    all.filter((kernel) => /\.e1[67]|\.oel/.test(kernel)),
    [],
  );
});

test("where a list names no kernels, every kernel will do", () => {
  assert.deepEqual(advised({ flavor: "s6", osVersion: "CentOS 7.6 64bit", kernel: "9.9" }), []);
});

test("an image for x86 machines does not fit a Kunpeng flavor, one for ARM machines no x86 flavor, and each fits its own", () => {
  const fits = (architecture: "x86" | "arm", flavor: string): boolean => {
    const use = flavorUse({ image: { architecture, osVersion: "CentOS 7.6 64bit" }, systems, flavor, kernel: undefined });
    return flavorRules.every((rule) => rule.holds(use));
  };
  assert.deepEqual(
    [fits("x86", "kc1.large.2"), fits("x86", "KM1.large.2"), fits("arm", "s6.large.2"), fits("x86", "s6.large.2"), fits("arm", "km1")],
    [false, false, false, true, true],
  );
});
