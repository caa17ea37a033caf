import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dataPieces, openDisk } from "./bench-disk.ts";

const mebibyte = 2 ** 20;

/** The folder of a benchmark and the inputs that all cases share. Everything in it is removed at the end. */
export interface BenchFolder extends AsyncDisposable {
  readonly path: string;
  /** A real disk, sparse, with a Debian on it. */
  readonly debian: string;
  /** The disk's data alone, for programs that do not know holes. */
  debianData(): Promise<string>;
  /** 1 GiB that does not compress. */
  random(): Promise<string>;
}

/** Makes a folder beside the disk, so that everything happens on one volume. */
export async function openBenchFolder(): Promise<BenchFolder> {
  const builder = new URL("../../fixtures/build-debian-disk.sh", import.meta.url).pathname;
  const debian = execFileSync(builder, { encoding: "utf8" }).trim();
  const path = await mkdtemp(join(dirname(debian), "bench-store-"));
  const made = new Map<string, Promise<string>>();
  const once = (name: string, make: (target: string) => Promise<void>): Promise<string> => {
    const target = join(path, name);
    const making = made.get(name) ?? make(target).then(() => target);
    made.set(name, making);
    return making;
  };
  return {
    path,
    debian,
    debianData: () => once("debian.data", (target) => extractData(debian, target)),
    random: () => once("random.raw", makeRandom),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** An empty folder of that name. */
export async function freshFolder(folder: BenchFolder, name: string): Promise<string> {
  const path = join(folder.path, name);
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  return path;
}

/** Makes the system forget what it has of a store's packs in memory, so that they are read from the disk. */
export async function dropPages(root: string): Promise<void> {
  for (const file of await readdir(root, { recursive: true })) {
    if (file.endsWith(".pack") || file.endsWith(".manifest") || file.endsWith(".sqlite")) {
      execFileSync("dd", [`if=${join(root, file)}`, "iflag=nocache", "count=0", "status=none"]);
    }
  }
}

async function extractData(source: string, target: string): Promise<void> {
  await using disk = await openDisk(source, "raw");
  await using file = await open(target, "wx");
  for await (const { offset, length } of dataPieces(disk.extents(), mebibyte)) {
    await file.write(await disk.read(offset, length));
  }
}

async function makeRandom(target: string): Promise<void> {
  execFileSync("dd", ["if=/dev/urandom", `of=${target}`, "bs=4M", "count=256", "status=none"]);
}
