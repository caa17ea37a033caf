import { Images } from "@tintype/client/images.ts";
import { changePublicImage } from "@tintype/client/public-images.ts";
import { RecycleBin } from "@tintype/client/recycle-bin.ts";
import type { Session } from "@tintype/client/session/session.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { writeJson } from "../../output/write-result.ts";
import type { ChangeFlags, ImageVerb } from "./change.ts";
import { findImage } from "./find-image.ts";
import { findRecycled } from "./find-recycled.ts";

interface Work {
  readonly session: Session;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** Each does its work and answers the image's id. */
const works = {
  publish: async (work) => await changePublic(work, "publish"),
  withdraw: async (work) => await changePublic(work, "withdraw"),
  async restore({ session, name, signal }) {
    const bin = new RecycleBin(session);
    return (await bin.restore(await findRecycled(bin, name, signal), { signal })).imageId;
  },
  async purge({ session, name, signal }) {
    const bin = new RecycleBin(session);
    const id = await findRecycled(bin, name, signal);
    await bin.purge(id, { signal });
    return id;
  },
} as const satisfies Record<ImageVerb, (work: Work) => Promise<string>>;

/** Changes an image and prints its id. */
export function runChange(verb: ImageVerb) {
  return async function run(this: CliContext, flags: ChangeFlags, name: string): Promise<void> {
    const session = await openSession(this, flags);
    const id = await works[verb]({ session, name, signal: this.signal });
    if (flags.json) {
      writeJson(this, { id });
    } else {
      this.process.stdout.write(`${id}\n`);
    }
  };
}

async function changePublic({ session, name, signal }: Work, verb: "publish" | "withdraw"): Promise<string> {
  const { id } = await findImage(new Images(session), name, signal);
  return (await changePublicImage(session, id, { verb, signal })).imageId;
}
