import { gzipSync } from "node:zlib";
import { bodyOf, percent, setHeader } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { knownAccess } from "./furnish.ts";
import { framings } from "./http-call.ts";
import { oddTexts } from "./odd-values.ts";
import { spoilValue } from "./spoil-value.ts";

/** Makes one thing of a call wrong: something about its body only where it has one. */
export function spoilCall(draft: Draft): void {
  const { random } = draft;
  const spoil = random.pick([spoilBody, spoilBody, spoilBody, spoilText, spoilPath, spoilQuery, spoilQuery, spoilHeaders, spoilFraming]);
  draft.faults.push(spoil(draft) ?? random.pick([spoilQuery, spoilHeaders])(draft));
}

function spoilBody(draft: Draft): string | undefined {
  if (draft.json === undefined) {
    return undefined;
  }
  draft.json = spoilValue(draft.random, draft.words, draft.json);
  return "a value of the body";
}

/** What is wrong with a body before anybody asks what it means. */
const texts: readonly (readonly [string, (body: Buffer, draft: Draft) => Buffer])[] = [
  ["no body", () => Buffer.alloc(0)],
  ["a cut body", (body) => body.subarray(0, body.length >> 1)],
  ["text behind the body", (body) => Buffer.concat([body, Buffer.from("}")])],
  ["a list for a body", (body) => Buffer.concat([Buffer.from("["), body, Buffer.from("]")])],
  ["a text for a body", (body) => Buffer.from(JSON.stringify(body.toString()))],
  ["null for a body", () => Buffer.from("null")],
  ["a number for a body", () => Buffer.from("7")],
  ["a byte order mark", (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])],
  ["bytes that are no UTF-8", (body) => Buffer.concat([body.subarray(0, 2), Buffer.from([0xff, 0xc0, 0x80]), body.subarray(2)])],
  ["UTF-16", (body) => Buffer.from(body.toString(), "utf16le")],
  ["bytes without a pattern", (_body, { random }) => random.bytes(1 + random.below(2000))],
  ["spaces around the body", (body) => Buffer.concat([Buffer.from(" \n\t"), body, Buffer.from("\r\n ")])],
  ["a body beyond the limit", (body) => Buffer.concat([body, Buffer.alloc(1024 * 1024 + 1, " ")])],
  ["a form", () => Buffer.from("name=thing&min_disk=40")],
];

function spoilText(draft: Draft): string | undefined {
  const body = bodyOf(draft);
  if (body === undefined) {
    return undefined;
  }
  const [name, change] = draft.random.pick(texts);
  draft.json = undefined;
  draft.body = change(body, draft);
  return name;
}

const oddParts = ["%00", "%2f", "%2e%2e", "..", ".", "", "%", "%zz", "%ff%fe", "%ed%a0%80", ";a=1", "*", "%0d%0a", "%20", "\u00e9", "a b"];

const longest = [300, 4_000, 20_000];

