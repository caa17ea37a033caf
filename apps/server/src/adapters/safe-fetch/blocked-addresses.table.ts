/** A range of addresses, and what it is for. */
export interface AddressRange {
  readonly family: "ipv4" | "ipv6";
  readonly network: string;
  readonly prefixBits: number;
  readonly why: string;
}

/**
 * Addresses that lead into the machine or its network, not to a place that users share.
 *
 * Source  the special-purpose address registries of IANA (RFC 6890 and what updates it)
 */
export const blockedRanges: readonly AddressRange[] = [
  { family: "ipv4", network: "0.0.0.0", prefixBits: 8, why: "this host" },
  { family: "ipv4", network: "10.0.0.0", prefixBits: 8, why: "private" },
  { family: "ipv4", network: "100.64.0.0", prefixBits: 10, why: "shared by a provider" },
  { family: "ipv4", network: "127.0.0.0", prefixBits: 8, why: "loopback" },
  { family: "ipv4", network: "169.254.0.0", prefixBits: 16, why: "link-local, where clouds keep their metadata" },
  { family: "ipv4", network: "172.16.0.0", prefixBits: 12, why: "private" },
  { family: "ipv4", network: "192.0.0.0", prefixBits: 24, why: "protocols" },
  { family: "ipv4", network: "192.0.2.0", prefixBits: 24, why: "documentation" },
  { family: "ipv4", network: "192.88.99.0", prefixBits: 24, why: "relays" },
  { family: "ipv4", network: "192.168.0.0", prefixBits: 16, why: "private" },
  { family: "ipv4", network: "198.18.0.0", prefixBits: 15, why: "benchmarks" },
  { family: "ipv4", network: "198.51.100.0", prefixBits: 24, why: "documentation" },
  { family: "ipv4", network: "203.0.113.0", prefixBits: 24, why: "documentation" },
  { family: "ipv4", network: "224.0.0.0", prefixBits: 4, why: "multicast" },
  { family: "ipv4", network: "240.0.0.0", prefixBits: 4, why: "reserved" },
  { family: "ipv6", network: "::", prefixBits: 96, why: "this host, loopback, and IPv4 in its old form" },
  { family: "ipv6", network: "64:ff9b:1::", prefixBits: 48, why: "translation within a network" },
  { family: "ipv6", network: "100::", prefixBits: 64, why: "discarded" },
  { family: "ipv6", network: "2001::", prefixBits: 23, why: "protocols, tunnels" },
  { family: "ipv6", network: "2001:db8::", prefixBits: 32, why: "documentation" },
  { family: "ipv6", network: "3fff::", prefixBits: 20, why: "documentation" },
  { family: "ipv6", network: "5f00::", prefixBits: 16, why: "segment routing" },
  { family: "ipv6", network: "fc00::", prefixBits: 7, why: "private" },
  { family: "ipv6", network: "fe80::", prefixBits: 10, why: "link-local" },
  { family: "ipv6", network: "fec0::", prefixBits: 10, why: "private, of old" },
  { family: "ipv6", network: "ff00::", prefixBits: 8, why: "multicast" },
];
