import { ConfigError } from "./config-error.ts";
import { configKeys } from "./config-keys.ts";
import { settingFromText, unknownName } from "./setting.ts";
import type { Setting, Settings } from "./setting.ts";

/**
 * Reads settings from the words of the command line: `--http-port 9000`, `--http-port=9000`, and `--config FILE`.
 *
 * Throws  ConfigError: an unknown flag, a flag without its value
 */
export function readFlags(argv: readonly string[]): { readonly flags: Settings; readonly configFile: string | undefined } {
  const flags = new Map<string, Setting>();
  let configFile: string | undefined;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const key = configKeys.find(({ flag }) => flag === name);
    if (key === undefined && name !== "--config") {
      throw unknownName(`flag ${name}`, name, [...configKeys.map(({ flag }) => flag), "--config"]);
    }
    const value = equals < 0 ? argv[(index += 1)] : word.slice(equals + 1);
    if (value === undefined) {
      throw new ConfigError(`The flag ${name} needs a value: write ${name} VALUE`);
    }
    if (key === undefined) {
      configFile = value;
    } else {
      flags.set(key.key, settingFromText(key, value, { source: "flag", name }));
    }
  }
  return { flags, configFile };
}
