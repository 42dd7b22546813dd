/** From what a user writes after --repo to the storage behind it. What a folder does not need is loaded late. */
import { isAbsolute, join } from "node:path";
import type { Http } from "../../ports/http.ts";
import type { Ports } from "../../ports/index.ts";
import type { Storage } from "../../ports/storage.ts";
import { folderStorage } from "./folder.ts";
import { parsePlace } from "./place.ts";

/** `http`: the client to use in the place of a new one. Failures: USAGE, STORAGE_CREDENTIALS, TOOL_MISSING. */
export async function openStorage(
  text: string,
  ports: Pick<Ports, "processes" | "environment" | "clock">,
  http?: Http,
): Promise<Storage> {
  const { processes, environment, clock } = ports;
  const place = parsePlace(text);
  if (place.kind === "folder") {
    return folderStorage(isAbsolute(place.path) ? place.path : join(environment.folder, place.path), processes);
  }
  if (place.kind === "ssh") return (await import("./ssh.ts")).sshStorage(place, ports);
  const [{ awsSettings }, { s3Client }, { s3Storage }] = await Promise.all([
    import("./aws-settings.ts"),
    import("./s3-client.ts"),
    import("./s3.ts"),
  ]);
  const settings = await awsSettings(environment);
  const client = http ?? (await import("../node-http.ts")).nodeHttp({ environment, clock });
  return s3Storage(s3Client(place.bucket, settings, { http: client, clock }), place.prefix, clock);
}
