/** The four storages of a repository's tree as tests meet them: each empty, and openable twice as by two writers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folderStorage } from "../src/adapters/storage/folder.ts";
import { openStorage } from "../src/adapters/storage/open.ts";
import type { Http } from "../src/ports/http.ts";
import type { Storage } from "../src/ports/storage.ts";
import { memoryStorage } from "../src/standins/memory-storage.ts";
import { realPorts, scratchFolder } from "./scratch.ts";
import type { S3Server } from "./s3-server.ts";
import type { SshServer } from "./ssh-server.ts";

export interface StorageUnderTest {
  readonly storage: Storage;
  /** Another one over the same tree, as another writer has it. */
  readonly again: () => Promise<Storage>;
}

export async function memoryUnderTest(): Promise<StorageUnderTest> {
  const storage = memoryStorage((path) => readFileSync(path));
  return { storage, again: async () => storage };
}

export async function folderUnderTest(): Promise<StorageUnderTest> {
  const folder = await scratchFolder("tree");
  const again = async (): Promise<Storage> => folderStorage(join(folder, "tree"), realPorts(folder).processes);
  return { storage: await again(), again };
}

let buckets = 0;

/** `http`: a client in the place of the real one. */
export async function s3UnderTest(
  server: S3Server,
  http?: Http,
): Promise<StorageUnderTest & { readonly folder: string; readonly place: string }> {
  const scratch = await scratchFolder("s3");
  const name = `tree-${process.pid}-${buckets++}`;
  const folder = server.bucket(name);
  const place = `s3://${name}/apt`;
  const again = (): Promise<Storage> =>
    openStorage(place, realPorts(scratch, { ...server.variables, HOME: scratch }), http);
  return { storage: await again(), again, folder, place };
}

export async function sshUnderTest(server: SshServer): Promise<StorageUnderTest> {
  const folder = await scratchFolder("ssh");
  // A space and quotes, which the shell of the other side must not take for its own.
  const tree = join(folder, "a 'tree' $HOME;x");
  const ports = realPorts(folder, { ...process.env, ...server.variables });
  const again = (): Promise<Storage> => openStorage(`${server.base}${encodeURI(tree).replaceAll("'", "%27")}`, ports);
  return { storage: await again(), again };
}
