import { readFileSync } from "node:fs";

/** Version of the service, as its package says. */
// The package file is part of the program and always has a version.
export const version = (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version;
