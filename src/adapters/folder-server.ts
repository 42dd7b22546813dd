/**
 * A folder over HTTP on loopback (RFC 9110; ranges as in 14). Invariant: nothing outside of the folder is read, by whatever
 * path or link it is asked for, and nothing is written.
 */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { ReleaseError } from "../domain/errors/index.ts";
import type { ServedFolder } from "../ports/folder-server.ts";
import { codeOf } from "./file-failure.ts";
import { takeSignal } from "./stopping.ts";
import { objectHeaders } from "./storage/object-headers.ts";

const loopback = "127.0.0.1";

export async function serveFolder(folder: string, port: number): Promise<ServedFolder> {
  const root = await realpath(folder);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(refused(port, error)));
    server.listen(port, loopback, resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${loopback}:${(server.address() as AddressInfo).port}`, ended: takeSignal(), close };
}

function refused(port: number, error: unknown): ReleaseError {
  return new ReleaseError("USAGE", {
    what: `No server can listen on port ${port} of ${loopback} (${codeOf(error) ?? String(error)}).`,
    next: "Name another one, from 1024 on, or leave --port out for any that is free.",
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "/", headers } = request;
  if (method !== "GET" && method !== "HEAD") return end(response, 405, { allow: "GET, HEAD" });
  const path = requestedPath(url);
  if (path === null) return end(response, 400);
  const found = await fileAt(root, path);
  if (found === null) return end(response, 404);
  if (found === "folder") return end(response, 301, { location: `${url.split("?")[0]}/` });
  const { file, size, modified } = found;
  const about = { ...objectHeaders(found.name, "mutable"), "last-modified": modified, "accept-ranges": "bytes" };
  if (headers["if-modified-since"] === modified) return end(response, 304, about);
  // A part of a file is only good beside the rest of that very file.
  const isSame = headers["if-range"] === undefined || headers["if-range"] === modified;
  const range = isSame ? rangeOf(headers.range, size) : "whole";
  if (range === "none") return end(response, 416, { "content-range": `bytes */${size}` });
  const { start, end: last } = range === "whole" ? { start: 0, end: size - 1 } : range;
  response.writeHead(range === "whole" ? 200 : 206, {
    ...about,
    "content-length": Math.max(0, last - start + 1),
    ...(range === "whole" ? {} : { "content-range": `bytes ${start}-${last}/${size}` }),
  });
  if (method === "HEAD" || last < start) response.end();
  else await pipeline(createReadStream(file, { start, end: last }), response);
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, ...(status === 304 ? {} : { "content-length": 0 }) }).end();
}

/** Names between slashes; null for what is no path of a tree. */
function requestedPath(url: string): readonly string[] | null {
  const raw = url.replace(/[?#].*$/s, "");
  if (!raw.startsWith("/")) return null;
  try {
    const names = raw.slice(1).split("/").map(decodeURIComponent);
    return names.some((name) => name.includes("/") || name.includes("\\") || /[\u0000-\u001f]/.test(name))
      ? null
      : names;
  } catch {
    return null;
  }
}

interface Found {
  readonly file: string;
  readonly name: string;
  readonly size: number;
  readonly modified: string;
}

/** Of a folder, its index.html; names that begin with a dot are the writer's own. */
async function fileAt(root: string, names: readonly string[]): Promise<Found | "folder" | null> {
  if (names.some((name, index) => name.startsWith(".") || (name === "" && index < names.length - 1))) return null;
  const path = names.at(-1) === "" ? [...names.slice(0, -1), "index.html"] : names;
  const file = await realpath(join(root, ...path)).catch(() => null);
  if (file === null || !(file + sep).startsWith(root.endsWith(sep) ? root : root + sep)) return null;
  const status = await stat(file).catch(() => null);
  if (status?.isDirectory() === true) return names.at(-1) === "" ? null : "folder";
  if (status?.isFile() !== true) return null;
  return { file, name: path.join("/"), size: status.size, modified: status.mtime.toUTCString() };
}

/** The one range that is asked for; several, or what is no range of bytes, is answered with the whole. */
function rangeOf(header: string | undefined, size: number): Range | "whole" | "none" {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "")
    return last === "0" || size === 0 ? "none" : { start: Math.max(0, size - Number(last)), end: size - 1 };
  if (last !== "" && Number(last) < Number(first)) return "whole";
  if (Number(first) >= size) return "none";
  return { start: Number(first), end: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}
