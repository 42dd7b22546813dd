/** Every storage keeps the contract: in memory, in a folder, on a real S3 service, through a real sshd. */
import { afterAll, beforeAll, describe, vi } from "vitest";
import { describeWith } from "../requires.ts";
import { s3Programs, startS3, type S3Server } from "../s3-server.ts";
import { sshIfPossible } from "../ssh-server.ts";
import { folderUnderTest, memoryUnderTest, s3UnderTest, sshUnderTest, type StorageUnderTest } from "../storages.ts";
import { storageContract } from "./storage.ts";

describe("a tree in memory", () => storageContract(memoryUnderTest, 50));

describe("a tree in a folder", () => storageContract(folderUnderTest, 50));

describeWith(s3Programs, "a tree in a bucket", () => {
  let server: S3Server;
  beforeAll(async () => (server = await startS3()));
  afterAll(() => server.close());
  storageContract(() => s3UnderTest(server), 50);
});

// Each command there starts a shell, which takes its time on a machine that has other work.
vi.setConfig({ testTimeout: 240_000 });
const ssh = await sshIfPossible();
afterAll(() => ssh.server?.close());

describeWith(ssh.missing, "a tree behind ssh", () => {
  const server = async (): Promise<StorageUnderTest> => {
    if (ssh.server === null) throw new Error("there is no sshd");
    return sshUnderTest(ssh.server);
  };
  // Some four commands over the connection a round.
  storageContract(server, process.env["CRASH"] === "whole" ? 50 : 6);
});
