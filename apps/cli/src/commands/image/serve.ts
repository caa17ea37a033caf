import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { textFlag } from "../../flags/text-flag.ts";

export interface ServeImageFlags extends CommonFlags, ConnectionFlags {
  readonly nbd?: boolean;
  readonly socket?: string;
  readonly port?: number;
  readonly host?: string;
  readonly writable?: boolean;
  readonly writesFolder?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Reads the number of a port; 0 is any that is free. */
function parsePort(input: string): number {
  const port = Number(input);
  if (!/^\d{1,5}$/.test(input) || port > 65_535) {
    throw new SyntaxError("it must be a whole number from 0 to 65535");
  }
  return port;
}

export const serveImageCommand = buildCommand<ServeImageFlags, [image: string], CliContext>({
  loader: async () => (await import("./run-serve-image.ts")).runServeImage,
  parameters: {
    flags: {
      nbd: switchFlag("Serve by the NBD protocol, which is the default"),
      socket: textFlag("Socket to listen at (default: one in a new folder)", "PATH"),
      port: {
        kind: "parsed",
        parse: parsePort,
        brief: "Port to listen at instead of a socket; 0: any that is free",
        placeholder: "N",
        optional: true,
      },
      host: textFlag("Address of this machine that the port is on (default: 127.0.0.1)", "ADDRESS"),
      writable: switchFlag("Let clients write; what they write is forgotten at the end, and the image stays as it is"),
      writesFolder: textFlag("Where what is written is kept meanwhile (default: the folder for temporary files)", "FOLDER"),
      tlsCert: textFlag("Certificate (PEM); with it and its key, nobody gets anything unencrypted", "FILE"),
      tlsKey: textFlag("Private key of the certificate (PEM)", "FILE"),
      ...commonFlags,
      ...connectionFlags,
    },
    positional: { kind: "tuple", parameters: [textArgument("ID", "Id of an image, or a name that only one has")] },
  },
  docs: {
    brief: "Lend an image to virtual machines and tools, until Ctrl-C",
    fullDescription:
      "The image is read from the server as it is needed: a machine starts from it at once. Whoever reaches the socket or the port may read it.",
  },
});
