/** Why a documented code of IMS is never answered. */
export type Absence =
  | "servers, volumes and their disks do not exist yet"
  | "backups and vaults do not exist yet"
  | "the market does not exist yet"
  | "there is one region"
  | "names need not be unique"
  | "another code tells it more exactly"
  | "it tells of a part inside Huawei Cloud that this service does not have"
  | "paying does not exist here";

/** Numbers of all codes that the reference documents. */
export const documentedCodes: readonly number[] = [...range(1, 198), 212, 238, 239, 241, 242, 1075];

/** Codes that no call can be answered with, and why. */
export const absentCodes: ReadonlyMap<number, Absence> = new Map([
  ...each("servers, volumes and their disks do not exist yet", [6, 8, 10, 11, 63, 110, 111, 119, 137, 138, 139, 140, 153, 164, 191]),
  ...each(
    "backups and vaults do not exist yet",
    [29, 32, 33, 80, 126, 127, 132, 133, 134, 136, 150, 152, 165, 176, 180, 181, 182, 183, 185, 186, 188, 189, 195],
  ),
  ...each("the market does not exist yet", [42, 44, 45, 48, 50, 51, 85]),
  ...each("names need not be unique", [9]),
  ...each("there is one region", [36, 58, 104, 177, 178, 179]),
  ...each("another code tells it more exactly", [25, 28, 31, 34, 41, 81, 99, 103, 144]),
  ...each(
    "it tells of a part inside Huawei Cloud that this service does not have",
    [16, 18, 37, 38, 39, 40, 53, 64, 65, 87, 100, 154, 156, 161, 162, 163, 169, 170, 171, 172, 173, 174, 187, 1075],
  ),
  ...each("paying does not exist here", [238, 239, 241, 242]),
]);

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function each(absence: Absence, numbers: readonly number[]): readonly (readonly [number, Absence])[] {
  return numbers.map((number) => [number, absence] as const);
}
