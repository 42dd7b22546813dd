/** Every storage keeps the contract: in memory, in a folder, on a real S3 service, through a real sshd. */
import { afterAll, beforeAll, describe } from "vitest";
import { describeWith } from "../requires.ts";
import { s3Programs, startS3, type S3Server } from "../s3-server.ts";
import { sshPrograms, startSsh, type SshServer } from "../ssh-server.ts";
import { folderUnderTest, memoryUnderTest, s3UnderTest, sshUnderTest } from "../storages.ts";
import { storageContract } from "./storage.ts";

describe("a tree in memory", () => storageContract(memoryUnderTest, 50));

describe("a tree in a folder", () => storageContract(folderUnderTest, 50));

describeWith(s3Programs, "a tree in a bucket", () => {
  let server: S3Server;
  beforeAll(async () => (server = await startS3()));
  afterAll(() => server.close());
  storageContract(() => s3UnderTest(server), 50);
});

describeWith(sshPrograms, "a tree behind ssh", () => {
  let server: SshServer;
  beforeAll(async () => (server = await startSsh()));
  afterAll(() => server.close());
  // Some four commands over the connection a round.
  storageContract(() => sshUnderTest(server), process.env["CRASH"] === "whole" ? 50 : 6);
});
