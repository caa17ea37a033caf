import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlockedAddress } from "./is-blocked-address.ts";

test("CVE-2026-71197, CVE-2026-34881: addresses that lead inwards are blocked, in every family and every disguise", () => {
  for (const address of [
    "127.0.0.1",
    "127.255.0.3",
    "0.0.0.0",
    "10.1.2.3",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:a9fe:a9fe",
    "64:ff9b::169.254.169.254",
    "2002:7f00:1::",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "no address",
    "",
  ]) {
    assert.ok(isBlockedAddress(address), address);
  }
});

test("public addresses pass, also when IPv6 carries them", () => {
  for (const address of [
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::",
  ]) {
    assert.ok(!isBlockedAddress(address), address);
  }
});
