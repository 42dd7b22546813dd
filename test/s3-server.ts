/**
 * A real S3 service on loopback for tests: versitygw, built once by `go install` and kept in .tools. Its folder is the
 * bucket: an object is a file.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOnPath } from "./requires.ts";

const version = "v1.8.0";
const bin = join(import.meta.dirname, "..", ".tools", "bin");
const program = join(bin, `versitygw-${version}`);

/** What `describeWith` is to look for: nothing where the server has been built already. */
export const s3Programs: readonly string[] = existsSync(program) ? [] : ["go"];

export interface S3Server {
  readonly address: string;
  /** Credential, region and endpoint, as the AWS tools read them. */
  readonly variables: Readonly<Record<string, string>>;
  /** The folder of a bucket, which is made. */
  bucket(name: string): string;
  close(): Promise<void>;
}

/** `apart`: metadata in files of their own, where a reader during a write gets the content of one and the tag of another. */
export async function startS3({ apart = false } = {}): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-s3-"));
  const [data, side] = [join(folder, "data"), join(folder, "side")];
  mkdirSync(data);
  mkdirSync(side);
  const port = await freePort();
  const credential = { access: "trialkey", secret: "trialsecret" };
  const child = spawn(
    installed(),
    ["--port", `127.0.0.1:${port}`, "--quiet", "--keep-alive", "posix", ...(apart ? ["--sidecar", side] : []), data],
    {
      env: { PATH: process.env["PATH"], ROOT_ACCESS_KEY: credential.access, ROOT_SECRET_KEY: credential.secret },
      stdio: "ignore",
    },
  );
  const ended = new Promise<void>((resolve) => void child.on("close", () => resolve()));
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const address = `http://127.0.0.1:${port}`;
  try {
    await answering(address, () => child.exitCode !== null);
  } catch (error) {
    kill();
    rmSync(folder, { recursive: true, force: true });
    // Not every file system keeps extended attributes, in which the metadata are otherwise.
    if (apart) throw error;
    return startS3({ apart: true });
  }
  return {
    address,
    variables: {
      AWS_ENDPOINT_URL_S3: address,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: credential.access,
      AWS_SECRET_ACCESS_KEY: credential.secret,
      NO_PROXY: "127.0.0.1",
    },
    bucket(name) {
      mkdirSync(join(data, name), { recursive: true });
      return join(data, name);
    },
    async close() {
      kill();
      await ended;
      process.off("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function installed(): string {
  if (existsSync(program)) return program;
  if (!isOnPath("go")) throw new Error("go is not on the PATH, and versitygw is not in .tools");
  console.error(`installing versitygw ${version} (go install)`);
  mkdirSync(bin, { recursive: true });
  const scratch = mkdtempSync(join(bin, "versitygw-"));
  try {
    execFileSync("go", ["install", "-ldflags=-s -w", `github.com/versity/versitygw/cmd/versitygw@${version}`], {
      env: { ...process.env, GOBIN: scratch },
      stdio: ["ignore", 2, 2],
    });
    renameSync(join(scratch, "versitygw"), program);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return program;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}

async function answering(address: string, isOver: () => boolean): Promise<void> {
  for (let waited = 0; waited < 200; waited++) {
    if (isOver()) throw new Error("versitygw ended at once");
    const answer = await fetch(address, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (answer !== null) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`nobody answers at ${address}`);
}
