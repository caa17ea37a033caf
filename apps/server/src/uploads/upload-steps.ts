const mebibyte = 1024 * 1024;
const leastStepBytes = 16 * mebibyte;

/**
 * How much of a file is made durable at a time at some place in it: 16 MiB, or a 1024th of what came before. So a crash costs little of
 * what was sent, and a file of 5 TiB has some 7,000 parts.
 */
export function stepBytesAt(offsetBytes: number): number {
  return Math.max(leastStepBytes, Math.ceil(offsetBytes / 1024 / mebibyte) * mebibyte);
}

/**
 * Where the next step ends. It takes the rest of a body along that would make no whole step, so that the parts of clients which send small
 * bodies are as large as these. Other steps end at whole MiB, where chunks of the store end.
 */
export function stepEnd(offsetBytes: number, bodyEnd: number | undefined): number {
  const stepBytes = stepBytesAt(offsetBytes);
  if (bodyEnd !== undefined && bodyEnd - offsetBytes < 2 * stepBytes) {
    return bodyEnd;
  }
  const end = offsetBytes + stepBytes;
  return end - (end % mebibyte);
}

/** Tells whether a part is shorter than the steps there: the body ended, or broke off. */
export function isSmallPart({ offsetBytes, lengthBytes }: { readonly offsetBytes: number; readonly lengthBytes: number }): boolean {
  return lengthBytes <= stepBytesAt(offsetBytes) - mebibyte;
}
