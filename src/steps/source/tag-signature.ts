/** What GnuPG's status lines (doc/DETAILS, "General status codes") say of a tag's signature. */
import type { Finding } from "../../domain/finding.ts";

/** `verdict`: null for a good signature, otherwise what `git verify-tag --raw` printed. */
export function signatureFinding(tag: string, verdict: string | null): readonly Finding[] {
  if (verdict === null)
    return [{ id: "source:tag-signature", verdict: "pass", message: `tag ${tag} is signed and verifies` }];
  const bad = explanations.find(([word]) => verdict.includes(word));
  if (bad !== undefined) {
    return [
      {
        id: "source:tag-signature",
        verdict: "fail",
        code: "GIT_TAG_SIGNATURE_BAD",
        message: `tag ${tag}: ${bad[1]}`,
        next: `Find out who made it: git verify-tag ${tag}`,
      },
    ];
  }
  return [
    {
      id: "source:tag-signature",
      verdict: "warn",
      code: "GIT_TAG_SIGNATURE_BAD",
      message: `tag ${tag} is signed by a key that is not known here, so its signature was not checked`,
      next: `Import the maintainer's public key, then: git verify-tag ${tag}`,
    },
  ];
}

const explanations: readonly (readonly [string, string])[] = [
  ["BADSIG", "its signature does not fit its content"],
  ["REVKEYSIG", "it is signed by a revoked key"],
  ["EXPKEYSIG", "it is signed by a key that has expired"],
  ["EXPSIG", "its signature has expired"],
];
