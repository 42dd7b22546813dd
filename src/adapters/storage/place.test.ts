import { describe, expect, it } from "vitest";
import { parsePlace } from "./place.ts";

describe("the place of a repository", () => {
  it.each([
    ["public/apt", { kind: "folder", path: "public/apt" }],
    ["s3://bucket", { kind: "s3", bucket: "bucket", prefix: "" }],
    ["s3://my.bucket-1/a/b+c/", { kind: "s3", bucket: "my.bucket-1", prefix: "a/b+c" }],
    ["ssh://host/srv/apt", { kind: "ssh", user: null, host: "host", port: null, path: "/srv/apt" }],
    ["ssh://me@h.example:2222/a%20b/", { kind: "ssh", user: "me", host: "h.example", port: 2222, path: "/a b" }],
    ["ssh://[::1]/x", { kind: "ssh", user: null, host: "::1", port: null, path: "/x" }],
  ])("is read out of %s", (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });

  it.each([
    "",
    "a\nb",
    "http://host/x",
    "s3://",
    "s3://Bucket/x",
    "s3://bucket//x",
    "s3://bucket/../other",
    "ssh://host",
    "ssh://host/",
    "ssh:///x",
    "ssh://-oProxyCommand=x/y",
    "ssh://-x@host/y",
    "ssh://host:99999/y",
    "ssh://host/%0a",
    "ssh://host/a/../b",
    "ssh://host/%zz",
    "ssh://ho st/x",
    "ssh://a@b@c/x",
  ])("is refused: %j", (text) => {
    expect(() => parsePlace(text)).toThrow("USAGE");
  });

  it("is refused with a password, which is not repeated", () => {
    expect(() => parsePlace("ssh://me:canary@host/x")).toThrow(/^(?!.*canary).*USAGE/s);
  });
});
