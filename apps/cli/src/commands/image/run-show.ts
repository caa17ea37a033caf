import { Images } from "@tintype/client/images.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { writeJson } from "../../output/write-result.ts";
import { findImage } from "./find-image.ts";
import type { ShowFlags } from "./show.ts";
import { writeImage } from "./write-image.ts";

export async function runShow(this: CliContext, flags: ShowFlags, idOrName: string): Promise<void> {
  const image = await findImage(new Images(await openSession(this, flags)), idOrName, this.signal);
  if (flags.json) {
    writeJson(this, image);
  } else {
    writeImage(this, image);
  }
}
