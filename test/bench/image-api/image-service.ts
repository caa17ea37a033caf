import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A service that speaks the Image API, and what every call to it carries. */
export interface ImageService {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const run = promisify(execFile);

/** Makes an image that waits for a file; answers its id. */
export async function createImage({ url, headers }: ImageService, diskFormat: string): Promise<string> {
  const body = JSON.stringify({ name: "bench", disk_format: diskFormat, container_format: "bare" });
  const answer = await fetch(`${url}/v2/images`, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
  if (answer.status !== 201) {
    throw new Error(`${url} made no image: ${answer.status} ${await answer.text()}`);
  }
  // The documented answer.
  return ((await answer.json()) as { id: string }).id;
}

/** Sends a file by curl, which takes little of the machine; answers seconds. */
export async function uploadTo(service: ImageService, id: string, path: string): Promise<number> {
  return await curl(service, id, ["-T", path, "-H", "content-type: application/octet-stream", "-H", "expect:"], "204");
}

/** Reads the file of an image; answers seconds. */
export async function downloadFrom(service: ImageService, id: string): Promise<number> {
  return await curl(service, id, [], "200");
}

/** Waits until a service has the file of an image in its cache. */
export async function cachedBy({ url, headers }: ImageService, id: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/v2/cache`, { headers });
    // The documented answer.
    const { cached_images: images } = (await answer.json()) as { cached_images: { image_id: string }[] };
    if (images.some(({ image_id: cached }) => cached === id)) {
      return;
    }
    await sleep(100);
  }
}

/** Throws  Error for any other answer than the one that is expected */
async function curl({ url, headers }: ImageService, id: string, options: readonly string[], expected: string): Promise<number> {
  const sent = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const told = ["-s", "-S", "-o", "/dev/null", "-w", "%{http_code} %{time_total}"];
  const { stdout } = await run("curl", [...told, ...sent, ...options, `${url}/v2/images/${id}/file`]);
  const [status, seconds] = stdout.split(" ");
  if (status !== expected) {
    throw new Error(`${url} answered ${status} to the file of ${id}`);
  }
  return Number(seconds);
}
