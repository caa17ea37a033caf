/**
 * `npm run openapi`: writes the documents that the running service serves at `/openapi/*.json` into `openapi/`.
 * With `--check` it only compares, and exits 1 naming each document that differs.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { servedDocuments } from "./served-documents.ts";

async function committed(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return "";
    }
    throw error;
  }
}

const isCheck = process.argv.includes("--check");
await mkdir("openapi", { recursive: true });
for (const [path, text] of await servedDocuments()) {
  if (!isCheck) {
    await writeFile(path, text);
  } else if ((await committed(path)) !== text) {
    console.log(`${path} is not what the service serves: run "npm run openapi" and commit it`);
    process.exitCode = 1;
  }
}
