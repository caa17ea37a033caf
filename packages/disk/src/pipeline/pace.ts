/** Bytes that are read, checked and written at a time: large enough that calls cost nothing, small enough to bound memory. */
export const BLOCK_BYTES = 2 * 1024 * 1024;

/**
 * Bytes that one piece of a file should have at most. A write that covers 2 MiB at a multiple of 2 MiB makes Linux take one page of that size
 * for it, and virtual machines often have to fetch such a page from their host first: every third conversion of 1.2 GiB took 1.0 s instead of 0.4 s.
 */
export const PIECE_BYTES = BLOCK_BYTES - 64 * 1024;

/** Bytes that go to a compressor at a time: some 10 ms of work, so that all cores end nearly together. */
export const COMPRESSION_BLOCK_BYTES = 1024 * 1024;

/** Blocks that are being read before the sink asks for them. */
export const READS_AHEAD = 6;

/** Pieces that a file sink writes at a time. */
export const WRITES_AT_A_TIME = 4;
