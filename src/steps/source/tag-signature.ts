/**
 * What there is to say of a tag's signature: what GnuPG's status lines tell (doc/DETAILS, "General status codes"), and
 * that a tag has yet to be made.
 */
import type { Finding } from "../../domain/finding.ts";
import type { Source } from "./resolve.ts";

/** Where a signed tag is wanted. The one that `cut` makes by itself is not signed, and the next run would refuse it. */
export function missingTagFinding({ tag, tagName, commit }: Source): readonly Finding[] {
  if (tag !== null) return [];
  return [
    {
      id: "source:tag-missing",
      verdict: "fail",
      code: "GIT_TAG_MISSING",
      message: `there is no tag ${tagName}, and source.strict wants a signed one, which cut cannot make`,
      next: `Make a signed tag first: git tag -s ${tagName} ${commit.slice(0, 12)}; then run the same command again.`,
    },
  ];
}

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
