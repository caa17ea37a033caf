/**
 * Bounds of memory that the console offers, in MiB; 0 is unlimited. The interface takes any whole number of MiB.
 */
export const memoryChoices = {
  minimum: [0, 1, 2, 4, 8, 16, 32, 64, 128].map((gib) => gib * 1024),
  maximum: [0, 4, 32, 64, 128].map((gib) => gib * 1024),
} as const;
