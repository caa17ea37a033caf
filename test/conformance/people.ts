import { createHash } from "node:crypto";

/** One password for all: the server of a run is gone when the run ends. */
const password = "secret";

/** A name and a number make an id: the same ones in every run. */
function projectId(name: string): string {
  return createHash("md5").update(name).digest("hex");
}

const everything = ["admin", "member", "reader"];
const work = ["member", "reader"];

/** Who works for tempest, and what the accounts file says of them. */
interface Worker {
  readonly user: string;
  readonly project: string;
  /** Roles that the server gives. */
  readonly roles: readonly string[];
  /** What stands in the accounts file; tempest asks for accounts by these. */
  readonly asked: string;
}

/**
 * Each class of tests locks an account of every kind that it needs while it runs, so `concurrency` classes need as many of each kind.
 * The others (`a`) come first and name no role: "the other account" is the first free one, whatever roles it has.
 */
function workers(concurrency: number): readonly Worker[] {
  const numbers = Array.from({ length: concurrency }, (_, index) => index + 1);
  return [
    ...numbers.map((n) => ({ user: `a${n}`, project: `a${n}`, roles: work, asked: "" })),
    ...numbers.map((n) => ({ user: `m${n}`, project: `t${n}`, roles: work, asked: ", roles: [member]" })),
    ...numbers.map((n) => ({ user: `r${n}`, project: `t${n}`, roles: ["reader"], asked: ", roles: [reader]" })),
    ...numbers.map((n) => ({ user: `admin${n}`, project: `admin${n}`, roles: everything, asked: ", roles: [admin], types: [admin]" })),
  ];
}

/** The bootstrap file of a server that `concurrency` classes of tests can use at once. */
export function bootstrapFile(concurrency: number, region: string): object {
  const all = workers(concurrency);
  return {
    domain: { id: "default", name: "Default" },
    region,
    projects: [...new Set(all.map(({ project }) => project))].map((name) => ({ id: projectId(name), name })),
    users: all.map(({ user, project, roles }) => ({ name: user, password, grants: [{ project, roles }] })),
  };
}

/** The accounts file (YAML) that tells tempest of them. */
export function accountsFile(concurrency: number): string {
  const lines = workers(concurrency).map(
    ({ user, project, asked }) => `- {username: ${user}, project_name: ${project}, password: ${password}${asked}}`,
  );
  return `${lines.join("\n")}\n`;
}