const paths: readonly (readonly [string, (draft: Draft) => void])[] = [
  ["an odd part of the path", (draft) => replacePart(draft, draft.random.pick(oddParts))],
  ["an odd text in the path", (draft) => replacePart(draft, percent(draft.random.pick(oddTexts)))],
  [
    "another thing in the path",
    (draft) => replacePart(draft, percent(draft.words.pick(draft.random, draft.random.pick(["image", "job", "project"])))),
  ],
  ["a very long part of the path", (draft) => replacePart(draft, "x".repeat(draft.random.pick(longest)))],
  ["a double slash", (draft) => (draft.path = draft.path.replaceAll(/\/(?=\w+$)/g, "//"))],
  ["a slash at the end", (draft) => (draft.path += "/")],
  ["another part at the end", (draft) => (draft.path += `/${draft.random.pick(oddParts)}`)],
  ["large letters", (draft) => (draft.path = draft.path.toUpperCase())],
  ["a whole address", (draft) => (draft.path = `http://elsewhere.test${draft.path}`)],
  ["no slash at the beginning", (draft) => (draft.path = draft.path.slice(1))],
  ["a fragment", (draft) => (draft.path += "#part")],
  [
    "another method",
    (draft) =>
      (draft.method = draft.random.pick(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW"])),
  ],
];

function replacePart(draft: Draft, part: string): void {
  const [before = "", ...parts] = draft.path.split("/");
  draft.path = parts.length === 0 ? part : [before, ...parts.with(draft.random.below(parts.length), part)].join("/");
}

function spoilPath(draft: Draft): string {
  const [name, change] = draft.random.pick(paths);
  change(draft);
  draft.isElsewhere = true;
  return name;
}

const oddNames = [
  "__proto__",
  "constructor",
  "a[]",
  "limit",
  "marker",
  "sort_key",
  "sort_dir",
  "sort",
  "tag",
  "created_at",
  "fields",
  "",
  "%00",
  "offset",
];
const oddNumbers = ["-1", "0", "1e9", "99999999999999999999", "1.5", "0x10", " 1", "-0", "NaN", "%00", "1,2"];

function spoilQuery(draft: Draft): string {
  const { random } = draft;
  const known = draft.query.length === 0 ? undefined : random.pick(draft.query);
  const [name] = known ?? ["limit"];
  const odd = (): string => (random.oneIn(4) ? random.pick(oddParts) : percent(random.pick(oddTexts)));
  switch (random.below(7)) {
    case 0:
      draft.query = [...draft.query, known ?? [name, "1"], [name, odd()]];
      return "a parameter twice";
    case 1:
      draft.query = [...draft.query, [random.pick(oddNames), odd()]];
      return "an odd parameter";
    case 2:
      draft.query = [...draft.query.filter(([other]) => other !== "limit"), ["limit", random.pick(oddNumbers)]];
      return "an odd limit";
    case 3:
      draft.query = [...draft.query, [random.pick(["marker", "cursor", "next", "offset"]), oddMarker(draft, odd())]];
      return "an odd marker";
    case 4:
      draft.query = [
        ...draft.query,
        [random.pick(["sort_key", "sort_dir", "sort", "order_field"]), random.oneIn(2) ? odd() : "name:asc,name:desc"],
      ];
      return "an odd sort key";
    case 5:
      draft.query = [...draft.query, ["x".repeat(random.pick(longest)), "y".repeat(random.pick(longest))]];
      return "a very long query";
    default:
      draft.query = draft.query.map(([other, value]) => (other === name ? [other, odd()] : [other, value]));
      return "an odd value of a parameter";
  }
}

/** Something else, or a marker that an answer told with one character changed. */
function oddMarker({ random, words }: Draft, odd: string): string {
  const marker = words.pick(random, random.pick(["cursor", "image"]));
  const at = random.below(marker.length);
  return random.pick([
    odd,
    percent(marker),
    percent(`${marker.slice(0, at)}${random.pick(["A", "9", "-", "\u0000"])}${marker.slice(at + 1)}`),
  ]);
}

const types = [
  "text/plain",
  "application/xml",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "application/json; charset=\u00ff",
  "application/octet-stream",
  "application/openstack-images-v2.1-json-patch",
  "nonsense",
  "",
];

const requestHeaders: readonly (readonly [string, (draft: Draft) => string])[] = [
  ["x-auth-token", ({ random }) => random.pick(["", "nonsense", "\u00ff\u00fe", "x".repeat(9000), "__proto__"])],
  ["authorization", ({ random }) => random.pick(signatures)],
  ["accept", ({ random }) => random.pick(["text/html", "", "*/*;q=x", "\u00ff", "application/vnd.openstack.images-v9.9"])],
  ["range", ({ random }) => random.pick(ranges)],
  ["content-range", ({ random }) => random.pick(["bytes 0-1/2", "bytes */0", "bytes 9-1/1", "x", "bytes=0-9"])],
  ["if-none-match", ({ random }) => random.pick(["*", '"', 'W/"x"', '"a", "b"', "\u00ff"])],
  ["if-range", ({ random }) => random.pick(["*", '"', "Tue, 31 Feb 2026 00:00:00 GMT", ""])],
  ["if-modified-since", ({ random }) => random.pick(["yesterday", "Tue, 31 Feb 2026 00:00:00 GMT", "0"])],
  ["x-request-id", ({ random }) => random.pick(["a b", "x".repeat(200), "\u00ff", "__proto__"])],
  ["x-http-method-override", ({ random }) => random.pick(["PATCH", "DELETE", "BREW", ""])],
  ["x-forwarded-for", () => "203.0.113.9, nonsense"],
  ["x-subject-token", ({ random }) => random.pick(["", "nonsense", "x".repeat(5000)])],
  ["expect", ({ random }) => random.pick(["100-continue", "nonsense"])],
  ["x-very-long", ({ random }) => "x".repeat(random.pick([4_000, 20_000]))],
  ["x-image-meta-store", ({ random }) => random.pick(["main", "nowhere", "\u00ff", "__proto__"])],
  ["x-openstack-image-size", ({ random }) => random.pick(["-1", "1e9", "x", "99999999999999999999"])],
  ["upload-offset", ({ random }) => random.pick(oddNumbers)],
  ["upload-length", ({ random }) => random.pick(oddNumbers)],
  ["upload-checksum", ({ random }) => random.pick(["sha1", "sha1 nonsense", "__proto__ AAAA", "constructor AAAA", "md5 ====", " "])],
  [
    "upload-metadata",
    ({ random }) => random.pick(["bucket", "bucket ====", "__proto__ AAAA", "key AA==,key AA==", ",", "x".repeat(9000), "bucket /w=="]),
  ],
  ["tus-resumable", ({ random }) => random.pick(["0.2.0", "", "1.0.0, 1.0.0"])],
];

const ranges = [
  "bytes=0-0",
  "bytes=5-1",
  "bytes=-1",
  "bytes=0-1,3-4",
  "bytes=99999999999999999999-",
  "bytes=",
  "lines=1-2",
  "bytes=-0",
  "bytes=1e3-",
];

/** Signatures with a key that there is, over whatever the call says; none is right. */
const wrongSignatures: readonly (readonly (readonly [string, string])[])[] = [
  [
    ["x-sdk-date", "20260102T030405Z"],
    ["authorization", `SDK-HMAC-SHA256 Access=${knownAccess}, SignedHeaders=host;x-sdk-date, Signature=${"0".repeat(64)}`],
  ],
  [
    ["x-amz-date", "20260102T030405Z"],
    ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
    [
      "authorization",
      `AWS4-HMAC-SHA256 Credential=${knownAccess}/20260102/local-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${"0".repeat(64)}`,
    ],
  ],
  [
    ["date", "Fri, 02 Jan 2026 03:04:05 GMT"],
    ["authorization", `OBS ${knownAccess}:c2lnbmF0dXJl`],
  ],
];

function signWrongly(draft: Draft): string {
  draft.headers = draft.headers.filter(([name]) => name !== "x-auth-token");
  for (const [name, value] of draft.random.pick(wrongSignatures)) {
    setHeader(draft, name, value);
  }
  return "a wrong signature";
}

const signatures = [
  "SDK-HMAC-SHA256",
  "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=00",
  "SDK-HMAC-SHA256 Access=__proto__, SignedHeaders=;;;, Signature=zz",
  "AWS4-HMAC-SHA256 Credential=AK/20260102/local-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
  "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=, Signature=",
  "AWS AK:c2ln",
  "OBS AK:c2ln",
  "Bearer nonsense",
  "\u00ff",
];

function spoilHeaders(draft: Draft): string {
  const { random } = draft;
  const body = bodyOf(draft);
  if (body !== undefined && random.oneIn(3)) {
    return random.oneIn(2) ? spoilType(draft) : compress(draft, body);
  }
  if (random.oneIn(5) && draft.headers.length > 0) {
    const [name, value] = random.pick(draft.headers);
    draft.headers = [...draft.headers, [name, random.oneIn(2) ? value : "other"]];
    return `${name} twice`;
  }
  if (random.oneIn(8)) {
    return signWrongly(draft);
  }
  const [name, valueOf] = random.pick(requestHeaders);
  if (name === "authorization" && random.oneIn(2)) {
    draft.headers = draft.headers.filter(([other]) => other !== "x-auth-token");
  }
  setHeader(draft, name, valueOf(draft));
  return `an odd ${name}`;
}

function spoilType(draft: Draft): string {
  setHeader(draft, "content-type", draft.random.pick(types));
  return "another type of body";
}

function compress(draft: Draft, body: Buffer): string {
  setHeader(draft, "content-encoding", draft.random.pick(["gzip", "br", "identity", "nonsense"]));
  draft.json = undefined;
  draft.body = draft.random.oneIn(3) ? body : gzipSync(body);
  return "a compressed body";
}

function spoilFraming(draft: Draft): string | undefined {
  if (bodyOf(draft) === undefined) {
    draft.json = undefined;
    draft.body = Buffer.from('{"a":1}');
  }
  draft.framing = draft.random.pick(framings);
  return `a body announced as ${draft.framing}`;
}
