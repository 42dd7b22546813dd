/** A plain web server on loopback that serves a folder and remembers what it was asked for. */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface WebServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Paths in the order in which they were asked for; emptied by the tests. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function webServer(folder: string): Promise<WebServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    asked.push(path);
    const file = join(folder, path);
    const status = statSync(file, { throwIfNoEntry: false });
    if (status?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-length": status.size, "last-modified": status.mtime.toUTCString() });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
