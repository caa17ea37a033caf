import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ChunkDecoder } from "./chunk-decoder.ts";
import { ChunkSignatures } from "./chunk-signatures.ts";
import { emptySha256, sha256Hex, sign, signingKey } from "./signature.ts";

// The published examples: Amazon S3 API reference, "Signature calculations … transferring payload in multiple chunks".
const scope = { access: "AKIAIOSFODNN7EXAMPLE", date: "20130524", region: "us-east-1", service: "s3" };
const context = { key: signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope), amzDate: "20130524T000000Z", scope };
const content = Buffer.alloc(66_560, "a");

const plainExample = {
  request: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  body: publishedBody(
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    "\r\n",
  ),
};
const trailerExample = {
  request: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
  body: publishedBody(
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
  ),
};

function publishedBody(...[first, second, last, end]: readonly [string, string, string, string]): Buffer {
  return Buffer.from(
    `10000;chunk-signature=${first}\r\n${"a".repeat(65_536)}\r\n400;chunk-signature=${second}\r\n${"a".repeat(1024)}\r\n0;chunk-signature=${last}\r\n${end}`,
  );
}

function decode(decoder: ChunkDecoder, ...pieces: readonly Uint8Array[]) {
  const data = pieces.flatMap((piece) => [...decoder.push(piece)]);
  return { data: Buffer.concat(data), trailers: Object.fromEntries(decoder.end()) };
}

const signed = (request: string, takesTrailers: boolean) =>
  new ChunkDecoder({ signatures: new ChunkSignatures(context, request), takesTrailers });

test("the published examples of signed chunks decode and verify", () => {
  assert.deepEqual(decode(signed(plainExample.request, false), plainExample.body).data, content);
  const { data, trailers } = decode(signed(trailerExample.request, true), trailerExample.body);
  assert.deepEqual(data, content);
  assert.equal(trailers["x-amz-checksum-crc32c"], "sOO8/Q==");
});

test("a byte that was changed anywhere in a signed body is noticed", () => {
  for (const { request, body, takesTrailers } of [
    { ...plainExample, takesTrailers: false },
    { ...trailerExample, takesTrailers: true },
  ]) {
    for (const position of [0, 3, 30, 90, 5000, 65_700, body.length - 30, body.length - 100]) {
      const changed = Buffer.from(body);
      changed[position] = (changed[position] ?? 0) ^ 1;
      assert.throws(() => decode(signed(request, takesTrailers), changed), { name: "ServiceError" }, `byte ${position}`);
    }
  }
});

interface Encoded {
  readonly body: Buffer;
  readonly request: string;
}

/** Encodes chunks the way a client does. */
function encode(chunks: readonly Uint8Array[], isSigned: boolean, trailers: Readonly<Record<string, string>>): Encoded {
  const request = "0".repeat(64);
  let previous = request;
  const pieces: Uint8Array[] = [];
  for (const chunk of [...chunks.filter(({ length }) => length > 0), Buffer.alloc(0)]) {
    previous = sign(context, "AWS4-HMAC-SHA256-PAYLOAD", previous, emptySha256, sha256Hex(chunk));
    pieces.push(Buffer.from(`${chunk.length.toString(16)}${isSigned ? `;chunk-signature=${previous}` : ""}\r\n`), chunk);
    if (chunk.length > 0) {
      pieces.push(Buffer.from("\r\n"));
    }
  }
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`);
  if (isSigned && lines.length > 0) {
    const text = lines.map((line) => `${line}\n`).join("");
    lines.push(`x-amz-trailer-signature:${sign(context, "AWS4-HMAC-SHA256-TRAILER", previous, sha256Hex(text))}`);
  }
  return { body: Buffer.concat([...pieces, Buffer.from([...lines, "", ""].join("\r\n"))]), request };
}

test("a body decodes to its content wherever the network cuts it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }),
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 10 }),
      (chunks, isSigned, takesTrailers, places) => {
        const trailers: Record<string, string> = takesTrailers ? { "x-amz-checksum-crc32": "AAAAAA==" } : {};
        const { body, request } = encode(chunks, isSigned, trailers);
        const bounds = [0, ...places.map((place) => place % (body.length + 1)).sort((one, other) => one - other), body.length];
        const pieces = bounds.slice(1).map((end, index) => body.subarray(bounds[index], end));
        const signatures = isSigned ? new ChunkSignatures(context, request) : undefined;
        const decoded = decode(new ChunkDecoder({ signatures, takesTrailers }), ...pieces);
        assert.deepEqual(decoded.data, Buffer.concat(chunks));
        assert.equal(decoded.trailers["x-amz-checksum-crc32"], trailers["x-amz-checksum-crc32"]);
      },
    ),
  );
});

test("a body decodes byte by byte", () => {
  const { body, request } = encode([Buffer.from("hello"), Buffer.from("world")], true, { "x-amz-checksum-crc32": "AAAAAA==" });
  const { data } = decode(signed(request, true), ...Array.from(body, (byte) => Buffer.from([byte])));
  assert.equal(data.toString(), "helloworld");
});

test("a body that is cut off is never taken for whole", () => {
  const { body, request } = encode([Buffer.from("hello")], true, {});
  // Only the last line break may be missing: it says nothing.
  for (let length = 0; length < body.length - 2; length++) {
    assert.throws(() => decode(signed(request, false), body.subarray(0, length)), { name: "ServiceError" }, `${length} bytes`);
  }
});

test("hostile bodies are refused, and never with anything but an error of ours", () => {
  const unsigned = (takesTrailers: boolean) => new ChunkDecoder({ takesTrailers });
  for (const text of [
    "zz\r\nabc\r\n0\r\n\r\n",
    "-1\r\n",
    "ffffffffffffff\r\n",
    "3\r\nabcd\r\n0\r\n\r\n",
    "3;chunk-signature=00\r\nabc\r\n0\r\n\r\n",
    "\r\n\r\n",
    "0".repeat(5000),
    "3\r\nabc0\r\n\r\n",
  ]) {
    assert.throws(() => decode(unsigned(true), Buffer.from(text)), { code: "obs.IncompleteBody.chunk" }, text.slice(0, 40));
  }
  assert.throws(() => decode(unsigned(false), Buffer.from("0\r\nx:y\r\n\r\n")), { code: "obs.IncompleteBody.chunk" });
  assert.throws(() => decode(unsigned(true), Buffer.from(`0\r\n${"x:y\r\n".repeat(2000)}`)), { code: "obs.IncompleteBody.chunk" });
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("\r\n", "5\r\n", "0\r\n", ":")), { maxLength: 20 }), (texts) => {
      try {
        decode(unsigned(true), Buffer.from(texts.join("")));
      } catch (error) {
        assert.equal((error as Error).name, "ServiceError");
      }
    }),
  );
});
