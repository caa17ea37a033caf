import { BlockList, isIPv4, isIPv6 } from "node:net";
import { blockedRanges } from "./blocked-addresses.table.ts";

const blocked = new BlockList();
for (const { family, network, prefixBits } of blockedRanges) {
  blocked.addSubnet(network, prefixBits, family);
}

/** IPv6 networks whose last or middle bits are an IPv4 address that packets end up at: mapped, translated (NAT64), 6to4. */
const carriers: readonly { readonly prefix: readonly number[]; readonly at: number }[] = [
  { prefix: [0, 0, 0, 0, 0, 0xff_ff], at: 6 },
  { prefix: [0x64, 0xff_9b, 0, 0, 0, 0], at: 6 },
  { prefix: [0x20_02], at: 1 },
];

/** Tells whether an address leads into the machine or its network. What is no address at all is blocked too. */
export function isBlockedAddress(address: string): boolean {
  if (isIPv4(address)) {
    return blocked.check(address, "ipv4");
  }
  if (!isIPv6(address)) {
    return true;
  }
  const groups = groupsOf(address);
  const carried = carriers.find(({ prefix }) => prefix.every((group, index) => groups[index] === group));
  if (carried !== undefined) {
    const [high = 0, low = 0] = groups.slice(carried.at, carried.at + 2);
    return blocked.check(`${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`, "ipv4");
  }
  return blocked.check(address, "ipv6");
}

/** The eight groups of an IPv6 address, in whatever form it is written. */
function groupsOf(address: string): readonly number[] {
  // The URL parser writes addresses in one form, without zones and without IPv4 in them.
  const [head = "", tail] = new URL(`http://[${address.replace(/%.*$/, "")}]/`).hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}
