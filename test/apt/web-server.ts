/** A plain web server on loopback that serves a folder and remembers what it was asked for. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface WebServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Paths in the order in which they were asked for; emptied by the tests. */
  readonly asked: string[];
  /** Given in the place of files, by path. */
  readonly answers: Map<string, Uint8Array>;
  /** Comes to its end before each answer is looked for. */
  before: (() => Promise<void>) | null;
  close(): Promise<void>;
}

export async function webServer(folder: string): Promise<WebServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    server.asked.push(path);
    await server.before?.();
    const given = server.answers.get(path);
    if (given !== undefined) {
      response.writeHead(200, { "content-length": given.length }).end(given);
      return;
    }
    const file = join(folder, path);
    const status = statSync(file, { throwIfNoEntry: false });
    if (status?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-length": status.size, "last-modified": status.mtime.toUTCString() });
    createReadStream(file).pipe(response);
  };
  const http = createServer((request, response) => {
    // What fails here shows as an answer that never comes whole.
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const server: WebServer = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    answers: new Map(),
    before: null,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}
