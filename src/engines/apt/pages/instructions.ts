/** The lines that a user copies, as one block of text each. */
import { markup, joined, trusted, type Html } from "../../../formats/html.ts";
import { keyringPath, sourceLines, sourcePath } from "../archive-lines.ts";
import { address, unknownAddress } from "./frame.ts";

export interface Instructions {
  readonly name: string;
  readonly url: string | null;
  readonly suite: string;
  readonly components: readonly string[];
  /** Of the key that signs; null for a repository that is not signed. */
  readonly fingerprint: string | null;
  /** What is installed in the example. */
  readonly package: string;
}

export function instructions({ name, url, suite, components, fingerprint, package: example }: Instructions): Html {
  const key = fingerprint === null ? null : keyringPath(name);
  const source = sourceLines({ url: unknownAddress, suites: [suite], components, key });
  const lines = [
    markup`sudo tee ${sourcePath(name)} &gt;/dev/null &lt;&lt;'END'`,
    ...source.map((line) => (line.startsWith("URIs: ") ? markup`URIs: ${address(url)}` : markup`${line}`)),
    markup`END`,
  ];
  const fetched = markup`${address(url)}/${name}.asc`;
  return joined([
    key === null
      ? markup`<p>
          <strong>This repository is not signed.</strong> Whoever can change what is sent can change what is installed.
        </p>`
      : markup`<p>The key that speaks for this repository alone:</p>
          <pre>
sudo install -d -m 0755 /etc/apt/keyrings
sudo curl -fsSLo ${key} ${fetched}</pre>
          <p class="quiet">Without curl: <code>sudo wget -qO ${key} ${fetched}</code></p>
          <p>Its fingerprint: <code>${grouped(fingerprint ?? "")}</code></p>`,
    markup`<p>The source:</p>
      <pre>${joined(lines)}</pre>
      <p>Then:</p>
      <pre>
sudo apt update
sudo apt install ${example}</pre>`,
    trusted(""),
  ]);
}

function grouped(fingerprint: string): string {
  return fingerprint.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
