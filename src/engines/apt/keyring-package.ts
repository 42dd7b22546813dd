/**
 * A package with the repository's key and source: where it is installed, the next key comes as an update does. Debian
 * Policy 9.1.1 and 10.7; apt-key(8), "SUPPORTED KEYRING FILES": armored files are read by every apt since 1.4.
 * Invariant: the same key and source give the same bytes, and what a user has made of the source stays.
 */
import { formatChangelog } from "../../formats/debian-changelog.ts";
import { gzip } from "../../formats/gzip.ts";
import { armoredKeys } from "../../formats/openpgp-armor.ts";
import type { Bytes } from "../../ports/files.ts";
import type { SigningKey } from "../../ports/signer.ts";
import { formatTime } from "../../formats/time.ts";
import type { DataEntry } from "../deb/data-entries.ts";
import type { DebPackage } from "../deb/write.ts";
import { keyringPath, sourceLines, sourcePath, type Source } from "./archive-lines.ts";
import { once } from "../../formats/once.ts";

export interface KeyringPackage {
  /** After whom files are called: archiveName(). */
  readonly name: string;
  readonly version: string;
  /** Who publishes the repository. */
  readonly origin: string;
  readonly key: SigningKey;
  /** Armored public key that is to sign later; trusted from now on, beside the present one. */
  readonly nextKey?: string;
  readonly source: Omit<Source, "key">;
}

export function keyringPackageName(name: string): string {
  return `${name}-archive-keyring`;
}

/** Of the day on which the key, or the part of it that signs, was made. */
export function keyringVersion({ created }: Pick<SigningKey, "created">): string {
  return formatTime(created * 1000)
    .slice(0, 10)
    .replaceAll("-", ".");
}

export async function keyringPackage({
  name,
  version,
  origin,
  key,
  nextKey,
  source,
}: KeyringPackage): Promise<DebPackage> {
  const called = keyringPackageName(name);
  const keyring = `/usr/share/keyrings/${called}.asc`;
  const maintainer = /^[^<>\n]+ <[^<>\s]+@[^<>\s]+>$/.test(key.userId) ? key.userId : `${origin} <root@localhost>`;
  const changelog = formatChangelog({
    package: called,
    version,
    distribution: "unstable",
    changes: [`Key ${key.fingerprint}, for ${source.url}.`],
    maintainer,
    date: key.created,
  });
  const documents = `/usr/share/doc/${called}`;
  return {
    control: {
      name: called,
      version,
      architecture: "all",
      maintainer,
      section: "misc",
      priority: "optional",
      multiArch: "foreign",
      summary: `key and source of the package archive ${plainWords(origin)}`,
      description:
        "With this package installed, apt reads the archive and verifies it by this key alone, which verifies nothing else. A new key comes as an update of it.",
      relations: {},
    },
    data: [
      textFile(keyring, armoredKeys([key.publicKey, ...(nextKey === undefined ? [] : [nextKey])])),
      textFile(sourcePath(name), `${sourceLines({ ...source, key: keyring }).join("\n")}\n`),
      file(`${documents}/changelog.gz`, await collect(gzip(once(Buffer.from(changelog))))),
      textFile(
        `/usr/share/lintian/overrides/${called}`,
        `# To bring the source is what the package is for.\n${called}: package-installs-apt-sources *\n`,
      ),
      textFile(`${documents}/copyright`, copyright(plainWords(origin), maintainer)),
    ],
    scripts: {
      preinst: script(moveAside(name, source)),
      postinst: script(`if [ "$1" = configure ]; then\n\trm -f ${sourcePath(name)}.dpkg-old\nfi\n`),
      postrm: script(
        `if [ "$1" = abort-install ] && [ -e ${sourcePath(name)}.dpkg-old ]; then\n\tmv ${sourcePath(name)}.dpkg-old ${sourcePath(name)}\nfi\n`,
      ),
    },
  };
}

/**
 * Who followed the instructions of the page has a file of the same name already, and dpkg would ask which one to keep;
 * unless he has changed it, it says the same, but for the place of the key.
 */
function moveAside(name: string, source: Omit<Source, "key">): string {
  const lines = sourceLines({ ...source, key: keyringPath(name) });
  const path = sourcePath(name);
  return [
    `if [ "$1" = install ] && [ -f ${path} ] && cmp -s - ${path} <<'END'`,
    ...lines,
    "END",
    "then",
    `\tmv ${path} ${path}.dpkg-old`,
    "fi",
    "",
  ].join("\n");
}

function script(body: string): Uint8Array {
  return Buffer.from(`#!/bin/sh\nset -e\n${body}`);
}

function plainWords(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} .,&+-]+/gu, " ")
    .trim()
    .slice(0, 40);
}

function copyright(origin: string, maintainer: string): string {
  return [
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
    "",
    "Files: *",
    `Copyright: ${origin}, ${maintainer}`,
    "License: public-domain",
    " A public key and the address of an archive are facts, which nobody owns.",
    "",
  ].join("\n");
}

function textFile(path: string, text: string): DataEntry {
  return file(path, Buffer.from(text));
}

function file(path: string, content: Uint8Array): DataEntry {
  return { kind: "file", path, executable: false, size: content.length, content: once(content) };
}

async function collect(bytes: Bytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
