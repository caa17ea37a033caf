/** What stands for a secret. */
export const redacted = "[secret]";

/**
 * Parts of names that say that a field holds a secret: names are compared by their lower-case letters and digits, so `secret_key`,
 * `secretKey` and `X-Secret-Key` are one.
 */
const secretNames = [
  "password",
  "passwd",
  "passphrase",
  "adminpass",
  "secret",
  "token",
  "credential",
  "privatekey",
  "plaintext",
  "ciphertext",
  "datakey",
  "keymaterial",
  "wrappedkey",
  "userdata",
  "signature",
  "authorization",
  "cookie",
  "totp",
  "passcode",
];

/** Names that are secrets as a whole only. */
const wholeSecretNames: ReadonlySet<string> = new Set(["pwd", "pass", "sk"]);

/** Names come again and again, so what was found out about the first ones is kept: at most so many, of at most so many characters. */
const [mostJudged, longestJudged] = [2000, 64];
const judged = new Map<string, boolean>();

/**
 * Tells by its name whether a field holds a secret. It rather takes too many than too few.
 *
 * Memory  2000 names of 64 characters
 */
export function isSecretField(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) {
    return known;
  }
  // A name that is longer than any of ours is none of ours; its beginning and end tell enough.
  const plain = plainName(name.length > 400 ? name.slice(0, 200) + name.slice(-200) : name);
  const isSecret = wholeSecretNames.has(plain) || secretNames.some((part) => plain.includes(part));
  if (name.length <= longestJudged && judged.size < mostJudged) {
    judged.set(name, isSecret);
  }
  return isSecret;
}

/** Fields that name what the field beside them holds: a tag, a change of an attribute, a header. */
export const namingFields = ["key", "name", "path"] as const;

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

const address = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"']+/gi;
/** A tag as one text. */
const keyAndValue = /^([^.=:\s"']{1,100})([.=:])/;
/** A setting in the midst of a text, or of JSON that a text holds. */
const setting = /([\w-]{2,60})(["']?\s{0,5}[=:]\s{0,5}["']?)([^"'\r\n,;&}]+)/g;

/** Takes out of a text what may be secret in it: user and query of addresses, and values that follow the name of a secret (`password=x`). */
export function withoutSecrets(text: string): string {
  // Most texts hold nothing that could part a name from a value.
  if (!/[.:=]/.test(text)) {
    return text;
  }
  const [whole, name = ""] = keyAndValue.exec(text) ?? [];
  if (whole !== undefined && isSecretField(name)) {
    return `${whole}${redacted}`;
  }
  const plain = text.includes("://")
    ? text.replaceAll(address, (found) => found.replace(/\/\/[^/?#]*@/, "//").replace(/[?#].*$/, "?…"))
    : text;
  return withoutSettings(plain);
}

/** What follows a harmless name may itself be a setting: `note: password=x`. */
function withoutSettings(text: string): string {
  return text.replaceAll(
    setting,
    (_found, name: string, between: string, value: string) => `${name}${between}${isSecretField(name) ? redacted : withoutSettings(value)}`,
  );
}
