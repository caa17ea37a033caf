const stretches = 64;
const stretchBytes = 64;
const sampleBytes = stretches * stretchBytes;
const values = 256;

/**
 * Above this, the values of a sample are not even enough to be random. Random bytes have 255 on average, and more than this less than once in 10^7 times;
 * content of which a twentieth is text or zeros has more.
 */
const mostOfRandom = 400;

const counts = new Uint16Array(values);

/**
 * Tells by 4096 of its bytes, taken from all over it, whether content is as good as random, as what is encrypted or compressed already: then all
 * byte values are about equally frequent, and trying to compress it would only cost time (Pearson's chi-squared test against equal frequency).
 * What is shorter than 64 KiB is said not to be: trying costs little.
 */
export function looksRandom(bytes: Uint8Array): boolean {
  if (bytes.length < values * values) {
    return false;
  }
  counts.fill(0);
  const step = Math.floor(bytes.length / stretches);
  for (let start = 0; start < step * stretches; start += step) {
    for (let at = start; at < start + stretchBytes; at += 1) {
      // Every byte is a valid place, and every place in range holds a byte.
      counts[bytes[at] as number] = (counts[bytes[at] as number] as number) + 1;
    }
  }
  const squares = counts.reduce((sum, count) => sum + count * count, 0);
  return (squares * values) / sampleBytes - sampleBytes <= mostOfRandom;
}
