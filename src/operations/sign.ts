/**
 * Signs what the manifest froze, and binds the plan to every digest: of artifacts, of detached signatures, of the
 * manifest. A signature that is staged and verifies is adopted, so a second run signs nothing anew.
 */
import { join } from "node:path";
import type { Sha256 } from "../domain/digest.ts";
import { manifestFile } from "../domain/manifest.ts";
import type { Plan } from "../domain/plan.ts";
import { digestOfText } from "../engines/hash.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import type { ChannelContext } from "../ports/channel.ts";
import type { Ports } from "../ports/index.ts";
import { bind } from "../steps/plan/bind.ts";
import { signedFiles } from "../steps/plan/make.ts";
import { releaseContent } from "../steps/publish/content.ts";
import { nameOf, textOf } from "../steps/publish/staged.ts";
import { signAll } from "../steps/sign/index.ts";
import type { Assembled } from "./assemble.ts";
import type { Release } from "./prepare.ts";

export interface Signed {
  readonly bound: Plan;
  readonly content: ChannelContext;
}

export async function sign(
  ports: Ports,
  release: Release,
  { manifest, folder }: Assembled,
  work: string,
): Promise<Signed> {
  const { plan, channels, signer } = release;
  const signatures = join(work, "signatures");
  const text = canonicalJson(manifest);
  await ports.files.write(join(signatures, manifestFile), text);

  const digests = new Map<string, Sha256>(manifest.artifacts.map(({ file, sha256 }) => [file, sha256]));
  digests.set(manifestFile, digestOfText(text));
  const content = releaseContent({
    ports,
    release: nameOf(plan),
    digests,
    folders: [folder, signatures],
    channels,
    signer,
  });
  const existing = async (file: string): Promise<string | null> => {
    for (const channel of channels) {
      const bytes = await channel.read(nameOf(plan), `${file}.asc`, content);
      if (bytes !== null) return textOf(bytes);
    }
    return null;
  };

  if (signer !== null) {
    const files = signedFiles(plan.artifacts).map((file) => {
      const path = join(file === manifestFile ? signatures : folder, file);
      const sha256 = digests.get(file);
      return sha256 === undefined ? { file, path } : { file, path, sha256 };
    });
    for (const { file, text: armored } of await signAll(files, signer, existing, ports)) {
      digests.set(file, digestOfText(armored));
      await ports.files.write(join(signatures, file), armored);
    }
  }
  return { bound: bind(plan, manifest, digests), content };
}
