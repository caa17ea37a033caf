import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLogin } from "./choose-login.ts";
import type { Login } from "./login.ts";

const local: Login = {
  place: "/data/credentials.json",
  apiUrl: "http://127.0.0.1:9292",
  bucketsUrl: "http://127.0.0.1:9293",
  authUrl: "http://127.0.0.1:9292/v3",
  accessKey: "AK",
  secretKey: "SK",
};
const user: Login = { place: "the environment", username: "u", password: "p", projectName: "pr", apiUrl: "https://cloud.example" };

function choose(places: readonly Login[], own?: Login) {
  const { authUrl, apiUrl, bucketsUrl, credentials } = chooseLogin(places, own, "/data/credentials.json");
  return { authUrl: authUrl.href, apiUrl: apiUrl?.href, bucketsUrl: bucketsUrl?.href, credentials };
}

test("without anything else the server of this machine and its owner are meant", () => {
  assert.deepEqual(choose([{ place: "flags" }], local), {
    authUrl: "http://127.0.0.1:9292/v3",
    apiUrl: "http://127.0.0.1:9292/",
    bucketsUrl: "http://127.0.0.1:9293/",
    credentials: { kind: "key", accessKey: "AK", secretKey: "SK", projectName: undefined },
  });
});

test("a user that is named counts before the local owner, and is sent to the address that was named", () => {
  assert.deepEqual(choose([{ place: "flags" }, user], local), {
    authUrl: "https://cloud.example/v3",
    apiUrl: "https://cloud.example/",
    bucketsUrl: undefined,
    credentials: {
      kind: "password",
      username: "u",
      password: "p",
      userDomainName: "Default",
      project: { name: "pr", domainName: "Default" },
    },
  });
});

test("an earlier place wins field by field", () => {
  const { authUrl, credentials } = choose([{ place: "flags", projectName: "other", authUrl: "http://id.example/v3" }, user], local);
  assert.equal(authUrl, "http://id.example/v3");
  assert.deepEqual(credentials.kind === "password" && credentials.project, { name: "other", domainName: "Default" });
});

test("an access key in an earlier place counts before a password in a later one", () => {
  const key = { place: "flags", accessKey: "A", secretKey: "S" };
  assert.equal(choose([key, user]).credentials.kind, "key");
  assert.equal(
    choose([
      { place: "flags", username: "u" },
      { ...user, accessKey: "A", secretKey: "S" },
    ]).credentials.kind,
    "password",
  );
});

test("another server of this machine may be called as the local owner, one elsewhere may not", () => {
  const here = choose([{ place: "flags", apiUrl: "http://localhost:9999" }], local);
  assert.deepEqual([here.authUrl, here.bucketsUrl], ["http://localhost:9999/v3", undefined]);
  assert.throws(() => choose([{ place: "flags", apiUrl: "https://cloud.example" }], local), {
    name: "UsageError",
    message: /Nobody is named who calls https:\/\/cloud\.example/,
  });
  assert.throws(() => choose([{ place: "flags", bucketsUrl: "https://evil.example" }], local), { name: "UsageError" });
  assert.throws(() => choose([{ place: "flags", authUrl: "http://127.0.0.1.evil.example/v3" }], local), { name: "UsageError" });
});

test("what is missing is named, with its variable", () => {
  const { password: _, ...withoutPassword } = user;
  assert.throws(() => choose([withoutPassword]), { message: /the password \(OS_PASSWORD\) is missing/ });
  assert.throws(() => choose([{ place: "flags", accessKey: "A", apiUrl: "http://x" }]), {
    message: /the secret key \(HUAWEICLOUD_SECRET_KEY\) is missing/,
  });
  assert.throws(() => choose([{ place: "flags", accessKey: "A", secretKey: "S" }]), { message: /and not where: give --endpoint/ });
});

test("nothing at all is answered with the three ways", () => {
  assert.throws(() => choose([{ place: "flags" }]), {
    name: "UsageError",
    message:
      /one of three ways: with flags .* with variables .* or run this where a server of this machine keeps its data .*\/data\/credentials\.json/,
  });
});

test("an address that is none is refused", () => {
  assert.throws(() => choose([{ ...user, apiUrl: "cloud.example" }]), { message: /"cloud\.example" is not the address of a server/ });
  assert.throws(() => choose([{ ...user, apiUrl: "file:///etc/passwd" }]), { name: "UsageError" });
});
