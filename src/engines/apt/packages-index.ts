/** A Packages index of a suite, opened to be changed: in chunks, with what the present files hold of them compressed. */
import { constants, gunzip, zstdCompress } from "node:zlib";
import { gzipMembers } from "../../formats/gzip-members.ts";
import type { Ports } from "../../ports/index.ts";
import type { Storage } from "../../ports/storage.ts";
import { chunksOf, entriesOf, type Chunk } from "./chunks.ts";
import { aptDamaged } from "./damage.ts";
import { compressedBefore, indexFiles, nothingCompressed, type Compressed } from "./index-files.ts";
import { binaryFolder } from "./layout.ts";
import { readIndexFile, type Suite } from "./suite.ts";

export interface PackagesIndex {
  readonly chunks: readonly Chunk[];
  readonly compressed: Compressed;
}

export function packagesPath(component: string, architecture: string): string {
  return `${binaryFolder(component, architecture)}/Packages`;
}

/** A suite whose indexes are read when they are first asked for, once. */
export interface OpenSuite {
  readonly suite: Suite;
  /** `path` without the ending of a form; empty where the suite has no such index. */
  packages(path: string): Promise<PackagesIndex>;
}

export function openSuite(storage: Storage, suite: Suite): OpenSuite {
  const opened = new Map<string, Promise<PackagesIndex>>();
  return {
    suite,
    packages(path) {
      const index = opened.get(path) ?? openPackages(storage, suite, path);
      opened.set(path, index);
      return index;
    },
  };
}

async function openPackages(storage: Storage, suite: Suite, path: string): Promise<PackagesIndex> {
  const [gz, xz] = await Promise.all([`${path}.gz`, `${path}.xz`].map((file) => readIndexFile(storage, suite, file)));
  const text = await textOf(storage, suite, path, gz ?? null);
  if (text === null) return { chunks: [], compressed: nothingCompressed };
  return { chunks: chunksIn(text, gz ?? null), compressed: compressedBefore(gz ?? null, xz ?? null) };
}

/** The files of an index after a change, by path below the suite's folder. */
export async function packagesFiles(
  path: string,
  chunks: readonly Chunk[],
  before: Compressed,
  wanted: { readonly zstd: boolean },
  ports: Pick<Ports, "processes" | "environment">,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const forms = new Map<string, Uint8Array>(await indexFiles(chunks, before, ports));
  if (wanted.zstd) forms.set(".zst", await zstdForm(forms.get("") ?? new Uint8Array()));
  return new Map([...forms].map(([form, bytes]) => [`${path}${form}`, bytes]));
}

/** The text as it is where it lies on this machine; over a network, where it costs its size, out of the .gz. */
async function textOf(storage: Storage, suite: Suite, path: string, gz: Uint8Array | null): Promise<Uint8Array | null> {
  if (storage.lock === null && gz !== null) return unzipped(gz, path);
  const plain = await readIndexFile(storage, suite, path);
  if (plain !== null) return plain;
  if (gz !== null) return unzipped(gz, path);
  if (!suite.release.indexes.has(`${path}.xz`)) return null;
  throw aptDamaged(`${suite.name} has ${path} only in a form that this program does not write`);
}

/** Where the cuts are, our own .gz tells; another's text is cut anew. */
function chunksIn(text: Uint8Array, gz: Uint8Array | null): readonly Chunk[] {
  const members = gz === null ? null : gzipMembers(gz);
  const length = members?.reduce((sum, { size }) => sum + size, 0);
  if (members === null || length !== text.length) return chunksOf(entriesOf(text));
  let at = 0;
  return members
    .filter(({ size }) => size > 0)
    .map(({ size, sha256 }) => ({ bytes: text.subarray(at, (at += size)), sha256 }));
}

/** Throws APT_TREE_DAMAGED. `path`: without the ending. */
export function unzipped(gz: Uint8Array, path: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(gz, { maxOutputLength: 2 ** 31 }, (error, text) =>
      error === null ? resolve(text) : reject(aptDamaged(`${path}.gz does not unpack: ${error.message}`)),
    );
  });
}

/** As one frame, each time anew: its compression takes less time than writing it. */
function zstdForm(text: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zstdCompress(text, { params: { [constants.ZSTD_c_compressionLevel]: 9 } }, (error, packed) =>
      error === null ? resolve(packed) : reject(error),
    );
  });
}
