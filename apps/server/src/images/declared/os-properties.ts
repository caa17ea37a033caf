import type { Architecture, Firmware, ImageRecord, OsType } from "../../ports/image-catalog.ts";
import { knownSystem } from "../../os-lists/known-systems.ts";
import type { KnownSystems } from "../../os-lists/known-systems.ts";
import { resolveOs } from "../resolve-os.ts";

type Properties = Readonly<Record<string, string>>;
type OsFields = Pick<ImageRecord, "osType" | "osBit" | "osVersion" | "platform">;
type SystemFields = OsFields & Pick<ImageRecord, "architecture" | "firmware">;

/** Names of properties that say what is in an image, in groups: the facts of a group come from its properties together. */
const groups = { os: ["os_type", "os_distro", "os_version"], architecture: ["architecture"], firmware: ["hw_firmware_type"] } as const;

/** What a platform of ours is called as a distribution; those that are missing keep their name, in small letters. */
const distroOf: Readonly<Record<string, string>> = { RedHat: "rhel", SUSE: "sles", "Oracle Linux": "ol" };

const firstDistro = (platform: string): string => distroOf[platform] ?? platform.toLowerCase();
const armWords = /^(?:aarch64|arm.*)$/i;
const shortWords = /^(?:i[3-6]86|x86|armv7l)$/i;

/**
 * The properties that say what is known of the system in an image: for images whose system is in the list. Others say nothing: what they
 * have then is a guess.
 *
 * Source  the names and words of the Nova and Glance documentation, "Useful image properties"
 */
export function osPropertiesOf(systems: KnownSystems, image: SystemFields): Properties {
  const { osType, osBit, osVersion, platform, architecture, firmware } = image;
  const known = knownSystem(systems, osVersion);
  if (known === undefined) {
    return {};
  }
  const version = known.version.replace(/ server$/, "");
  return {
    ...(osType !== "Other" && { os_type: osType.toLowerCase() }),
    os_distro: firstDistro(platform),
    os_version: version,
    architecture: architecture === "arm" ? "aarch64" : osBit === "32" ? "i686" : "x86_64",
    ...(firmware === "uefi" && { hw_firmware_type: firmware }),
  };
}

/** What the properties of a new image say about the system in it. */
export function systemOf(systems: KnownSystems, properties: Properties): SystemFields {
  const architecture: Architecture = armWords.test(properties["architecture"] ?? "") ? "arm" : "x86";
  return { ...osOf(systems, properties), architecture, firmware: firmwareOf(properties, architecture) };
}

/** What changed properties say anew about the system in an image; what others of them say stays as it is known. */
export function changedSystemOf(systems: KnownSystems, before: Properties, after: Properties): Partial<SystemFields> {
  const isChanged = (names: readonly string[]): boolean => names.some((name) => after[name] !== before[name]);
  const { architecture, firmware, ...os } = systemOf(systems, after);
  return {
    ...(isChanged(groups.os) && os),
    ...(isChanged(groups.architecture) && { architecture }),
    ...(isChanged([...groups.architecture, ...groups.firmware]) && { firmware }),
  };
}

function firmwareOf({ hw_firmware_type: told }: Properties, architecture: Architecture): Firmware {
  return told === "bios" || told === "uefi" ? told : architecture === "arm" ? "uefi" : "bios";
}

/** A listed system if a distribution and a version name one; else one of the names for others. */
function osOf(systems: KnownSystems, properties: Properties): OsFields {
  const { os_type: type, os_distro: distro = "", os_version: version = "", architecture = "" } = properties;
  const bits = shortWords.test(architecture) ? "32" : "64";
  const families = systems.families.filter(({ platform }) => firstDistro(platform) === distro.toLowerCase());
  const names = families.flatMap(({ family }) => [`${family} ${version} ${bits}bit`, `${family} ${version} server ${bits}bit`]);
  const osType = osTypeOf(type) ?? families[0]?.osType;
  const found =
    names.map((osVersion) => resolveOs(systems, { osVersion })).find((os) => os.isListed) ??
    resolveOs(systems, { osVersion: `${bits}bit`, osType });
  return { osType: found.osType, osBit: found.osBit, osVersion: found.osVersion, platform: found.platform };
}

function osTypeOf(type: string | undefined): OsType | undefined {
  if (type === undefined || type === "") {
    return undefined;
  }
  return type.toLowerCase() === "linux" ? "Linux" : type.toLowerCase() === "windows" ? "Windows" : "Other";
}
