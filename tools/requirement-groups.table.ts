/** A group of the numbered requirements: its letter, what it is about, and its first and last number. */
export interface RequirementGroup {
  readonly letter: string;
  readonly about: string;
  readonly first: number;
  readonly last: number;
}

/** All 345 requirements. */
export const requirementGroups: readonly RequirementGroup[] = [
  { letter: "A", about: "image types and image objects", first: 1, last: 22 },
  { letter: "B", about: "what the product promises as a whole", first: 23, last: 36 },
  { letter: "C", about: "system-disk images from servers", first: 37, last: 56 },
  { letter: "D", about: "system-disk images from files", first: 57, last: 86 },
  { letter: "E", about: "quick import", first: 87, last: 91 },
  { letter: "F", about: "ISO images", first: 92, last: 97 },
  { letter: "G", about: "Packer", first: 98, last: 98 },
  { letter: "H", about: "data-disk images", first: 99, last: 107 },
  { letter: "I", about: "full-server images", first: 108, last: 120 },
  { letter: "J", about: "changing attributes", first: 121, last: 128 },
  { letter: "K", about: "sharing", first: 129, last: 148 },
  { letter: "L", about: "export", first: 149, last: 163 },
  { letter: "M", about: "encryption", first: 164, last: 171 },
  { letter: "N", about: "copies", first: 172, last: 189 },
  { letter: "O", about: "tags", first: 190, last: 196 },
  { letter: "P", about: "lists as CSV", first: 197, last: 198 },
  { letter: "Q", about: "deletion", first: 199, last: 201 },
  { letter: "R", about: "servers and disks from images", first: 202, last: 210 },
  { letter: "S", about: "processor architectures", first: 211, last: 214 },
  { letter: "T", about: "quotas and limits", first: 215, last: 220 },
  { letter: "U", about: "lists of supported systems", first: 221, last: 238 },
  { letter: "V", about: "disk formats", first: 239, last: 250 },
  { letter: "W", about: "conversion tools", first: 251, last: 253 },
  { letter: "X", about: "optimising images, helpers in the guest", first: 254, last: 259 },
  { letter: "Y", about: "market", first: 260, last: 278 },
  { letter: "Z", about: "billing and metering", first: 279, last: 291 },
  { letter: "AA", about: "identity and permissions", first: 292, last: 307 },
  { letter: "AB", about: "interfaces", first: 308, last: 317 },
  { letter: "AC", about: "regions and availability zones", first: 318, last: 321 },
  { letter: "AD", about: "services around it", first: 322, last: 333 },
  { letter: "AE", about: "console", first: 334, last: 345 },
];
