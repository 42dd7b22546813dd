/** The worked examples of Amazon's description of the signature (S3 API reference, "Signature Calculations … Examples"). */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signedHeaders, uriEncoded } from "./aws-signature.ts";

const credential = { accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const scope = { credential, region: "us-east-1", service: "s3", now: Date.UTC(2013, 4, 24) };
const host = "https://examplebucket.s3.amazonaws.com";

function signature(method: string, path: string, headers: Record<string, string>, body = ""): string | undefined {
  const sha256 = createHash("sha256").update(body).digest("hex");
  const signed = signedHeaders({ method, url: new URL(`${host}${path}`), headers, sha256 }, scope);
  return /Signature=(.*)$/.exec(signed["authorization"] ?? "")?.[1];
}

describe("a signature of a request", () => {
  it.each([
    [
      "GET",
      "/test.txt",
      { Range: "bytes=0-9" },
      "",
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ],
    [
      "PUT",
      "/test%24file.text",
      { Date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      "Welcome to Amazon S3.",
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ],
    ["GET", "/?lifecycle", {}, "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"],
    ["GET", "/?max-keys=2&prefix=J", {}, "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"],
  ])("is the published one: %s %s", (method, path, headers, body, expected) => {
    expect(signature(method, path, headers as Record<string, string>, body)).toBe(expected);
  });

  it("covers the token of credentials that expire", () => {
    const url = new URL(`${host}/test.txt`);
    const temporary = { ...scope, credential: { ...credential, sessionToken: "token" } };
    const signed = signedHeaders({ method: "GET", url, headers: {}, sha256: "0".repeat(64) }, temporary);
    expect(signed["x-amz-security-token"]).toBe("token");
    expect(signed["authorization"]).toContain("x-amz-security-token");
  });

  it("encodes what a URL would take as it is", () => {
    expect(uriEncoded("a+b~c:d%e f'(g)*!ü")).toBe("a%2Bb~c%3Ad%25e%20f%27%28g%29%2A%21%C3%BC");
  });
});
